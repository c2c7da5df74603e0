"""Issuing what is due in a whole cohort, and saying who gets none and why."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.certificates.models import Certificate
from lms.certificates.queries import find_held
from lms.certificates.services.issue import Seal, issue
from lms.cohorts.models import WITHDRAWN, Cohort
from lms.cohorts.queries import officers_of, place_of
from lms.core.access import Actor
from lms.core.text import Text
from lms.courses.activities import CourseParts, Place
from lms.courses.models import Course
from lms.courses.queries import OpenCourse, completion_of, outline_of
from lms.courses.services import settle


class Outcome(StrEnum):
    """What became of one officer."""

    ISSUED = "issued"
    ALREADY_ISSUED = "already_issued"
    NOT_COMPLETED = "not_completed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class OfficerOutcome:
    """One line of the report. `missing` are the titles of what is still to be done."""

    person: Person
    outcome: Outcome
    certificate: Certificate | None = None
    missing: tuple[Text, ...] = ()


def issue_due(
    session: Session,
    actor: Actor,
    seal: Seal,
    parts: CourseParts,
    cohort: Cohort,
    course: Course,
    now: datetime,
) -> Iterator[OfficerOutcome]:
    """Issue to everyone of the cohort who has completed the course; one outcome an officer."""
    for person, enrolment in officers_of(session, cohort):
        place = place_of(cohort, person.id)
        held = find_held(session, course.id, place)
        if held is not None:
            yield OfficerOutcome(person, Outcome.ALREADY_ISSUED, held)
        elif enrolment.state == WITHDRAWN:
            yield OfficerOutcome(person, Outcome.WITHDRAWN)
        elif _has_completed(session, parts, course, place, now):
            certificate = issue(session, actor, seal, course, place, now)
            yield OfficerOutcome(person, Outcome.ISSUED, certificate)
        else:
            missing = _missing(session, parts, course, place, now)
            yield OfficerOutcome(person, Outcome.NOT_COMPLETED, missing=missing)


def _has_completed(
    session: Session, parts: CourseParts, course: Course, place: Place, now: datetime
) -> bool:
    """Whether it is noted, or would be if the officer came back to the course."""
    return settle(session, course, place, now, parts) or (
        completion_of(session, course, place) is not None
    )


def _missing(
    session: Session, parts: CourseParts, course: Course, place: Place, now: datetime
) -> tuple[Text, ...]:
    outline = outline_of(session, OpenCourse(course, place), parts, now)
    return tuple(
        entry.title
        for entry in outline.entries
        if entry.activity.is_required and not entry.state.finished
    )
