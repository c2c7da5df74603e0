"""Sessions of people who are signed in: opened, kept fresh, ended."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.accounts.models import SignInSession

IDLE = timedelta(hours=12)
"""A session that was quiet so long is over."""
LONGEST = timedelta(days=30)
TOUCH_AFTER = timedelta(minutes=5)
"""How stale "last seen" may be: a page view writes no more often."""


def touch(session: Session, session_id: int, now: datetime) -> None:
    """The person was here just now."""
    stale = update(SignInSession).where(
        SignInSession.id == session_id,
        SignInSession.ended_at.is_(None),
        SignInSession.last_seen_at <= now - TOUCH_AFTER,
    )
    session.execute(stale.values(last_seen_at=now))


def end_session(session: Session, person_id: int, session_id: int, now: datetime) -> bool:
    """End one of a person's sessions; False where there was none to end."""
    ended = (
        update(SignInSession)
        .where(
            SignInSession.id == session_id,
            SignInSession.person_id == person_id,
            SignInSession.ended_at.is_(None),
        )
        .values(ended_at=now)
        .returning(SignInSession.id)
    )
    return session.scalar(ended) is not None


def end_sessions(session: Session, person_id: int, now: datetime, but: int | None = None) -> int:
    """End all sessions of a person, `but` one; how many there were."""
    ended = update(SignInSession).where(
        SignInSession.person_id == person_id, SignInSession.ended_at.is_(None)
    )
    if but is not None:
        ended = ended.where(SignInSession.id != but)
    return len(session.scalars(ended.values(ended_at=now).returning(SignInSession.id)).all())
