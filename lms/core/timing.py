"""When an attempt ends. Only the server's clock counts; whoever asks brings the time.

All moments are aware datetimes in UTC, all lengths whole seconds.
"""

from __future__ import annotations

from datetime import datetime, timedelta


def deadline(
    started: datetime,
    limit_seconds: int | None,
    accommodation_percent: int = 0,
    extra_seconds: int = 0,
) -> datetime | None:
    """The moment the time of an attempt is up; None where there is no limit.

    `accommodation_percent` is what an officer's accommodation *adds* to the limit (25 = a quarter
    longer, 0 = none), rounded up to a whole second; `extra_seconds` is what a coordinator granted
    on the day.
    """
    if limit_seconds is None:
        return None
    added = -(-limit_seconds * accommodation_percent // 100)
    return started + timedelta(seconds=limit_seconds + added + extra_seconds)


def closes_at(deadline: datetime | None, grace_seconds: int) -> datetime | None:
    """The last moment at which a response still counts without anybody's decision."""
    return None if deadline is None else deadline + timedelta(seconds=grace_seconds)


def seconds_left(deadline: datetime | None, now: datetime) -> int | None:
    """Whole seconds until the deadline, rounded down, never below 0; None without a limit."""
    if deadline is None:
        return None
    return max(0, (deadline - now) // timedelta(seconds=1))


def is_late(deadline: datetime | None, grace_seconds: int, received: datetime) -> bool:
    """Whether something received now needs a decision: after deadline and grace, not on it."""
    closing = closes_at(deadline, grace_seconds)
    return closing is not None and received > closing


def ready_at(ended: datetime, cool_down_seconds: int) -> datetime:
    """The first moment the next attempt may start."""
    return ended + timedelta(seconds=cool_down_seconds)
