"""Asking for work, and the worker's side of it: take a job, do it, put it away."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.jobs.models import DONE, FAILED, WAITING, Job

HOLD = timedelta(minutes=5)
"""How long a job stays with a worker that is silent: then another may take it."""
MOST_TRIES = 8
_FIRST_PAUSE = timedelta(seconds=10)


def enqueue(
    session: Session,
    kind: str,
    payload: Mapping[str, Any],
    now: datetime,
    unique_key: str | None = None,
    due_at: datetime | None = None,
) -> None:
    """Write a job into the current transaction. One that is known by its key is not doubled."""
    if unique_key is not None:
        known = select(Job.id).where(Job.unique_key == unique_key)
        if session.scalar(known) is not None:
            return
    session.add(
        Job(
            kind=kind,
            unique_key=unique_key,
            payload=dict(payload),
            created_at=now,
            due_at=due_at or now,
        )
    )
    session.flush()


def take(session: Session, now: datetime) -> Job | None:
    """The next job that is due, held for this worker; None where there is nothing to do."""
    due = (
        select(Job.id)
        .where(Job.state == WAITING, Job.due_at <= now)
        .order_by(Job.due_at, Job.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    taken = (
        update(Job)
        .where(Job.id == due.scalar_subquery(), Job.state == WAITING, Job.due_at <= now)
        .values(due_at=now + HOLD, tries=Job.tries + 1)
        .returning(Job)
        .execution_options(populate_existing=True)
    )
    return session.scalar(taken)


def finish(session: Session, job: Job, now: datetime) -> None:
    """The job is done."""
    _put_away(session, job, state=DONE, finished_at=now, problem=None)


def fail(session: Session, job: Job, problem: str, now: datetime) -> None:
    """The job went wrong: once more after a pause that doubles, at last given up."""
    if job.tries >= MOST_TRIES:
        _put_away(session, job, state=FAILED, finished_at=now, problem=problem[:2000])
    else:
        pause = _FIRST_PAUSE * 2 ** (job.tries - 1)
        _put_away(session, job, due_at=now + pause, problem=problem[:2000])


def _put_away(session: Session, job: Job, **values: Any) -> None:
    # Only the worker that still holds it: `tries` has moved on if another took it over.
    held = update(Job).where(Job.id == job.id, Job.tries == job.tries, Job.state == WAITING)
    session.execute(held.values(**values).execution_options(synchronize_session=False))
