"""Issuing: once, with what holds at that moment, and never changed by what comes later."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from sqlalchemy import func, select

from lms.audit.models import AuditEntry
from lms.certificates.models import Certificate, CertificateEvent
from lms.certificates.queries import claim_in
from lms.certificates.services.due import Outcome, issue_due
from lms.certificates.services.issue import issue
from lms.cohorts import services as cohorts
from lms.cohorts.models import Programme
from lms.cohorts.queries import place_of
from lms.core.access import SYSTEM
from lms.core.credentials.verdict import Kind, verify
from lms.courses.models import CourseCompletion
from lms.db import new_session, transaction
from lms.jobs.models import Job


def count(session, table):
    return session.scalar(select(func.count()).select_from(table))


@pytest.mark.parametrize(
    ("language", "name", "title"),
    [
        ("en", "Awa Ndiaye-Sarr", "Using a handheld Raman spectrometer"),
        ("fr", "Éléonore Brûlé-Lœuillet", "Utiliser un spectromètre Raman portatif"),
        ("pt", "Gonçalo Évora Conceição", "Utilização de um espectrómetro Raman portátil"),
    ],
)
def test_it_states_the_name_and_course_in_the_officers_language(
    create_officer, create_quiz, attempt, complete, language, name, title
):
    officer = create_officer(language=language, display_name=name)
    attempt(officer, create_quiz(), 1, 82)
    certificate = complete(officer)
    assert (certificate.name, certificate.course_title) == (name, title)
    assert (certificate.language, certificate.score) == (language, 82)
    assert certificate.issuer == "Demo Customs Administration"
    assert certificate.issued_on == date(2026, 12, 1)
    assert certificate.expires_on == date(2028, 11, 30)


def test_the_signed_claim_says_what_the_row_says(create_officer, complete, seal, clock):
    certificate = complete(create_officer())
    verdict = verify(certificate.message, seal.keys.trusted(), None, clock())
    assert verdict.kind is Kind.VALID
    claim = verdict.claim
    assert claim == claim_in(certificate)
    for field in ("serial", "name", "language", "issuer", "issued_on", "expires_on", "score"):
        assert getattr(claim, field) == getattr(certificate, field), field
    assert claim.course == certificate.course_title
    assert claim.status_index == certificate.status_index


def test_the_programme_can_say_how_long_it_lasts(session, create_officer, complete, cohort):
    with transaction(session):
        session.get_one(Programme, cohort.programme_id).validity_months = 6
    assert complete(create_officer()).expires_on == date(2027, 5, 31)


def test_without_a_validity_it_never_expires(session, create_officer, complete, course):
    with transaction(session):
        course.validity_months = None
    assert complete(create_officer()).expires_on is None


def test_the_day_is_that_of_the_cohorts_zone(session, create_officer, complete, cohort, clock):
    with transaction(session):
        cohort.time_zone = "Africa/Lagos"
    clock.now = clock.now.replace(hour=23, minute=30)
    assert complete(create_officer()).issued_on == date(2026, 12, 2)


def test_the_score_is_the_best_that_passed_the_last_required_quiz(
    create_officer, create_quiz, attempt, complete
):
    officer, final = create_officer(), create_quiz()
    attempt(officer, create_quiz("middle", 3), 1, 99)
    attempt(officer, create_quiz("extra", 12, is_required=False), 1, 98)
    attempt(officer, final, 1, 97, passed=False)
    attempt(officer, final, 2, 71)
    attempt(officer, final, 3, 90, 84)
    attempt(officer, final, 4, 96, state="voided")
    assert complete(officer).score == 84


def test_scores_of_others_do_not_count(create_officer, create_quiz, attempt, complete):
    officer, other, final = create_officer(), create_officer(), create_quiz()
    attempt(other, final, 1, 99)
    assert complete(officer).score is None


def test_it_leaves_a_history_an_audit_entry_and_a_job(session, create_officer, complete):
    certificate = complete(create_officer())
    assert session.scalars(select(CertificateEvent.status)).all() == ["issued"]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificate.issued")
    ).one()
    assert entry.subject_id == str(certificate.id)
    job = session.scalars(select(Job)).one()
    assert (job.kind, job.payload) == ("print_certificate", {"certificate": certificate.id})


def test_fifty_parallel_completions_give_one_certificate(
    engine, session, create_officer, cohort, course, seal, clock
):
    place = place_of(cohort, create_officer().id)

    def once(_number):
        with new_session(engine) as mine, transaction(mine):
            return issue(mine, SYSTEM, seal, course, place, clock()).serial

    with ThreadPoolExecutor(10) as pool:
        serials = set(pool.map(once, range(50)))
    assert len(serials) == 1
    assert count(session, Certificate) == 1
    assert count(session, CertificateEvent) == 1
    assert count(session, Job) == 1


def test_a_taken_number_is_drawn_again(create_officer, complete, monkeypatch):
    first = complete(create_officer())
    taken = [first.status_index, 7]
    monkeypatch.setattr("secrets.randbelow", lambda _most: taken.pop(0))
    second = complete(create_officer())
    assert second.status_index == 7


def test_another_name_afterwards_alters_nothing(session, create_officer, complete, print_now):
    officer = create_officer(display_name="Awa Ndiaye")
    certificate = complete(officer)
    message, pdf = certificate.message, print_now(certificate)
    with transaction(session):
        officer.display_name = "Awa Sarr"
        officer.language = "fr"
    session.refresh(certificate)
    assert (certificate.name, certificate.message) == ("Awa Ndiaye", message)
    assert print_now(certificate) == pdf


def test_one_is_issued_in_each_cycle(
    session, create_officer, complete, cohort, clock, course, seal
):
    officer = create_officer()
    first = complete(officer)
    with transaction(session):
        programme = session.get_one(Programme, cohort.programme_id)
        cycle = cohorts.add_cycle(session, SYSTEM, programme, 2, date(2026, 12, 1), clock())
        cohorts.move_to_cycle(session, SYSTEM, cohort, cycle, clock())
        second = issue(session, SYSTEM, seal, course, place_of(cohort, officer.id), clock())
    assert second.serial != first.serial


def test_a_partner_prints_its_own_name_beside_the_issuers(
    session, create_organisation, create_person, cohort, complete, clock
):
    port = create_organisation(name={"en": "Demo Port Authority"}, kind="port")
    officer = create_person(organisation=port)
    with transaction(session):
        cohorts.enrol(session, SYSTEM, cohort, officer.id, clock())
    certificate = complete(officer)
    assert certificate.holder_organisation == "Demo Port Authority"
    assert certificate.issuer == "Demo Customs Administration"


def test_a_key_that_does_not_open_delays_the_certificate_and_nothing_else(
    session, create_officer, complete, cohort, course, seal, clock, worker, monkeypatch
):
    """The completion is kept; the worker issues once the key opens, with the day it was earned."""
    complete(create_officer())
    (key,) = seal.keys._folder.glob("*.key.pem")
    content = key.read_bytes()
    key.write_bytes(b"damaged")
    seal.keys._private.clear()
    officer = create_officer()
    place = place_of(cohort, officer.id)
    with transaction(session):
        completion = CourseCompletion(
            person_id=officer.id,
            course_id=course.id,
            cycle_id=place.cycle_id,
            completed_at=clock(),
        )
        session.add(completion)
        session.flush()
        seal.on_completed(session, course, place, clock())
    assert count(session, CourseCompletion) == 2
    of_officer = select(Certificate).where(Certificate.person_id == officer.id)
    assert session.scalars(of_officer).all() == []
    key.write_bytes(content)
    earned_on = clock().date()
    clock.forward(days=2)
    session.rollback()
    worker.run_until_idle()
    assert session.scalars(of_officer).one().issued_on == earned_on


def test_a_cohort_is_told_who_gets_one_and_why_others_do_not(
    app, session, create_officer, complete, cohort, course, seal, clock
):
    parts = app.extensions["house"].course_parts
    early = create_officer(display_name="A early")
    complete(early)
    done = create_officer(display_name="B done")
    waiting = create_officer(display_name="C waiting")
    gone = create_officer(display_name="D gone")
    with transaction(session):
        for officer in (done, gone):
            completion = CourseCompletion(
                person_id=officer.id,
                course_id=course.id,
                cycle_id=cohort.cycle_id,
                completed_at=clock(),
            )
            session.add(completion)
        cohorts.withdraw(session, SYSTEM, cohort, gone.id, "moved", clock())

    def run():
        with transaction(session):
            due = issue_due(session, SYSTEM, seal, parts, cohort, course, clock())
            return {one.person.id: one.outcome for one in due}

    assert run() == {
        early.id: Outcome.ALREADY_ISSUED,
        done.id: Outcome.ISSUED,
        waiting.id: Outcome.NOT_COMPLETED,
        gone.id: Outcome.WITHDRAWN,
    }
    assert run()[done.id] is Outcome.ALREADY_ISSUED
    assert count(session, Certificate) == 2
