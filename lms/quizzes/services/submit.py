"""Handing in: the attempt ends, is graded and answered for, all in one transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Update, case, literal, or_, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.audit.services import record
from lms.core.access import Actor
from lms.core.attempt import Move, State, move, receipt
from lms.courses.activities import CourseParts
from lms.courses.models import Course
from lms.courses.services import settle
from lms.db import Moment
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries import find_attempt, journal
from lms.quizzes.services.grading import grade


def submit(
    session: Session, actor: Actor, attempt_id: int, parts: CourseParts, now: datetime
) -> Attempt | None:
    """Hand in an attempt of the actor's; None where there is none.

    Whoever comes second finds it handed in, with the same receipt. One whose time ran out before
    is ended by the clock instead.
    """
    in_time = or_(Attempt.closes_at.is_(None), Attempt.closes_at >= now)
    ended = _end(Move.SUBMIT, attempt_id, now).where(Attempt.person_id == actor.person_id, in_time)
    if session.scalar(ended) is not None:
        return _finish(session, actor, attempt_id, "attempt.submitted", parts, now)
    attempt = find_attempt(session, actor, attempt_id)
    if attempt is not None and attempt.state == State.OPEN:
        expire(session, actor, attempt_id, parts, now)
    return attempt


def expire(
    session: Session, actor: Actor, attempt_id: int, parts: CourseParts, now: datetime
) -> bool:
    """End an attempt whose time is up, at its deadline; whether it was this call that did."""
    ended = _end(Move.EXPIRE, attempt_id, now).where(Attempt.closes_at < now)
    if session.scalar(ended) is None:
        return False
    _finish(session, actor, attempt_id, "attempt.expired", parts, now)
    return True


def _end(how: Move, attempt_id: int, now: datetime) -> Update:
    """The conditional write that only one of many wins. Nobody ends later than the deadline."""
    at: ColumnElement[datetime] = literal(now, Moment())
    return (
        update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.state == State.OPEN)
        .values(
            state=move(State.OPEN, how),
            ended_at=case((Attempt.deadline_at < at, Attempt.deadline_at), else_=at),
        )
        .returning(Attempt.id)
        .execution_options(synchronize_session=False)
    )


def _finish(
    session: Session,
    actor: Actor,
    attempt_id: int,
    action: str,
    parts: CourseParts,
    now: datetime,
) -> Attempt:
    """Grade what was just ended, give the receipt, note who did it, settle the course."""
    attempt, course, organisation_id = session.execute(
        select(Attempt, Course, Person.organisation_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Course, Course.id == Quiz.course_id)
        .join(Person, Person.id == Attempt.person_id)
        .where(Attempt.id == attempt_id)
        .execution_options(populate_existing=True)
    ).one()
    events = journal(session, attempt_id)
    result = grade(session, attempt, events, sequence=1, now=now)
    attempt.state = move(attempt.state, Move.GRADE)
    attempt.receipt = receipt((event for event in events if not event.late), str(attempt.id))
    session.flush()
    record(
        session,
        actor,
        action,
        ("attempt", attempt.id),
        now,
        {"quiz": attempt.quiz_id, "receipt": attempt.receipt, "result": result.id},
        organisation_id,
    )
    place = parts.enrolments.place_in(session, attempt.person_id, course.id, now)
    # Someone who has left the cohort, or whose cohort runs in a new cycle, keeps the result.
    if result.passed and place is not None and place.cycle_id == attempt.cycle_id:
        settle(session, course, place, now, parts)
    return attempt
