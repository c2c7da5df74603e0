"""Reading programmes, cohorts and enrolments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, Select, false, or_, select, true
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.cohorts.models import ACTIVE, Cohort, Enrolment, Programme, ProgrammeCourse
from lms.core.access import TABLE, Actor, Permission, Scope
from lms.courses.activities import Place
from lms.courses.models import Course, CourseCompletion

_WIDEST_ZONE = timedelta(hours=14)


class Places:
    """Where officers stand in courses: active enrolments of cohorts that run now."""

    def place_in(
        self, session: Session, person_id: int, course_id: int, now: datetime
    ) -> Place | None:
        """The person's current place in a course; None without an enrolment."""
        query = _enrolled(person_id, now).where(ProgrammeCourse.course_id == course_id)
        return _by_course(session, query, person_id, now).get(course_id)

    def places(self, session: Session, person_id: int, now: datetime) -> Mapping[int, Place]:
        """All current places of a person, by course id, in the order to show them."""
        return _by_course(session, _enrolled(person_id, now), person_id, now)


def place_of(cohort: Cohort, person_id: int) -> Place:
    """Where a person of the cohort stands in its courses."""
    return Place(
        person_id=person_id,
        cycle_id=cohort.cycle_id,
        programme_id=cohort.programme_id,
        cohort_id=cohort.id,
        time_zone=cohort.time_zone,
    )


def within(actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The condition on a cohort that it lies in the actor's reach for a permission."""
    grants = [grant for grant in actor.grants if grant.role in TABLE[permission]]
    if any(grant.scope is Scope.PLATFORM for grant in grants):
        return true()
    columns = {
        Scope.ORGANISATION: Cohort.organisation_id,
        Scope.PROGRAMME: Cohort.programme_id,
        Scope.COHORT: Cohort.id,
    }
    reached = [columns[grant.scope] == grant.scope_id for grant in grants]
    return or_(false(), *reached)


def list_cohorts(session: Session, actor: Actor) -> list[Row[Cohort, Programme, Organisation]]:
    """The cohorts an actor may see, newest first."""
    query = (
        select(Cohort, Programme, Organisation)
        .join(Programme, Programme.id == Cohort.programme_id)
        .join(Organisation, Organisation.id == Cohort.organisation_id)
        .where(within(actor, Permission.COHORT_READ))
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc())
    )
    return list(session.execute(query))


def find_cohort(
    session: Session, actor: Actor, slug: str, permission: Permission = Permission.COHORT_READ
) -> Cohort | None:
    """The cohort, if it lies in the actor's reach."""
    query = select(Cohort).where(Cohort.slug == slug, within(actor, permission))
    return session.scalar(query)


def officers_of(session: Session, cohort: Cohort) -> list[Row[Person, Enrolment]]:
    """Everyone who is or was enrolled, by name."""
    query = (
        select(Person, Enrolment)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.cohort_id == cohort.id)
        .order_by(Person.display_name, Person.id)
    )
    return list(session.execute(query))


def courses_of(session: Session, programme_id: int) -> list[Course]:
    """The courses of a programme, in their order."""
    query = (
        select(Course)
        .join(ProgrammeCourse, ProgrammeCourse.course_id == Course.id)
        .where(ProgrammeCourse.programme_id == programme_id)
        .order_by(ProgrammeCourse.position)
    )
    return list(session.scalars(query))


def completions_in(session: Session, cycle_id: int) -> dict[tuple[int, int], datetime]:
    """When each person completed each course in a cycle, by (person id, course id)."""
    query = select(
        CourseCompletion.person_id, CourseCompletion.course_id, CourseCompletion.completed_at
    ).where(CourseCompletion.cycle_id == cycle_id)
    return {(person, course): at for person, course, at in session.execute(query)}


def _enrolled(person_id: int, now: datetime) -> Select[int, Cohort]:
    # Days are counted in each cohort's own zone. The database narrows down to the days that are
    # today somewhere on earth, `_by_course` decides.
    latest = (now.astimezone(UTC) + _WIDEST_ZONE).date()
    earliest = (now.astimezone(UTC) - _WIDEST_ZONE).date()
    return (
        select(ProgrammeCourse.course_id, Cohort)
        .join(Cohort, Cohort.programme_id == ProgrammeCourse.programme_id)
        .join(Enrolment, Enrolment.cohort_id == Cohort.id)
        .where(
            Enrolment.person_id == person_id,
            Enrolment.state == ACTIVE,
            Cohort.starts_on <= latest,
            or_(Cohort.ends_on.is_(None), Cohort.ends_on >= earliest),
        )
        .order_by(Cohort.starts_on.desc(), Cohort.id.desc(), ProgrammeCourse.position)
    )


def _by_course(
    session: Session, query: Select[int, Cohort], person_id: int, now: datetime
) -> dict[int, Place]:
    """One place a course: that in the cohort which began last."""
    found: dict[int, Place] = {}
    for course_id, cohort in session.execute(query):
        if _runs_on(cohort, now.astimezone(ZoneInfo(cohort.time_zone)).date()):
            found.setdefault(course_id, place_of(cohort, person_id))
    return found


def _runs_on(cohort: Cohort, day: date) -> bool:
    return cohort.starts_on <= day and (cohort.ends_on is None or day <= cohort.ends_on)
