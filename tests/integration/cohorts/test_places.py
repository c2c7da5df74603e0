"""Where officers stand: enrolments of cohorts that run now, in each cohort's own zone."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from lms.audit.models import AuditEntry
from lms.cohorts import services
from lms.cohorts.models import Enrolment
from lms.cohorts.queries import Places
from lms.core.access import SYSTEM
from lms.courses.models import Course
from lms.db import transaction

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.fixture
def administration(create_organisation):
    return create_organisation()


@pytest.fixture
def courses(session, administration):
    with transaction(session):
        made = [
            Course(
                slug=slug,
                organisation_id=administration.id,
                sharing="platform",
                title={"en": slug},
                summary={"en": slug},
                languages=["en"],
                document={},
                fingerprint="0" * 64,
                changed_at=NOW,
            )
            for slug in ("first", "second")
        ]
        session.add_all(made)
    return made


@pytest.fixture
def create_cohort(session, administration, courses):
    def create(slug="north", **changes):
        programme_data = services.ProgrammeData(
            slug=changes.pop("programme", "handling"),
            organisation_id=administration.id,
            title={"en": "Handling"},
            courses=[course.id for course in courses],
        )
        with transaction(session):
            programme = services.add_programme(session, SYSTEM, programme_data, NOW)
            cycle = services.add_cycle(session, SYSTEM, programme, 1, date(2026, 1, 1), NOW)
            data = {
                "slug": slug,
                "cycle_id": cycle.id,
                "organisation_id": administration.id,
                "title": {"en": slug},
                "language": "en",
                "time_zone": "UTC",
                "starts_on": date(2026, 11, 1),
                **changes,
            }
            return services.add_cohort(session, SYSTEM, services.CohortData(**data), NOW)

    return create


def enrol(session, cohort, person):
    with transaction(session):
        return services.enrol(session, SYSTEM, cohort, person.id, NOW)


def test_an_enrolment_gives_a_place_in_every_course_in_order(
    session, create_cohort, create_person, courses
):
    cohort, officer = create_cohort(), create_person()
    enrol(session, cohort, officer)
    places = Places().places(session, officer.id, NOW)
    assert list(places) == [course.id for course in courses]
    place = places[courses[0].id]
    assert (place.person_id, place.cohort_id) == (officer.id, cohort.id)
    assert (place.cycle_id, place.programme_id) == (cohort.cycle_id, cohort.programme_id)
    assert Places().place_in(session, officer.id, courses[1].id, NOW) == places[courses[1].id]


def test_without_an_enrolment_there_is_no_place(session, create_cohort, create_person, courses):
    cohort, officer, other = create_cohort(), create_person(), create_person()
    enrol(session, cohort, other)
    assert Places().places(session, officer.id, NOW) == {}
    assert Places().place_in(session, officer.id, courses[0].id, NOW) is None


def test_withdrawing_takes_the_place_away_and_enrolling_gives_it_back(
    session, create_cohort, create_person, courses
):
    cohort, officer = create_cohort(), create_person()
    enrol(session, cohort, officer)
    with transaction(session):
        services.withdraw(session, SYSTEM, cohort, officer.id, "moved", NOW)
    assert Places().places(session, officer.id, NOW) == {}
    enrol(session, cohort, officer)
    assert len(Places().places(session, officer.id, NOW)) == 2
    assert session.scalar(select(func.count()).select_from(Enrolment)) == 1


@pytest.mark.parametrize(
    ("zone", "now", "runs"),
    [
        ("UTC", datetime(2026, 10, 31, 23, 59, tzinfo=UTC), False),
        ("UTC", datetime(2026, 11, 1, 0, 0, tzinfo=UTC), True),
        ("Africa/Lagos", datetime(2026, 10, 31, 23, 0, tzinfo=UTC), True),
        ("Atlantic/Cape_Verde", datetime(2026, 11, 1, 0, 59, tzinfo=UTC), False),
        ("UTC", datetime(2026, 12, 10, 23, 59, tzinfo=UTC), True),
        ("UTC", datetime(2026, 12, 11, 0, 0, tzinfo=UTC), False),
        ("Atlantic/Cape_Verde", datetime(2026, 12, 11, 0, 59, tzinfo=UTC), True),
    ],
)
def test_a_cohort_runs_on_the_days_of_its_own_zone(
    session, create_cohort, create_person, zone, now, runs
):
    cohort, officer = create_cohort(time_zone=zone, ends_on=date(2026, 12, 10)), create_person()
    enrol(session, cohort, officer)
    assert bool(Places().places(session, officer.id, now)) is runs


def test_the_cohort_that_began_last_counts(session, create_cohort, create_person, courses):
    old = create_cohort("old")
    new = create_cohort("new", starts_on=date(2026, 11, 20))
    officer = create_person()
    enrol(session, new, officer)
    enrol(session, old, officer)
    places = Places().places(session, officer.id, NOW)
    assert {place.cohort_id for place in places.values()} == {new.id}


def test_places_are_read_in_one_statement(session, create_cohort, create_person, engine):
    officer = create_person()
    for number in range(5):
        enrol(session, create_cohort(f"cohort-{number}"), officer)
    session.expunge_all()
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *given: statements.append(given[2]))
    Places().places(session, officer.id, NOW)
    assert len([text for text in statements if text.startswith("SELECT")]) == 1


def test_doing_everything_twice_has_one_effect_and_one_entry(session, create_cohort, create_person):
    officer = create_person()
    for _ in range(2):
        enrol(session, create_cohort(), officer)
    actions = list(session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))
    assert actions == ["programme.added", "cycle.added", "cohort.added", "enrolment.added"]


def test_a_full_cohort_refuses_and_a_withdrawal_makes_room(session, create_cohort, create_person):
    cohort, first, second = create_cohort(capacity=1), create_person(), create_person()
    enrol(session, cohort, first)
    with pytest.raises(services.CohortFull):
        enrol(session, cohort, second)
    with transaction(session):
        services.withdraw(session, SYSTEM, cohort, first.id, "", NOW)
    assert enrol(session, cohort, second).state == "active"


def test_a_new_cycle_lets_a_cohort_begin_anew(session, create_cohort, create_person, courses):
    cohort, officer = create_cohort(), create_person()
    enrol(session, cohort, officer)
    with transaction(session):
        programme = services.add_programme(
            session,
            SYSTEM,
            services.ProgrammeData("handling", cohort.organisation_id, {"en": "x"}, []),
            NOW,
        )
        cycle = services.add_cycle(session, SYSTEM, programme, 2, date(2026, 12, 1), NOW)
        services.move_to_cycle(session, SYSTEM, cohort, cycle, NOW)
    place = Places().place_in(session, officer.id, courses[0].id, NOW)
    assert place.cycle_id == cycle.id
