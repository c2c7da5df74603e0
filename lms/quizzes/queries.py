"""Reading quizzes and attempts. What is an officer's own is looked for under the officer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, contains_eager

from lms.accounts.models import Person
from lms.core.access import Actor
from lms.core.attempt import Event, State
from lms.core.blueprint import QuizRules, Start
from lms.courses.activities import Place
from lms.courses.models import Activity, Course
from lms.quizzes.models import Attempt, JournalEvent, LateDecision, Quiz, Result

_MOST_CLOSED = 200
"""Attempts the clock ends in one round."""


@dataclass(frozen=True, slots=True)
class PastAttempt:
    """An attempt as lists show it, with the result that counts."""

    id: int
    quiz_id: int
    cycle_id: int
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    closes_at: datetime | None
    ended_at: datetime | None
    percent: int | None
    passed: bool | None

    @property
    def is_open(self) -> bool:
        """Whether it is being taken, or waits to be ended."""
        return self.state == State.OPEN

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock should have ended it already."""
        return self.is_open and self.closes_at is not None and self.closes_at < now


@dataclass(frozen=True, slots=True)
class Standing:
    """How an officer stands with a quiz in a cycle: the attempts that count, oldest first."""

    attempts: tuple[PastAttempt, ...] = ()

    @property
    def open(self) -> PastAttempt | None:
        """The attempt that can be gone on with."""
        return next((attempt for attempt in self.attempts if attempt.is_open), None)

    @property
    def passed(self) -> bool:
        """Whether any attempt passed: then it stays so."""
        return any(attempt.passed for attempt in self.attempts)

    @property
    def used(self) -> int:
        """How many attempts have ended."""
        return sum(not attempt.is_open for attempt in self.attempts)

    def may_start(self, rules: QuizRules, now: datetime) -> Start:
        """Whether another attempt may start; a quiz that is passed has the code "passed"."""
        if self.passed:
            return Start("passed")
        ended = [attempt.ended_at for attempt in self.attempts if attempt.ended_at is not None]
        return rules.may_start(self.used, max(ended, default=None), now)


@dataclass(frozen=True, slots=True)
class EarlierForm:
    """The form of an attempt made before: `Attempt.slots`."""

    cycle_id: int
    number: int
    slots: list[Any]


def find_quiz(session: Session, quiz_id: int) -> tuple[Quiz, Course] | None:
    """A quiz that is taught, with its course. Who may open it depends on the course."""
    row = session.execute(
        select(Quiz, Course)
        .join(Course, Course.id == Quiz.course_id)
        .join(Activity, Activity.id == Quiz.activity_id)
        .where(Quiz.id == quiz_id, Activity.retired_at.is_(None))
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def find_attempt(session: Session, actor: Actor, attempt_id: int) -> Attempt | None:
    """An attempt of the actor's, with its quiz."""
    return session.scalar(
        select(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .options(contains_eager(Attempt.quiz))
        .where(Attempt.id == attempt_id, Attempt.person_id == actor.person_id)
        .execution_options(populate_existing=True)
    )


def find_with_course(
    session: Session, actor: Actor, attempt_id: int
) -> tuple[Attempt, Course] | None:
    """An attempt of the actor's, with its quiz and course, whether still taught or not."""
    row = session.execute(
        select(Attempt, Course)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Course, Course.id == Quiz.course_id)
        .options(contains_eager(Attempt.quiz))
        .where(Attempt.id == attempt_id, Attempt.person_id == actor.person_id)
    ).one_or_none()
    return None if row is None else (row[0], row[1])


def latest_result(session: Session, attempt_id: int) -> Result | None:
    """The result of an attempt that counts."""
    return session.scalar(
        select(Result)
        .where(Result.attempt_id == attempt_id)
        .order_by(Result.sequence.desc())
        .limit(1)
    )


def standings(session: Session, place: Place, quiz_ids: Collection[int]) -> dict[int, Standing]:
    """How a person stands with these quizzes in a cycle, by quiz id."""
    attempts = _attempts(session, place.person_id)
    return {quiz_id: _standing(attempts, quiz_id, place.cycle_id) for quiz_id in quiz_ids}


def standings_in(
    session: Session, person_id: int, places: Mapping[int, Place], quizzes: Iterable[Quiz]
) -> dict[int, Standing]:
    """How a person stands with quizzes of several courses, each in the cycle of its place."""
    attempts = _attempts(session, person_id)
    return {
        quiz.id: _standing(attempts, quiz.id, places[quiz.course_id].cycle_id) for quiz in quizzes
    }


def history(session: Session, actor: Actor) -> list[tuple[PastAttempt, Quiz, Course]]:
    """All attempts of the actor, newest first, with what they were attempts at."""
    attempts = _attempts(session, actor.person_id)
    quizzes = {
        quiz.id: (quiz, course)
        for quiz, course in session.execute(
            select(Quiz, Course)
            .join(Course, Course.id == Quiz.course_id)
            .where(Quiz.id.in_({attempt.quiz_id for attempt in attempts}))
        )
    }
    return [(attempt, *quizzes[attempt.quiz_id]) for attempt in reversed(attempts)]


def taught_in(session: Session, course_ids: Collection[int]) -> list[tuple[Quiz, Course]]:
    """The quizzes taught in these courses, in the order of the courses and within each."""
    order = {course_id: place for place, course_id in enumerate(course_ids)}
    rows = session.execute(
        select(Quiz, Course)
        .join(Course, Course.id == Quiz.course_id)
        .join(Activity, Activity.id == Quiz.activity_id)
        .where(Quiz.course_id.in_(order), Activity.retired_at.is_(None))
        .order_by(Activity.position)
    )
    return sorted(((quiz, course) for quiz, course in rows), key=lambda row: order[row[1].id])


def accommodation_of(session: Session, person_id: int) -> int:
    """What is added to every time limit of a person, in percent."""
    return session.scalars(select(Person.accommodation_percent).where(Person.id == person_id)).one()


def background_of(session: Session, person_id: int, quiz_id: int) -> tuple[int, list[EarlierForm]]:
    """The accommodation of a person, and what was asked in earlier attempts, in any cycle."""
    rows = session.execute(
        select(Person.accommodation_percent, Attempt.cycle_id, Attempt.number, Attempt.slots)
        .outerjoin(Attempt, and_(Attempt.person_id == Person.id, Attempt.quiz_id == quiz_id))
        .where(Person.id == person_id)
    ).all()
    earlier = [EarlierForm(*row[1:]) for row in rows if row.number is not None]
    return rows[0].accommodation_percent, earlier


def journal(session: Session, attempt_id: int) -> list[Event]:
    """The journal of an attempt in order of arrival, with the decisions on what came late."""
    rows = session.execute(
        select(
            JournalEvent.id,
            JournalEvent.client_id,
            JournalEvent.client_seq,
            JournalEvent.slot,
            JournalEvent.kind,
            JournalEvent.value,
            JournalEvent.base_rev,
            JournalEvent.late,
            LateDecision.accepted,
        )
        .outerjoin(LateDecision, LateDecision.event_id == JournalEvent.id)
        .where(JournalEvent.attempt_id == attempt_id)
        .order_by(JournalEvent.id)
    )
    return [Event(*row) for row in rows]


def overdue(session: Session, now: datetime) -> list[int]:
    """Attempts whose time was up before now, longest ago first."""
    query = (
        select(Attempt.id)
        .where(Attempt.state == State.OPEN, Attempt.closes_at < now)
        .order_by(Attempt.closes_at)
        .limit(_MOST_CLOSED)
    )
    return list(session.scalars(query))


def _standing(attempts: Iterable[PastAttempt], quiz_id: int, cycle_id: int) -> Standing:
    """Voided attempts do not count."""
    return Standing(
        tuple(
            attempt
            for attempt in attempts
            if (attempt.quiz_id, attempt.cycle_id) == (quiz_id, cycle_id)
            and attempt.state != State.VOIDED
        )
    )


def _attempts(session: Session, person_id: int | None) -> list[PastAttempt]:
    """The attempts of a person, oldest first. Nobody makes so many that pages were needed."""
    last = (
        select(func.max(Result.sequence))
        .where(Result.attempt_id == Attempt.id)
        .correlate(Attempt)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Attempt.id,
            Attempt.quiz_id,
            Attempt.cycle_id,
            Attempt.number,
            Attempt.state,
            Attempt.started_at,
            Attempt.deadline_at,
            Attempt.closes_at,
            Attempt.ended_at,
            Result.percent,
            Result.passed,
        )
        .outerjoin(Result, and_(Result.attempt_id == Attempt.id, Result.sequence == last))
        .where(Attempt.person_id == person_id)
        .order_by(Attempt.started_at, Attempt.id)
    )
    return [PastAttempt(*row) for row in rows]
