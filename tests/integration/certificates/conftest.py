"""An administration with one course, a cohort that takes it, and officers who complete it."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from lms.adapters.files import FileStore
from lms.certificates.models import Certificate
from lms.certificates.services.printing import Printer
from lms.cohorts import services as cohorts
from lms.cohorts.queries import place_of
from lms.core.access import SYSTEM
from lms.courses.models import Activity, Course, CourseCompletion
from lms.db import transaction
from lms.quizzes.models import Attempt, Quiz, Result


@pytest.fixture
def administration(create_organisation):
    return create_organisation(
        name={"en": "Demo Customs Administration", "fr": "Douanes de démonstration"}
    )


@pytest.fixture
def course(session, administration, clock):
    """A course with a final quiz, in three languages."""
    with transaction(session):
        course = Course(
            slug="raman",
            organisation_id=administration.id,
            sharing="platform",
            title={
                "en": "Using a handheld Raman spectrometer",
                "fr": "Utiliser un spectromètre Raman portatif",
                "pt": "Utilização de um espectrómetro Raman portátil",
            },
            summary={},
            languages=["en", "fr", "pt"],
            validity_months=24,
            document={},
            fingerprint="0" * 64,
            changed_at=clock(),
        )
        session.add(course)
    return course


@pytest.fixture
def create_quiz(session, course, clock):
    def create(key="final", position=9, is_required=True):
        with transaction(session):
            activity = Activity(
                course_id=course.id,
                kind="quiz",
                key=key,
                position=position,
                objectives=[],
                completion="",
                requires=[],
                is_required=is_required,
            )
            session.add(activity)
            session.flush()
            quiz = Quiz(
                course_id=course.id,
                activity_id=activity.id,
                organisation_id=course.organisation_id,
                key=key,
                title={"en": key},
                summary={},
                document={},
                rules={},
                fingerprint="0" * 64,
                changed_at=clock(),
            )
            session.add(quiz)
        return quiz

    return create


@pytest.fixture
def cohort(session, administration, course, clock):
    with transaction(session):
        programme = cohorts.add_programme(
            session,
            SYSTEM,
            cohorts.ProgrammeData("handling", administration.id, {"en": "Handling"}, [course.id]),
            clock(),
        )
        cycle = cohorts.add_cycle(session, SYSTEM, programme, 1, date(2026, 11, 1), clock())
        data = cohorts.CohortData(
            slug="north",
            cycle_id=cycle.id,
            organisation_id=administration.id,
            title={"en": "North"},
            language="en",
            time_zone="UTC",
            starts_on=date(2026, 11, 1),
        )
        return cohorts.add_cohort(session, SYSTEM, data, clock())


@pytest.fixture
def create_officer(session, create_person, administration, cohort, clock):
    """Makes an officer of the administration who is enrolled in the cohort."""

    def create(**columns):
        officer = create_person(organisation=administration, **columns)
        with transaction(session):
            cohorts.enrol(session, SYSTEM, cohort, officer.id, clock())
        return officer

    return create


@pytest.fixture
def attempt(session, cohort, clock):
    """Notes a finished attempt at a quiz; every further result of it is a regrade."""

    def attempt(officer, quiz, number, *percents, passed=True, state="graded"):
        with transaction(session):
            row = Attempt(
                quiz_id=quiz.id,
                person_id=officer.id,
                cycle_id=cohort.cycle_id,
                number=number,
                state=state,
                rules={},
                slots=[],
                accommodation_percent=0,
                language="en",
                outbox_key="0" * 64,
                started_at=clock(),
            )
            session.add(row)
            session.flush()
            for sequence, percent in enumerate(percents, start=1):
                result = Result(
                    attempt_id=row.id,
                    sequence=sequence,
                    rule_version=1,
                    points=str(percent),
                    possible="100",
                    percent=percent,
                    passed=passed,
                    details={},
                    graded_at=clock(),
                )
                session.add(result)

    return attempt


@pytest.fixture
def seal(app):
    return app.extensions["house"].seal


@pytest.fixture
def complete(session, cohort, course, seal, clock):
    """Completes the course for an officer, as its last activity does; the certificate."""

    def complete(officer):
        place = place_of(cohort, officer.id)
        with transaction(session):
            session.add(
                CourseCompletion(
                    person_id=officer.id,
                    course_id=course.id,
                    cycle_id=cohort.cycle_id,
                    completed_at=clock(),
                )
            )
            session.flush()
            seal.on_completed(session, course, place, clock())
        of_officer = select(Certificate).where(Certificate.person_id == officer.id)
        return session.scalars(of_officer).one()

    return complete


@pytest.fixture
def print_now(session, app, clock):
    """Prints a certificate as the worker does; the PDF."""

    def print_now(certificate):
        house = app.extensions["house"]
        printer = Printer(house.design, house.keys, house.files)
        printer(session, {"certificate": certificate.id}, clock())
        session.refresh(certificate)
        return FileStore(house.settings.files).get(certificate.pdf_sha256)

    return print_now
