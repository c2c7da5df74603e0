"""Starting an attempt: what was agreed, drawn and allowed at this moment is frozen in it."""

from __future__ import annotations

import random
import secrets
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from lms.audit.services import record
from lms.core.access import Actor
from lms.core.attempt import State
from lms.core.blueprint import BlueprintShort, QuizRules, draw
from lms.core.items.registry import item_type
from lms.core.progress import Status
from lms.core.timing import closes_at, deadline
from lms.courses.activities import CourseParts
from lms.courses.queries import OpenCourse, outline_of
from lms.question_banks.queries import candidates, parsed, versions
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.queries import Standing, background_of, standings
from lms.quizzes.slots import Slot


class CannotStart(Exception):
    """No attempt may start now.

    `code` is one of: not_enrolled, locked, passed, no_attempts_left, cooling_down, short (the
    banks hold too few items).
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class LeftOpen(Exception):
    """The time of the attempt that is open is up: it has to be ended first."""

    def __init__(self, attempt_id: int) -> None:
        super().__init__(attempt_id)
        self.attempt_id = attempt_id


@dataclass(frozen=True, slots=True)
class Draft:
    """An attempt that may start, drawn but not written yet."""

    quiz: Quiz
    person_id: int
    cycle_id: int
    number: int
    rules: QuizRules
    slots: tuple[Slot, ...]
    accommodation_percent: int


def prepare(
    session: Session,
    found: OpenCourse,
    quiz: Quiz,
    parts: CourseParts,
    now: datetime,
    rng: random.Random,
) -> Draft | int:
    """Draw an attempt for the person in this place, or give the id of the one that is open.

    Only reads, so that a thousand officers who start together do not wait for each other while
    items are drawn. Raises `CannotStart` or `LeftOpen`.
    """
    if found.place is None:
        raise CannotStart("not_enrolled")
    standing = standings(session, found.place, [quiz.id])[quiz.id]
    if standing.open is not None:
        if standing.open.is_overdue(now):
            raise LeftOpen(standing.open.id)
        return standing.open.id
    rules = QuizRules.from_json(quiz.rules)
    _require_turn(session, found, quiz, standing, rules, parts, now)
    person_id, cycle_id = found.place.person_id, found.place.cycle_id
    accommodation, earlier = background_of(session, person_id, quiz.id)
    seen = frozenset(slot["item"] for form in earlier for slot in form.slots)
    return Draft(
        quiz=quiz,
        person_id=person_id,
        cycle_id=cycle_id,
        # Voided attempts keep their number.
        number=max((form.number for form in earlier if form.cycle_id == cycle_id), default=0) + 1,
        rules=rules,
        slots=_draw(session, rules, seen, rng),
        accommodation_percent=accommodation,
    )


def start(session: Session, actor: Actor, draft: Draft, language: str, now: datetime) -> int:
    """Write the attempt; its id. Of several that start together one wins, and all get its id."""
    ends = deadline(now, draft.rules.time_limit, draft.accommodation_percent)
    postgres = session.get_bind().dialect.name == "postgresql"
    attempt_id: int | None = session.scalar(
        (postgresql.insert if postgres else sqlite.insert)(Attempt)
        .values(
            quiz_id=draft.quiz.id,
            person_id=draft.person_id,
            cycle_id=draft.cycle_id,
            number=draft.number,
            state=State.OPEN,
            rules=draft.rules.to_json(),
            slots=[slot.to_json() for slot in draft.slots],
            accommodation_percent=draft.accommodation_percent,
            extra_seconds=0,
            language=language,
            outbox_key=secrets.token_hex(32),
            started_at=now,
            deadline_at=ends,
            closes_at=closes_at(ends, draft.rules.grace),
        )
        .on_conflict_do_nothing()
        .returning(Attempt.id)
    )
    if attempt_id is None:
        return _winner(session, draft)
    details = {"quiz": draft.quiz.id, "number": draft.number}
    record(session, actor, "attempt.started", ("attempt", attempt_id), now, details)
    return attempt_id


def _winner(session: Session, draft: Draft) -> int:
    """The attempt that was begun just before: still open, or ended since."""
    return session.scalars(
        select(Attempt.id)
        .where(
            Attempt.person_id == draft.person_id,
            Attempt.quiz_id == draft.quiz.id,
            or_(Attempt.state == State.OPEN, Attempt.cycle_id == draft.cycle_id),
        )
        .order_by(Attempt.state != State.OPEN, Attempt.number.desc())
        .limit(1)
    ).one()


def _require_turn(
    session: Session,
    found: OpenCourse,
    quiz: Quiz,
    standing: Standing,
    rules: QuizRules,
    parts: CourseParts,
    now: datetime,
) -> None:
    turn = standing.may_start(rules, now)
    if turn.code != "yes":
        raise CannotStart(turn.code)
    outline = outline_of(session, found, parts, now)
    entry = next((one for one in outline.entries if one.activity.id == quiz.activity_id), None)
    if entry is None or entry.state.status is Status.LOCKED:
        raise CannotStart("locked")


def _draw(
    session: Session, rules: QuizRules, seen: frozenset[str], rng: random.Random
) -> tuple[Slot, ...]:
    banks = {line.bank for line in rules.blueprint}
    try:
        form = draw(rules.blueprint, candidates(session, banks), rng, seen, rules.shuffle_items)
    except BlueprintShort as short:
        raise CannotStart("short") from short
    found = versions(session, [drawn.version_id for drawn in form])
    items = {version_id: parsed(version) for version_id, version in found.items()}
    return tuple(
        Slot(
            number=number,
            item_key=drawn.item_key,
            version_id=drawn.version_id,
            fingerprint=found[drawn.version_id].fingerprint,
            line=drawn.line,
            weight=rules.blueprint[drawn.line].weight,
            must_pass=rules.blueprint[drawn.line].must_pass,
            layout=item_type(items[drawn.version_id].type).draw_layout(
                items[drawn.version_id], rng, rules.shuffle_options
            ),
        )
        for number, drawn in enumerate(form, 1)
    )
