"""Certificates on the pages of officers and coordinators."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from lms.audit.models import AuditEntry
from lms.certificates.models import CertificateEvent
from lms.core.access import Role, Scope
from lms.db import transaction


@pytest.fixture
def officer(create_officer):
    return create_officer(display_name="Awa Ndiaye")


@pytest.fixture
def coordinator(create_person, administration):
    return create_person(Role.COORDINATOR, organisation=administration)


def test_without_a_certificate_the_page_says_how_to_get_one(client, sign_in, officer):
    sign_in(client, officer)
    client.get("/certificates")
    assert "No certificate yet" in client.page.words


def test_an_officer_sees_their_own_and_nobody_elses(
    client, sign_in, officer, create_officer, complete
):
    own, other = complete(officer), complete(create_officer())
    sign_in(client, officer)
    client.get("/certificates")
    assert own.serial in client.page.words
    assert "30 November 2028" in client.page.words
    assert "Valid" in client.page.words
    assert other.serial not in client.page.words


def test_the_download_is_the_same_every_time(
    client, sign_in, officer, complete, print_now, session
):
    certificate = complete(officer)
    printed = print_now(certificate)
    sign_in(client, officer)
    address = f"/certificates/{certificate.serial}.pdf"
    first = client.get(address)
    with transaction(session):
        officer.display_name = "Someone else"
    again = client.get(address)
    assert first.data == again.data == printed
    assert first.mimetype == "application/pdf"
    assert certificate.serial in first.headers["Content-Disposition"]


def test_until_it_is_printed_a_page_waits_for_it(client, sign_in, officer, complete, worker):
    certificate = complete(officer)
    sign_in(client, officer)
    address = f"/certificates/{certificate.serial}.pdf"
    response = client.get(address)
    assert response.status_code == 202
    assert client.page.heading == "Your certificate is being prepared"
    assert client.page.one("meta", http_equiv="refresh").get("content") == "2"
    worker.run_until_idle()
    assert client.get(address).mimetype == "application/pdf"


def test_a_pdf_that_cannot_be_made_is_admitted(
    client, sign_in, create_officer, complete, worker, clock
):
    officer = create_officer(display_name="Awa \U00013000")
    certificate = complete(officer)
    for _ in range(8):
        worker.run_until_idle()
        clock.forward(hours=2)
    sign_in(client, officer)
    client.get(f"/certificates/{certificate.serial}.pdf")
    assert client.page.heading == "The PDF could not be made"
    assert not client.page.all("meta", http_equiv="refresh")


@pytest.mark.parametrize("role", [Role.OFFICER, Role.TRAINER, Role.COORDINATOR])
def test_other_peoples_pdfs_do_not_exist(
    client, sign_in, officer, complete, print_now, create_person, role
):
    """Not for officers beside them, nor for coordinators of elsewhere."""
    certificate = complete(officer)
    print_now(certificate)
    sign_in(client, create_person(role))
    for path in (".pdf", "", "/revoke"):
        assert client.get(f"/certificates/{certificate.serial}{path}").status_code == 404


def test_a_trainer_of_the_same_organisation_manages_nothing(
    client, sign_in, officer, complete, create_person, administration
):
    certificate = complete(officer)
    sign_in(client, create_person(Role.TRAINER, organisation=administration))
    assert client.get(f"/certificates/{certificate.serial}").status_code == 404
    assert client.get(f"/certificates/{certificate.serial}.pdf").status_code == 404
    assert client.get("/cohorts/north").status_code == 200


def test_a_cohort_shows_who_is_how_far(
    client, sign_in, coordinator, officer, create_officer, create_quiz, attempt, complete
):
    waiting = create_officer(display_name="Binta Sow")
    final = create_quiz()
    attempt(officer, final, 1, 82)
    attempt(waiting, final, 1, 41, passed=False)
    certificate = complete(officer)
    sign_in(client, coordinator)
    client.get("/cohorts")
    assert "North" in client.page.words
    client.get("/cohorts/north")
    rows = [" ".join(" ".join(row.itertext()).split()) for row in client.page.all("tr")]
    (done,) = [row for row in rows if "Awa Ndiaye" in row]
    (under_way,) = [row for row in rows if "Binta Sow" in row]
    assert "Completed 1 December 2026 82% Valid" in done
    assert certificate.serial in done
    assert "Under way 41% none yet" in under_way


@pytest.mark.parametrize(
    ("scope", "finds"),
    [(Scope.COHORT, True), (Scope.PROGRAMME, True), (Scope.ORGANISATION, False)],
)
def test_a_coordinator_of_elsewhere_reaches_what_was_granted(
    client, sign_in, create_person, cohort, officer, complete, scope, finds
):
    ids = {Scope.COHORT: cohort.id, Scope.PROGRAMME: cohort.programme_id}
    certificate = complete(officer)
    sign_in(client, create_person(Role.COORDINATOR, scope=scope, scope_id=ids.get(scope)))
    status = 200 if finds else 404
    assert client.get("/cohorts/north").status_code == status
    assert client.get(f"/certificates/{certificate.serial}").status_code == status
    client.get("/cohorts")
    assert ("North" in client.page.words) is finds


def test_the_number_of_statements_does_not_grow_with_the_cohort(
    client, sign_in, coordinator, create_officer, create_quiz, attempt, complete, app
):
    final = create_quiz()

    def add(count):
        for _ in range(count):
            officer = create_officer()
            attempt(officer, final, 1, 82)
            complete(officer)

    def statements():
        seen = []
        engine = app.extensions["house"].engine
        note = lambda *given: seen.append(given[2])  # noqa: E731
        event.listen(engine, "before_cursor_execute", note)
        client.get("/cohorts/north")
        event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    sign_in(client, coordinator)
    add(1)
    few = statements()
    add(5)
    assert statements() == few


def test_revoking_asks_for_a_reason_and_is_told_to_everyone(
    client, app, sign_in, coordinator, officer, complete, session
):
    certificate = complete(officer)
    sign_in(client, coordinator)
    act = f"/certificates/{certificate.serial}/revoke"
    client.get(act)
    client.submit(act, reason="")
    assert "Say why" in client.page.words
    client.submit(act, reason="Issued to the wrong person")
    assert "The certificate is revoked." in client.page.words
    assert "Issued to the wrong person" in client.page.words
    session.rollback()
    assert session.scalars(select(CertificateEvent.status)).all() == ["issued", "revoked"]
    entry = session.scalars(
        select(AuditEntry).where(AuditEntry.action == "certificate.revoked")
    ).one()
    assert (entry.actor_id, entry.subject_id) == (coordinator.id, str(certificate.id))

    stranger = app.test_client()
    stranger.get(f"/verify/{certificate.code}")
    assert stranger.page.heading == "Revoked"
    sign_in(stranger, officer)
    stranger.get("/certificates")
    assert "Revoked" in stranger.page.words


def test_a_suspended_certificate_can_be_put_back_and_a_revoked_one_not(
    client, sign_in, coordinator, officer, complete
):
    certificate = complete(officer)
    sign_in(client, coordinator)
    base = f"/certificates/{certificate.serial}"
    for act, word in (("suspend", "suspended"), ("reinstate", "in force"), ("revoke", "revoked")):
        client.get(f"{base}/{act}")
        client.submit(f"{base}/{act}", reason="for this test")
        assert word in client.page.words
    for act in ("suspend", "reinstate", "revoke"):
        assert client.get(f"{base}/{act}").status_code == 404


def test_two_who_revoke_at_once_leave_one_trace(
    client, app, sign_in, coordinator, officer, complete, session
):
    certificate = complete(officer)
    act = f"/certificates/{certificate.serial}/revoke"
    second = app.test_client()
    for browser in (client, second):
        sign_in(browser, coordinator)
        browser.get(act)
    client.submit(act, reason="the first reason")
    second.submit(act, reason="the second reason")
    assert "Nothing was changed" in second.page.words
    assert "the second reason" not in second.page.words
    session.rollback()
    assert session.scalars(select(CertificateEvent.status)).all() == ["issued", "revoked"]
