"""Completing a course: noticed wherever an activity ends, written once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.audit.services import record
from lms.core.access import Actor
from lms.courses import queries
from lms.courses.activities import CourseParts, Place
from lms.courses.models import Course, CourseCompletion
from lms.db import insert_once


def settle(
    session: Session, course: Course, place: Place, now: datetime, parts: CourseParts
) -> bool:
    """Note that the person has completed the course, if so and not noted before; whether it was.

    Whoever listens is told in the same transaction, and once, however many ends arrive together.
    """
    if not queries.is_complete(session, course, place, parts, now):
        return False
    is_first = insert_once(
        session,
        CourseCompletion,
        person_id=place.person_id,
        course_id=course.id,
        cycle_id=place.cycle_id,
        completed_at=now,
    )
    if not is_first:
        return False
    record(
        session,
        Actor(place.person_id),
        "course.completed",
        ("course", course.id),
        now,
        {"cycle": place.cycle_id, "cohort": place.cohort_id},
        organisation_id=course.organisation_id,
    )
    for hook in parts.on_completed:
        hook(session, course, place, now)
    return True
