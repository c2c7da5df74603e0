"""What a member of staff looks after: cohorts, question banks, courses, people."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts import queries as accounts
from lms.accounts.queries import INVITED, Search
from lms.cohorts import queries as cohorts
from lms.cohorts.models import ACTIVE, Cohort, Enrolment, ProgrammeCourse
from lms.core.access import Actor, Permission, may
from lms.courses import queries as courses
from lms.courses.models import Course, CourseCompletion
from lms.question_banks import queries as question_banks
from lms.question_banks.queries import BankLine

_MOST_COHORTS = 6
"""Cohorts shown on the desk, the newest; the others are a click away."""


@dataclass(frozen=True, slots=True)
class CohortLine:
    """A cohort: its officers, and of all courses they take together how many are completed."""

    cohort: Cohort
    officers: int
    completed: int
    to_complete: int


@dataclass(frozen=True, slots=True)
class Desk:
    """What is looked after; None for what is not theirs."""

    cohorts: Sequence[CohortLine] | None
    more_cohorts: int
    banks: Sequence[BankLine] | None
    courses: Sequence[Course] | None
    never_signed_in: int | None


def desk_of(session: Session, actor: Actor) -> Desk:
    """What a person looks after."""
    found = []
    if may(actor, Permission.COHORT_READ):
        found = [cohort for cohort, *_ in cohorts.list_cohorts(session, actor)]
    shown = found[:_MOST_COHORTS]
    reads_banks = may(actor, Permission.BANK_READ)
    previews = may(actor, Permission.COURSE_PREVIEW)
    return Desk(
        cohorts=_lines(session, shown) if may(actor, Permission.COHORT_READ) else None,
        more_cohorts=len(found) - len(shown),
        banks=question_banks.list_banks(session, actor) if reads_banks else None,
        courses=courses.list_previews(session, actor) if previews else None,
        never_signed_in=_never_signed_in(session, actor),
    )


def _lines(session: Session, shown: Sequence[Cohort]) -> list[CohortLine]:
    ids = [cohort.id for cohort in shown]
    officers = _officers(session, ids)
    completed = _completed(session, ids)
    in_programme = _courses(session, {cohort.programme_id for cohort in shown})
    return [
        CohortLine(
            cohort=cohort,
            officers=officers.get(cohort.id, 0),
            completed=completed.get(cohort.id, 0),
            to_complete=officers.get(cohort.id, 0) * in_programme.get(cohort.programme_id, 0),
        )
        for cohort in shown
    ]


def _officers(session: Session, cohort_ids: Collection[int]) -> Mapping[int, int]:
    query = (
        select(Enrolment.cohort_id, func.count())
        .where(Enrolment.cohort_id.in_(cohort_ids), Enrolment.state == ACTIVE)
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _completed(session: Session, cohort_ids: Collection[int]) -> Mapping[int, int]:
    query = (
        select(Enrolment.cohort_id, func.count())
        .join(Cohort, Cohort.id == Enrolment.cohort_id)
        .join(ProgrammeCourse, ProgrammeCourse.programme_id == Cohort.programme_id)
        .join(
            CourseCompletion,
            (CourseCompletion.person_id == Enrolment.person_id)
            & (CourseCompletion.cycle_id == Cohort.cycle_id)
            & (CourseCompletion.course_id == ProgrammeCourse.course_id),
        )
        .where(Enrolment.cohort_id.in_(cohort_ids), Enrolment.state == ACTIVE)
        .group_by(Enrolment.cohort_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _courses(session: Session, programme_ids: Collection[int]) -> Mapping[int, int]:
    query = (
        select(ProgrammeCourse.programme_id, func.count())
        .where(ProgrammeCourse.programme_id.in_(programme_ids))
        .group_by(ProgrammeCourse.programme_id)
    )
    return {row[0]: row[1] for row in session.execute(query)}


def _never_signed_in(session: Session, actor: Actor) -> int | None:
    if not may(actor, Permission.PEOPLE_MANAGE):
        return None
    return accounts.list_people(session, actor, Search(state=INVITED), page=1).total
