"""Forgotten passwords, invitations, printed codes, new addresses: doors that open once."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

import pyotp
import pytest
from flask import Flask
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, SignInSession
from lms.accounts.refusals import Refused
from lms.accounts.services.codes import print_codes
from lms.accounts.services.invitations import Acceptance, accept, invite
from lms.accounts.services.second_factor import set_up
from lms.accounts.vault import Vault
from lms.audit.models import AuditEntry
from lms.config import Settings
from lms.core.access import SYSTEM
from lms.db import new_session, transaction
from lms.jobs.models import Job
from lms.jobs.worker import Worker
from tests.fixtures.house import Clock, Mailbox
from tests.fixtures.pages import InspectingClient
from tests.fixtures.people import PASSWORD

CreatePerson = Callable[..., Person]
SignIn = Callable[[InspectingClient, Person], None]
NEW_PASSWORD = "green window summer rain"


@pytest.fixture
def vault(settings: Settings) -> Vault:
    """The vault of the test's own platform."""
    return Vault(settings.secret_key)


@pytest.fixture
def link_in_last_letter(worker: Worker, mailbox: Mailbox) -> Callable[[str], str]:
    """Sends what waits; the path of the link in the last letter to an address."""

    def find(address: str) -> str:
        worker.run_until_idle()
        found = re.search(r"https?://[^/]+(/\S+)", mailbox.to(address)[-1].get_content())
        assert found
        return found.group(1)

    return find


def sign_in_with(client: InspectingClient, login: str, password: str) -> int:
    """Try it; the answer's status."""
    client.get("/sign-in?next=/account")
    return client.submit("/sign-in", login=login, password=password).status_code


def ask_for_reset(client: InspectingClient, login: str) -> tuple[int, str]:
    """Ask; the answer."""
    client.get("/forgotten-password")
    response = client.submit("/forgotten-password", login=login)
    return response.status_code, client.page.words


def test_a_reset_link_sets_a_new_password_once_and_ends_other_sessions(
    app: Flask,
    client: InspectingClient,
    create_person: CreatePerson,
    sign_in: SignIn,
    link_in_last_letter: Callable[[str], str],
) -> None:
    person = create_person()
    elsewhere = app.test_client()
    sign_in(elsewhere, person)
    ask_for_reset(client, str(person.email))
    link = link_in_last_letter(str(person.email))
    client.get(link)
    response = client.submit(link, new_password=NEW_PASSWORD)
    assert response.request.path == "/sign-in"
    assert elsewhere.get("/account").status_code == 302
    assert client.get("/account").status_code == 302
    assert client.get(link).status_code == 410
    assert client.post(link, data={"new_password": "yet another good one"}).status_code == 410
    assert sign_in_with(client, str(person.email), PASSWORD) == 422
    assert sign_in_with(client, str(person.email), NEW_PASSWORD) == 200


def test_asking_for_a_reset_is_answered_alike_whether_there_is_an_account_or_not(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    worker: Worker,
    mailbox: Mailbox,
) -> None:
    person = create_person()
    without_email = create_person(email=None, staff_number="A7")
    suspended = create_person(suspended_at=person.created_at)
    logins = [person.email, without_email.staff_number, suspended.email, "no@demo.example"]
    answers = {ask_for_reset(client, str(login)) for login in logins}
    assert len(answers) == 1
    assert session.scalar(select(func.count()).select_from(Job)) == len(logins)
    worker.run_until_idle()
    assert [letter["To"] for letter in mailbox] == [person.email]


def test_nobody_is_flooded_with_reset_letters(
    client: InspectingClient, create_person: CreatePerson, worker: Worker, mailbox: Mailbox
) -> None:
    person = create_person()
    for _ in range(5):
        ask_for_reset(client, str(person.email))
    worker.run_until_idle()
    assert len(mailbox.to(str(person.email))) == 3


def test_a_reset_link_is_too_old_after_an_hour_and_void_after_a_newer_one(
    client: InspectingClient,
    create_person: CreatePerson,
    clock: Clock,
    link_in_last_letter: Callable[[str], str],
) -> None:
    address = str(create_person().email)
    ask_for_reset(client, address)
    first = link_in_last_letter(address)
    clock.forward(minutes=1)
    ask_for_reset(client, address)
    second = link_in_last_letter(address)
    assert first != second
    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200
    clock.forward(hours=1)
    assert client.get(second).status_code == 410


def test_a_reset_does_not_go_past_the_second_step(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    clock: Clock,
    vault: Vault,
    link_in_last_letter: Callable[[str], str],
) -> None:
    person, secret = create_person(), pyotp.random_base32()
    with transaction(session):
        set_up(session, vault, person.id, secret, pyotp.TOTP(secret).at(clock()), clock())
    ask_for_reset(client, str(person.email))
    link = link_in_last_letter(str(person.email))
    client.get(link)
    client.submit(link, new_password=NEW_PASSWORD)
    client.get("/sign-in")
    response = client.submit("/sign-in", login=person.email, password=NEW_PASSWORD)
    assert response.request.path == "/sign-in/second-step"
    assert client.get("/account").headers["Location"] == "/sign-in/second-step"


def test_letters_wait_sealed_and_come_in_the_persons_language(
    client: InspectingClient, session: Session, create_person: CreatePerson, worker: Worker
) -> None:
    person = create_person(display_name="Someone with a name")
    ask_for_reset(client, str(person.email))
    worker.step()
    payload = session.scalars(select(Job).where(Job.kind == "mail")).one().payload
    assert payload["language"] == person.language
    assert "Someone" not in str(payload)
    assert "token" not in str(payload)


@pytest.mark.parametrize("bad", ["short", "password1", "officer@demo.example 1", "1234567890"])
def test_a_poor_password_is_refused_with_a_reason_and_the_link_stays_good(
    client: InspectingClient,
    create_person: CreatePerson,
    link_in_last_letter: Callable[[str], str],
    bad: str,
) -> None:
    create_person(email="officer@demo.example")
    ask_for_reset(client, "officer@demo.example")
    link = link_in_last_letter("officer@demo.example")
    client.get(link)
    assert client.submit(link, new_password=bad).status_code == 422
    assert "Please check what you entered" in client.page.words
    assert client.submit(link, new_password=NEW_PASSWORD).status_code == 200


def test_long_passwords_count_to_their_last_letter(
    client: InspectingClient,
    create_person: CreatePerson,
    link_in_last_letter: Callable[[str], str],
) -> None:
    address = str(create_person().email)
    ask_for_reset(client, address)
    link = link_in_last_letter(address)
    client.get(link)
    long = NEW_PASSWORD * 20
    client.submit(link, new_password=long)
    assert sign_in_with(client, address, long[:-1]) == 422
    assert sign_in_with(client, address, long) == 200


def test_an_invitation_opens_the_account_and_signs_in(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    clock: Clock,
    vault: Vault,
    link_in_last_letter: Callable[[str], str],
) -> None:
    person = create_person(password_hash=None, display_name="As the administrator wrote")
    with transaction(session):
        invite(session, SYSTEM, person.id, vault, clock())
    link = link_in_last_letter(str(person.email))
    client.get(link)
    assert "As the administrator wrote" in client.page.form(link).fields["display_name"]
    client.submit(
        link,
        display_name="Ọlá Adébáyọ̀",
        language="fr",
        time_zone="Africa/Dakar",
        new_password=NEW_PASSWORD,
    )
    client.get("/account")
    fields = client.page.form("/account").fields
    assert (fields["display_name"], fields["language"], fields["time_zone"]) == (
        ["Ọlá Adébáyọ̀"], ["fr"], ["Africa/Dakar"],
    )  # fmt: skip
    assert client.get(link).status_code == 410


def test_an_invitation_lasts_a_fortnight_and_ends_with_a_suspension(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    clock: Clock,
    vault: Vault,
    link_in_last_letter: Callable[[str], str],
) -> None:
    person = create_person(password_hash=None)
    with transaction(session):
        invite(session, SYSTEM, person.id, vault, clock())
    link = link_in_last_letter(str(person.email))
    clock.forward(days=13)
    assert client.get(link).status_code == 200
    clock.forward(days=1)
    assert client.get(link).status_code == 410


def test_fifty_who_accept_one_invitation_at_once_have_one_effect(
    engine: Engine, session: Session, create_person: CreatePerson, clock: Clock, vault: Vault,
    link_in_last_letter: Callable[[str], str],
) -> None:  # fmt: skip
    person = create_person(password_hash=None)
    with transaction(session):
        invite(session, SYSTEM, person.id, vault, clock())
    token = link_in_last_letter(str(person.email)).rpartition("/")[2]

    def try_to_accept(number: int) -> bool:
        data = Acceptance(f"Number {number}", "en", "UTC", NEW_PASSWORD)
        with new_session(engine) as own:
            try:
                with transaction(own):
                    accept(own, token, data, clock())
            except Refused:
                return False
        return True

    with ThreadPoolExecutor(10) as pool:
        accepted = list(pool.map(try_to_accept, range(50)))
    assert sum(accepted) == 1
    session.refresh(person)
    assert person.display_name == f"Number {accepted.index(True)}"
    entries = select(func.count()).where(AuditEntry.action == "person.invitation_accepted")
    assert session.scalar(entries) == 1


def test_a_printed_code_signs_in_once_and_leads_to_a_password_of_ones_own(
    client: InspectingClient, session: Session, create_person: CreatePerson, clock: Clock,
    vault: Vault,
) -> None:  # fmt: skip
    person = create_person(email=None, staff_number="DZ 7", password_hash=None)
    with transaction(session):
        (printed,) = print_codes(session, SYSTEM, [person], vault, clock())
    misread = printed.code.lower().replace("0", "o").replace("1", "l").replace("-", " ")
    client.get("/sign-in/code")
    response = client.submit("/sign-in/code", login="dz 7", code=misread)
    assert response.request.path == "/account/password"
    assert client.get("/account").headers["Location"] == "/account/password"
    client.get("/account/password")
    client.submit("/account/password", new_password=NEW_PASSWORD)
    assert client.get("/account").status_code == 200
    client.submit("/sign-out")
    client.get("/sign-in/code")
    assert client.submit("/sign-in/code", login="dz 7", code=printed.code).status_code == 422
    assert sign_in_with(client, "DZ 7", NEW_PASSWORD) == 200


def test_a_wrong_code_an_old_code_and_an_unknown_number_are_answered_alike(
    client: InspectingClient, session: Session, create_person: CreatePerson, clock: Clock,
    vault: Vault,
) -> None:  # fmt: skip
    one, other = (create_person(email=None, staff_number=number) for number in ("DZ 7", "DZ 8"))
    answers = set()
    with transaction(session):
        (code, for_other) = print_codes(session, SYSTEM, [one, other], vault, clock())
        (newer,) = print_codes(session, SYSTEM, [one], vault, clock())
    for login, typed in (
        ("DZ 7", code.code), ("DZ 7", for_other.code), ("DZ 9", newer.code), ("DZ 7", "K7QF2"),
    ):  # fmt: skip
        client.get("/sign-in/code")
        response = client.submit("/sign-in/code", login=login, code=typed)
        answers.add((response.status_code, client.page.words))
    clock.forward(days=14)
    client.get("/sign-in/code")
    response = client.submit("/sign-in/code", login="DZ 7", code=newer.code)
    answers.add((response.status_code, client.page.words))
    assert len(answers) == 1
    session.refresh(one)
    assert one.password_hash is not None


def test_a_new_address_counts_once_its_letter_was_answered(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    mailbox: Mailbox,
    worker: Worker,
    link_in_last_letter: Callable[[str], str],
) -> None:
    person = create_person(email="old@demo.example")
    sign_in(client, person)
    client.get("/account/email")
    wrong = client.submit("/account/email", email="new@demo.example", current_password="no")
    assert wrong.status_code == 422
    client.submit("/account/email", email=" New@demo.example ", current_password=PASSWORD)
    session.refresh(person)
    assert person.email == "old@demo.example"
    link = link_in_last_letter("new@demo.example")
    client.get(link)
    client.submit(link)
    session.rollback()
    session.refresh(person)
    assert person.email == "new@demo.example"
    worker.run_until_idle()
    assert len(mailbox.to("old@demo.example")) == 1
    assert client.get(link).status_code == 410


@pytest.mark.parametrize(
    "address", ["a@b", "a@demo.example\nBcc: b@demo.example", "a b@demo.example", "@demo.example"]
)
def test_what_is_no_address_is_refused(
    client: InspectingClient, create_person: CreatePerson, sign_in: SignIn, session: Session,
    address: str,
) -> None:  # fmt: skip
    sign_in(client, create_person())
    client.get("/account/email")
    response = client.submit("/account/email", email=address, current_password=PASSWORD)
    assert response.status_code == 422
    assert session.scalar(select(func.count()).select_from(Job)) == 0


def test_changing_the_password_asks_for_the_old_one_and_keeps_only_this_session(
    app: Flask,
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
) -> None:
    person, elsewhere = create_person(), app.test_client()
    sign_in(elsewhere, person)
    sign_in(client, person)
    client.get("/account/password")
    wrong = client.submit("/account/password", current_password="no", new_password=NEW_PASSWORD)
    assert wrong.status_code == 422
    client.submit("/account/password", current_password=PASSWORD, new_password=NEW_PASSWORD)
    assert client.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 302
    ended: list[datetime | None] = list(
        session.scalars(select(SignInSession.ended_at).order_by(SignInSession.id))
    )
    assert [moment is None for moment in ended] == [False, True]
