"""Only the server's clock counts: to the second, over HTTP, with and without the worker."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.db import transaction
from lms.quizzes.models import Attempt, JournalEvent
from tests.faults.test_doubles import browser, cookies, drill, officer, started

__all__ = ["cookies", "drill", "officer"]

GRACE = 60
MOMENTS = {-1: False, 0: False, GRACE - 1: False, GRACE + 1: True, 3600: True}
"""Seconds after the deadline -> whether what comes then is late."""


def save(app, attempt, cookies):
    event = {
        "client_id": "a-page-of-a-test", "client_seq": 1, "slot": 1, "kind": "response",
        "value": "b", "base_rev": 0, "language": "en",
    }  # fmt: skip
    return browser(app, cookies).post(
        f"/attempts/{attempt.id}/responses",
        json={"events": [event]},
        headers={"X-Outbox-Key": attempt.outbox_key},
    )


def read(session, table):
    with transaction(session):
        return session.scalars(select(table).execution_options(populate_existing=True)).one()


@pytest.mark.goal("F10")
@pytest.mark.parametrize(("seconds", "late"), MOMENTS.items())
def test_a_response_counts_to_the_end_of_the_grace_and_is_kept_after_it(
    app, session, drill, cookies, clock, goal, seconds, late
):
    attempt = started(app, session, drill, cookies)
    clock.now = attempt.deadline_at + timedelta(seconds=seconds)
    response = save(app, attempt, cookies)
    event, after = read(session, JournalEvent), read(session, Attempt)
    holds = {
        "acknowledged": response.status_code == 200 and len(response.json["acks"]) == 1,
        "late": event.late is late,
        "ended by the next request": (after.state == "graded") is late,
        "at the deadline": after.ended_at == (attempt.deadline_at if late else None),
    }
    goal(1, [what for what, is_so in holds.items() if not is_so])


@pytest.mark.goal("F10")
def test_the_worker_ends_it_at_the_deadline(app, session, drill, cookies, clock, worker, goal):
    attempt = started(app, session, drill, cookies)
    clock.now = attempt.closes_at + timedelta(seconds=1)
    worker.run_until_idle()
    after = read(session, Attempt)
    holds = after.state == "graded" and after.ended_at == attempt.deadline_at
    goal(1, [] if holds else [(after.state, after.ended_at)])
