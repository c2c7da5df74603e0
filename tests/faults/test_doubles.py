"""Everything fifty times at once: one effect, the same page for everybody, no error."""

from __future__ import annotations

import threading

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from lms.accounts.models import INVITATION, RoleGrant, SignInSession
from lms.accounts.services.tokens import add_link
from lms.adapters.files import FileStore
from lms.certificates.models import Certificate, CertificateEvent
from lms.core.access import Role, Scope
from lms.core.items.registry import item_type
from lms.courses.models import CourseCompletion
from lms.db import transaction
from lms.question_banks.models import ItemVersion
from lms.question_banks.queries import parsed
from lms.quizzes.models import Attempt, JournalEvent, Result
from lms.web.limits import limiter
from tests.fixtures.cookies import sign_in_at_once
from tests.fixtures.drill import add_officers, furnish, new_person

MANY = 50


@pytest.fixture
def drill(app, session, settings, clock, monkeypatch):
    monkeypatch.setattr(limiter, "enabled", False)
    app.test_client_class = FlaskClient
    app.config["WTF_CSRF_ENABLED"] = False
    return furnish(session, FileStore(settings.files), clock())


@pytest.fixture
def officer(session, drill, clock):
    (officer,) = add_officers(session, drill.cohort, 1, clock())
    return officer


@pytest.fixture
def cookies(app, session, officer, clock):
    return sign_in_at_once(app, session, [officer], clock())[0]


def browser(app, cookies):
    client = app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    return client


def together(app, cookies, path, **data):
    """The same form, sent by many at once: status and where each is led."""
    answers, ready = [], threading.Barrier(MANY)

    def send():
        client = browser(app, cookies)
        ready.wait()
        response = client.post(path, data=data)
        answers.append((response.status_code, response.location))

    threads = [threading.Thread(target=send) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def count(session, table, *where):
    with transaction(session):
        return session.scalar(select(func.count()).select_from(table).where(*where))


def faults(answers, counts):
    """Answers that are not like the first, and what did not happen exactly once."""
    first = answers[0]
    odd = [one for one in answers if one != first or one[0] != 303]
    return [*odd, *(f"{what}: {number}" for what, number in counts.items() if number != 1)]


def started(app, session, drill, cookies):
    browser(app, cookies).post(f"/quizzes/{drill.quiz.id}/start")
    with transaction(session):
        return session.scalars(select(Attempt)).one()


def answer_rightly(app, session, attempt, cookies):
    events = []
    for number, slot in enumerate(attempt.slots, 1):
        item = parsed(session.get_one(ItemVersion, slot["version"]))
        (right, *_) = [one for one in item_type(item.type).samples(item) if one.kind == "right"]
        events.append(
            {
                "client_id": "a-page-of-a-test",
                "client_seq": number,
                "slot": number,
                "kind": "response",
                "value": right.value,
                "base_rev": 0,
                "language": "en",
            }
        )
    response = browser(app, cookies).post(
        f"/attempts/{attempt.id}/responses",
        json={"events": events},
        headers={"X-Outbox-Key": attempt.outbox_key},
    )
    assert len(response.json["acks"]) == len(events)


@pytest.mark.goal("F8")
def test_starting(app, session, drill, cookies, goal):
    answers = together(app, cookies, f"/quizzes/{drill.quiz.id}/start")
    goal(MANY, faults(answers, {"attempts": count(session, Attempt)}))


@pytest.mark.goal("F8")
def test_handing_in_completing_and_being_certified_and_revoking(
    app, session, drill, officer, cookies, clock, goal
):
    browser(app, cookies).post("/courses/drill/lessons/010-read/done")
    attempt = started(app, session, drill, cookies)
    answer_rightly(app, session, attempt, cookies)
    answers = together(app, cookies, f"/attempts/{attempt.id}/submit")
    counts = {
        "results": count(session, Result),
        "completions": count(session, CourseCompletion),
        "certificates": count(session, Certificate),
    }
    handed_in = faults(answers, counts)
    serial = session.scalars(select(Certificate.serial)).one()
    coordinator = new_person(drill.organisation.id, clock())
    with transaction(session):
        session.add(coordinator)
        session.flush()
        session.add(
            RoleGrant(
                person_id=coordinator.id,
                role=Role.COORDINATOR,
                scope=Scope.ORGANISATION,
                scope_id=drill.organisation.id,
                granted_at=clock(),
            )
        )
    (theirs,) = sign_in_at_once(app, session, [coordinator], clock())
    answers = together(app, theirs, f"/certificates/{serial}/revoke", reason="Issued in error.")
    revoked = count(session, CertificateEvent, CertificateEvent.status == "revoked")
    goal(2 * MANY, [*handed_in, *faults(answers, {"revoked": revoked})])


@pytest.mark.goal("F8")
def test_saving_the_same_change(app, session, drill, cookies, goal):
    attempt = started(app, session, drill, cookies)
    answers, ready = [], threading.Barrier(MANY)
    event = {
        "client_id": "a-page-of-a-test", "client_seq": 1, "slot": 1, "kind": "response",
        "value": "a", "base_rev": 0, "language": "en",
    }  # fmt: skip

    def send():
        client = browser(app, cookies)
        ready.wait()
        response = client.post(
            f"/attempts/{attempt.id}/responses",
            json={"events": [event]},
            headers={"X-Outbox-Key": attempt.outbox_key},
        )
        answers.append((response.status_code, str(response.json and response.json.get("acks"))))

    threads = [threading.Thread(target=send) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    odd = [one for one in answers if one != answers[0] or one[0] != 200]
    kept = count(session, JournalEvent)
    goal(MANY, odd if kept == 1 else [*odd, f"kept {kept} times"])


@pytest.mark.goal("F8")
def test_accepting_an_invitation(app, session, drill, clock, goal):
    with transaction(session):
        session.add(person := new_person(drill.organisation.id, clock(), password_hash=None))
        session.flush()
        token = add_link(session, INVITATION, person.id, clock())
    answers = together(
        app,
        {},
        f"/invitation/{token}",
        display_name="Invited Person",
        language="en",
        time_zone="UTC",
        new_password="paper lantern harbour wall",
        repeated="paper lantern harbour wall",
    )
    # One opens the account; the others are told that the link was used.
    let_in = [one for one in answers if one == (303, "/")]
    told = [one for one in answers if one == (410, None)]
    odd = [one for one in answers if one not in (*let_in, *told)]
    sessions = count(session, SignInSession, SignInSession.person_id == person.id)
    once = len(let_in) == sessions == 1
    goal(MANY, odd if once else [*odd, f"{len(let_in)} let in, {sessions} sessions"])
