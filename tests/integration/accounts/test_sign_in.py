"""Signing in, staying signed in, and out."""

from __future__ import annotations

from collections.abc import Callable

from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person, SignInFailure, SignInSession
from lms.accounts.passwords import is_outdated
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import reinstate, suspend
from lms.accounts.services.sign_in import (
    Browser,
    check_password,
    note_failure,
    waiting_time,
)
from lms.accounts.services.sign_in import sign_in as sign_in_as
from lms.core.access import SYSTEM, Role
from lms.db import new_session, transaction
from lms.jobs.worker import Worker
from tests.fixtures.house import Clock
from tests.fixtures.pages import InspectingClient
from tests.fixtures.people import PASSWORD

CreatePerson = Callable[..., Person]
SignIn = Callable[[InspectingClient, Person], None]


def try_to_sign_in(client: InspectingClient, login: str, password: str) -> int:
    """Fill in the form; the answer's status."""
    client.get("/sign-in?next=/account")
    return client.submit("/sign-in", login=login, password=password).status_code


def is_signed_in(client: InspectingClient) -> bool:
    """Whether a page for people who are signed in opens."""
    return client.get("/account").status_code == 200


def test_people_sign_in_by_email_in_any_capitals(
    client: InspectingClient, create_person: CreatePerson
) -> None:
    person = create_person(email="officer@demo.example")
    assert try_to_sign_in(client, " Officer@DEMO.example ", PASSWORD) == 200
    assert is_signed_in(client)
    assert person.display_name in client.page.words


def test_a_staff_number_alone_is_enough_where_only_one_person_has_it(
    client: InspectingClient, create_person: CreatePerson
) -> None:
    create_person(email=None, staff_number="DZ 1042")
    assert try_to_sign_in(client, "dz 1042", PASSWORD) == 200
    assert is_signed_in(client)


def test_the_organisation_tells_people_with_the_same_staff_number_apart(
    client: InspectingClient,
    create_person: CreatePerson,
    create_organisation: Callable[..., Organisation],
) -> None:
    for slug in ("one", "other"):
        organisation = create_organisation(slug=slug)
        create_person(organisation=organisation, staff_number="7", display_name=f"Of {slug}")
    assert try_to_sign_in(client, "7", PASSWORD) == 422
    assert try_to_sign_in(client, "Other/7", PASSWORD) == 200
    client.get("/account")
    assert "Of other" in client.page.words


def test_a_staff_number_may_hold_a_stroke(
    client: InspectingClient, create_person: CreatePerson
) -> None:
    create_person(email=None, staff_number="DGD/7")
    assert try_to_sign_in(client, "dgd/7", PASSWORD) == 200


def test_a_wrong_password_and_an_unknown_account_are_answered_alike(
    app: Flask, create_person: CreatePerson
) -> None:
    known = create_person(email="known@demo.example")
    create_person(email="gone@demo.example", suspended_at=known.created_at)
    create_person(email="invited@demo.example", password_hash=None)
    answers = set()
    for login, password in (
        ("known@demo.example", "not the password"),
        ("nobody@demo.example", "not the password"),
        ("gone@demo.example", PASSWORD),
        ("invited@demo.example", ""),
        ("invited@demo.example", "not the password"),
    ):
        client = app.test_client()
        client.get("/sign-in")
        response = client.submit("/sign-in", login=login, password=password or "x")
        shown = client.page.words
        answers.add((response.status_code, shown, len(response.text) - len(login)))
    assert len({(status, words) for status, words, _ in answers}) == 1


def test_ten_failures_make_the_eleventh_try_wait_even_with_the_right_password(
    client: InspectingClient, create_person: CreatePerson, clock: Clock
) -> None:
    person = create_person()
    login = str(person.email)
    for _ in range(10):
        assert try_to_sign_in(client, login, "not the password") == 422
        clock.forward(minutes=20)
    clock.forward(minutes=-20)
    assert try_to_sign_in(client, login, PASSWORD) == 429
    assert "Wait 30 seconds" in client.page.words
    clock.forward(seconds=31)
    assert try_to_sign_in(client, login, PASSWORD) == 200


def test_the_wait_grows_but_never_beyond_a_quarter_of_an_hour(
    session: Session, clock: Clock
) -> None:
    waits = []
    for number in range(20):
        with transaction(session):
            note_failure(session, "someone@demo.example", f"192.0.2.{number}", clock())
        wait = waiting_time(session, "SOMEONE@demo.example", "198.51.100.1", clock())
        waits.append(wait.total_seconds())
        clock.now += wait
        session.rollback()
    assert waits[:9] == [0] * 9
    assert waits[9:16] == [30, 60, 120, 240, 480, 900, 900]
    assert waits[-1] == 900


def test_an_address_that_guesses_many_accounts_is_slowed_down_a_class_is_not_held_up(
    session: Session, clock: Clock
) -> None:
    for number in range(100):
        with transaction(session):
            note_failure(session, f"officer-{number}@demo.example", "2001:db8::1", clock())
    another = "officer-1000@demo.example"
    assert waiting_time(session, another, "2001:db8::2", clock()).total_seconds() == 10
    assert not waiting_time(session, another, "2001:db8:1::2", clock())


def test_failures_are_forgotten_after_a_day(session: Session, worker: Worker, clock: Clock) -> None:
    with transaction(session):
        note_failure(session, "someone@demo.example", "192.0.2.1", clock())
    clock.forward(hours=25)
    worker.run_until_idle()
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_signing_in_forgives_what_went_wrong_before(
    client: InspectingClient, session: Session, create_person: CreatePerson
) -> None:
    person = create_person()
    for _ in range(3):
        try_to_sign_in(client, str(person.email), "not the password")
    try_to_sign_in(client, str(person.email), PASSWORD)
    assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_signing_in_makes_a_new_session_and_leaves_nothing_of_the_cookie_before(
    app: Flask, session: Session, create_person: CreatePerson, sign_in: SignIn
) -> None:
    attacker, victim = app.test_client(), app.test_client()
    sign_in(attacker, create_person())
    planted = attacker.get_cookie("vigie")
    assert planted is not None
    victim.set_cookie("vigie", planted.value)
    person = create_person()
    victim.get("/account")
    # Signed in as someone else already: only a direct POST gets to the form.
    victim.post("/sign-in", data={"login": person.email, "password": PASSWORD})
    victim.get("/account")
    assert person.display_name in victim.page.words
    fresh = victim.get_cookie("vigie")
    assert fresh is not None
    assert fresh.value != planted.value
    # The session that was planted is over as well.
    assert not is_signed_in(attacker)


def test_a_password_changed_while_it_was_checked_signs_nobody_in(
    engine: Engine, session: Session, create_person: CreatePerson, clock: Clock
) -> None:
    login = str(create_person().email)
    found = check_password(session, login, PASSWORD)
    assert found is not None
    with new_session(engine) as other, transaction(other):
        same = other.get_one(Person, found.id)
        set_password(other, same, "green window summer rain", clock())
    with transaction(session):
        browser = Browser("192.0.2.1", "")
        token = sign_in_as(session, found, login, PASSWORD, browser, clock())
    assert token is None


def test_the_cookie_says_no_more_than_a_token_whose_digest_is_kept(
    client: InspectingClient, session: Session, create_person: CreatePerson, sign_in: SignIn
) -> None:
    sign_in(client, create_person())
    with client.session_transaction() as cookie:
        token = cookie["_user_id"]
    row = session.scalars(select(SignInSession)).one()
    assert len(token) >= 43
    assert token not in (row.token_digest, str(row.id))


def test_a_hash_made_with_old_settings_is_renewed_at_sign_in(
    client: InspectingClient, session: Session, create_person: CreatePerson, sign_in: SignIn
) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash(PASSWORD)
    person = create_person(password_hash=old)
    assert is_outdated(old)
    sign_in(client, person)
    session.refresh(person)
    assert not is_outdated(str(person.password_hash))


def test_a_suspended_person_is_out_at_once_and_may_come_back(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    person = create_person()
    sign_in(client, person)
    with transaction(session):
        suspend(session, SYSTEM, person.id, "left", clock())
    assert not is_signed_in(client)
    assert try_to_sign_in(client, str(person.email), PASSWORD) == 422
    with transaction(session):
        reinstate(session, SYSTEM, person.id, "back", clock())
    assert not is_signed_in(client)
    assert try_to_sign_in(client, str(person.email), PASSWORD) == 200


def test_a_quiet_session_is_over_after_twelve_hours_and_a_busy_one_after_thirty_days(
    app: Flask, create_person: CreatePerson, sign_in: SignIn, clock: Clock
) -> None:
    quiet, busy = app.test_client(), app.test_client()
    sign_in(quiet, create_person())
    sign_in(busy, create_person())
    began = clock()
    for _ in range(2 * 30 + 2):
        clock.forward(hours=11, minutes=50)
        if not is_signed_in(busy):
            break
    assert 29 <= (clock() - began).days <= 30
    assert not is_signed_in(quiet)


def test_a_session_is_noted_as_seen_at_most_every_five_minutes(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    clock: Clock,
) -> None:
    sign_in(client, create_person())
    began = clock()
    seen = []
    for minutes in (4, 2, 3):
        clock.forward(minutes=minutes)
        client.get("/account")
        session.expire_all()
        with session.begin_nested():
            seen.append(session.scalars(select(SignInSession.last_seen_at)).one() - began)
        session.rollback()
    assert [one.total_seconds() / 60 for one in seen] == [0, 6, 6]


def test_signing_out_ends_the_session_everywhere_its_cookie_was_copied(
    app: Flask, create_person: CreatePerson, sign_in: SignIn
) -> None:
    client, copy = app.test_client(), app.test_client()
    sign_in(client, create_person())
    cookie = client.get_cookie("vigie")
    assert cookie is not None
    copy.set_cookie("vigie", cookie.value)
    client.get("/account")
    response = client.submit("/sign-out")
    assert response.request.path == "/sign-in"
    assert "You are signed out." in client.page.words
    assert not is_signed_in(client)
    assert not is_signed_in(copy)


def test_after_signing_in_one_goes_on_where_one_was_going_but_never_elsewhere(
    client: InspectingClient, create_person: CreatePerson
) -> None:
    person = create_person()
    response = client.get("/account/password", follow_redirects=True)
    response = client.submit("/sign-in", login=person.email, password=PASSWORD)
    assert response.request.path == "/account/password"
    client.submit("/sign-out")
    client.get("/sign-in?next=//evil.example/")
    response = client.submit("/sign-in", login=person.email, password=PASSWORD)
    assert response.request.host == "localhost"
    assert response.request.path == "/"


def test_who_is_signed_in_is_read_in_one_statement(
    app: Flask, client: InspectingClient, create_person: CreatePerson, sign_in: SignIn
) -> None:
    sign_in(client, create_person(Role.ADMINISTRATOR))
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    engine = app.extensions["house"].engine
    event.listen(engine, "before_cursor_execute", note)
    client.get("/account/password")
    event.remove(engine, "before_cursor_execute", note)
    assert [statement[:6] for statement in statements if statement != "BEGIN"] == ["SELECT"]
