"""Programmes, cycles, cohorts and who is enrolled in them.

Each act can be repeated: what is there already is given back as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

from sqlalchemy import Select, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.audit.services import record
from lms.cohorts.models import (
    ACTIVE,
    WITHDRAWN,
    Cohort,
    Cycle,
    Enrolment,
    Programme,
    ProgrammeCourse,
)
from lms.core.access import Actor
from lms.db import Base

RowT = TypeVar("RowT", bound=Base)


@dataclass(frozen=True, slots=True)
class ProgrammeData:
    """What a programme is made of. `courses` are ids, in their order."""

    slug: str
    organisation_id: int
    title: Mapping[str, str]
    courses: Sequence[int]
    validity_months: int | None = None


@dataclass(frozen=True, slots=True)
class CohortData:
    """What a cohort is made of."""

    slug: str
    cycle_id: int
    organisation_id: int
    title: Mapping[str, str]
    language: str
    time_zone: str
    starts_on: date
    ends_on: date | None = None
    place: str = ""
    capacity: int | None = None


class CohortFull(ValueError):
    """The cohort has no place left."""


def add_programme(session: Session, actor: Actor, data: ProgrammeData, now: datetime) -> Programme:
    """Add a programme, and to a known one the courses it does not have yet."""
    known = select(Programme).where(Programme.slug == data.slug)
    programme = session.scalar(known)
    if programme is None:
        programme = Programme(
            slug=data.slug,
            organisation_id=data.organisation_id,
            title=dict(data.title),
            validity_months=data.validity_months,
            created_at=now,
        )
        programme, is_new = _add_once(session, programme, known)
        if is_new:
            _record(session, actor, "programme.added", programme, now)
    _add_courses(session, programme, data.courses)
    return programme


def add_cycle(
    session: Session,
    actor: Actor,
    programme: Programme,
    number: int,
    starts_on: date,
    now: datetime,
    ends_on: date | None = None,
) -> Cycle:
    """Add a run of a programme."""
    known = select(Cycle).where(Cycle.programme_id == programme.id, Cycle.number == number)
    cycle = session.scalar(known)
    if cycle is not None:
        return cycle
    cycle = Cycle(programme_id=programme.id, number=number, starts_on=starts_on, ends_on=ends_on)
    cycle, is_new = _add_once(session, cycle, known)
    if is_new:
        _record(session, actor, "cycle.added", programme, now, {"cycle": cycle.id})
    return cycle


def add_cohort(session: Session, actor: Actor, data: CohortData, now: datetime) -> Cohort:
    """Add a cohort that follows a cycle of a programme."""
    known = select(Cohort).where(Cohort.slug == data.slug)
    cohort = session.scalar(known)
    if cohort is not None:
        return cohort
    cohort = Cohort(
        slug=data.slug,
        programme_id=session.get_one(Cycle, data.cycle_id).programme_id,
        cycle_id=data.cycle_id,
        organisation_id=data.organisation_id,
        title=dict(data.title),
        language=data.language,
        time_zone=data.time_zone,
        starts_on=data.starts_on,
        ends_on=data.ends_on,
        place=data.place,
        capacity=data.capacity,
        created_at=now,
    )
    cohort, is_new = _add_once(session, cohort, known)
    if is_new:
        _record(session, actor, "cohort.added", cohort, now)
    return cohort


def move_to_cycle(
    session: Session, actor: Actor, cohort: Cohort, cycle: Cycle, now: datetime
) -> None:
    """Let a cohort begin anew: what was achieved stays with the cycle it was achieved in."""
    if cohort.cycle_id != cycle.id:
        cohort.cycle_id = cycle.id
        session.flush()
        _record(session, actor, "cohort.moved", cohort, now, {"cycle": cycle.id})


def enrol(
    session: Session, actor: Actor, cohort: Cohort, person_id: int, now: datetime
) -> Enrolment:
    """Give a person a place in a cohort, or give it back after a withdrawal.

    Raises `CohortFull`.
    """
    known = _enrolment(cohort, person_id)
    enrolment = session.scalar(known)
    if enrolment is not None and enrolment.state != WITHDRAWN:
        return enrolment
    _require_place(session, cohort)
    if enrolment is None:
        enrolment, is_new = _add_once(session, _new_enrolment(actor, cohort, person_id, now), known)
    else:
        is_new = _change_state(session, enrolment, WITHDRAWN, ACTIVE, "", now)
    if is_new:
        _record(session, actor, "enrolment.added", cohort, now, {"person": person_id})
    return enrolment


def withdraw(
    session: Session, actor: Actor, cohort: Cohort, person_id: int, reason: str, now: datetime
) -> Enrolment | None:
    """End a person's place in a cohort. What was achieved is kept."""
    enrolment = session.scalar(_enrolment(cohort, person_id))
    if enrolment is None:
        return None
    if _change_state(session, enrolment, ACTIVE, WITHDRAWN, reason, now):
        details = {"person": person_id, "reason": reason}
        _record(session, actor, "enrolment.withdrawn", cohort, now, details)
    return enrolment


def _add_courses(session: Session, programme: Programme, courses: Sequence[int]) -> None:
    listed = select(ProgrammeCourse.course_id, ProgrammeCourse.position).where(
        ProgrammeCourse.programme_id == programme.id
    )
    positions = {row.course_id: row.position for row in session.execute(listed)}
    for course_id in courses:
        if course_id not in positions:
            positions[course_id] = max(positions.values(), default=0) + 1
            session.add(
                ProgrammeCourse(
                    programme_id=programme.id,
                    course_id=course_id,
                    position=positions[course_id],
                )
            )
    session.flush()


def _enrolment(cohort: Cohort, person_id: int) -> Select[Enrolment]:
    return select(Enrolment).where(
        Enrolment.cohort_id == cohort.id, Enrolment.person_id == person_id
    )


def _new_enrolment(actor: Actor, cohort: Cohort, person_id: int, now: datetime) -> Enrolment:
    return Enrolment(
        cohort_id=cohort.id,
        person_id=person_id,
        state=ACTIVE,
        enrolled_by=actor.person_id,
        enrolled_at=now,
        state_changed_at=now,
    )


def _require_place(session: Session, cohort: Cohort) -> None:
    # The cohort's row is held until the commit, so that two cannot take the last place.
    capacity = session.scalar(
        select(Cohort.capacity).where(Cohort.id == cohort.id).with_for_update()
    )
    if capacity is None:
        return
    taken = select(Enrolment.id).where(
        Enrolment.cohort_id == cohort.id, Enrolment.state != WITHDRAWN
    )
    if len(session.scalars(taken).all()) >= capacity:
        raise CohortFull(cohort.slug)


def _change_state(
    session: Session, enrolment: Enrolment, before: str, after: str, reason: str, now: datetime
) -> bool:
    """Whether it was in the state before, and is in the other now."""
    changed = session.execute(
        update(Enrolment)
        .where(Enrolment.id == enrolment.id, Enrolment.state == before)
        .values(state=after, state_changed_at=now, reason=reason)
        .returning(Enrolment.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(enrolment)
    return changed is not None


def _add_once(session: Session, row: RowT, known: Select[RowT]) -> tuple[RowT, bool]:
    """Insert a row, or give the one that another request inserted just before."""
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return session.scalars(known).one(), False
    return row, True


def _record(
    session: Session,
    actor: Actor,
    action: str,
    subject: Programme | Cohort,
    now: datetime,
    details: Mapping[str, object] | None = None,
) -> None:
    kind = type(subject).__tablename__
    record(session, actor, action, (kind, subject.id), now, details, subject.organisation_id)
