"""The small library brought in, people enrolled in its course, statements counted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person
from lms.cohorts import services as cohorts
from lms.core.access import SYSTEM
from lms.courses.models import Course
from lms.db import transaction
from lms.sync.report import Report
from tests.fixtures.content import library, statements, store, sync
from tests.fixtures.house import Clock
from tests.fixtures.pages import InspectingClient

__all__ = ["library", "statements", "store", "sync"]

COURSE = "/courses/drill"
FIRST = "/courses/drill/lessons/010-lamps"
CHECKED = "/courses/drill/lessons/020-seals"
LATER = "/courses/drill/lessons/030-ropes"


@pytest.fixture
def course(session: Session, sync: Callable[[], Report]) -> Course:
    """The course of the small library."""
    sync()
    return session.scalars(select(Course)).one()


@pytest.fixture
def enrol(session: Session, course: Course, clock: Clock) -> Callable[[Person], None]:
    """Gives a person a place in the course."""

    def enrol(person: Person) -> None:
        now, own = clock(), course.organisation_id
        with transaction(session):
            programme = cohorts.add_programme(
                session,
                SYSTEM,
                cohorts.ProgrammeData("drill", own, {"en": "Drill"}, [course.id]),
                now,
            )
            begins = date(2026, 1, 1)
            cycle = cohorts.add_cycle(session, SYSTEM, programme, 1, begins, now)
            data = cohorts.CohortData("drill", cycle.id, own, {"en": "Drill"}, "en", "UTC", begins)
            cohort = cohorts.add_cohort(session, SYSTEM, data, now)
            cohorts.enrol(session, SYSTEM, cohort, person.id, now)

    return enrol


@pytest.fixture
def officer(
    client: InspectingClient,
    create_person: Callable[..., Person],
    enrol: Callable[[Person], None],
    sign_in: Callable[[InspectingClient, Person], None],
) -> Person:
    """An officer with a place in the course, signed in."""
    person = create_person()
    enrol(person)
    sign_in(client, person)
    return person
