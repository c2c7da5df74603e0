"""The second step of signing in."""

from __future__ import annotations

from collections.abc import Callable

import pyotp
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.core.access import Role
from tests.fixtures.house import Clock
from tests.fixtures.pages import InspectingClient
from tests.fixtures.people import PASSWORD

CreatePerson = Callable[..., Person]
SignIn = Callable[[InspectingClient, Person], None]
SECOND_STEP = "/sign-in/second-step"


def connect_app(client: InspectingClient, clock: Clock) -> tuple[pyotp.TOTP, list[str]]:
    """Go through the set-up page; the app and the recovery codes."""
    client.get("/account/second-step")
    (key,) = client.page.all("p", class_="code-box")
    app = pyotp.TOTP("".join(key.itertext()).replace(" ", ""))
    client.submit("/account/second-step", code=app.at(clock()))
    (codes,) = client.page.all("ol", class_="code-list")
    return app, ["".join(item.itertext()) for item in codes]


def give_password(client: InspectingClient, person: Person) -> str:
    """Sign in as far as the password goes; where that leads."""
    client.delete_cookie("vigie")
    client.get("/sign-in?next=/account")
    response = client.submit("/sign-in", login=person.email, password=PASSWORD)
    return response.request.path


@pytest.fixture
def person(create_person: CreatePerson) -> Person:
    """Someone who may set it up and need not."""
    return create_person(Role.TRAINER)


def test_after_the_password_nothing_opens_but_the_second_step(
    client: InspectingClient, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    app, _ = connect_app(client, clock)
    client.get("/account")
    client.submit("/sign-out")
    assert give_password(client, person) == SECOND_STEP
    for path in ("/account", "/account/password", "/courses", "/people"):
        assert client.get(path).headers["Location"] == SECOND_STEP
    clock.forward(seconds=30)
    client.get(f"{SECOND_STEP}?next=/account")
    response = client.submit(SECOND_STEP, code=app.at(clock()))
    assert response.request.path == "/account"


def test_a_code_is_good_once_and_an_earlier_one_never_again(
    app: Flask, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    first, second = app.test_client(), app.test_client()
    sign_in(first, person)
    otp, _ = connect_app(first, clock)
    give_password(second, person)
    # The code that set it up is used already.
    assert second.submit(SECOND_STEP, code=otp.at(clock())).status_code == 422
    clock.forward(seconds=60)
    earlier = otp.at(clock.now.timestamp() - 30)
    current = otp.at(clock())
    assert second.submit(SECOND_STEP, code=current).status_code == 200
    third = app.test_client()
    give_password(third, person)
    for code in (current, earlier):
        assert third.submit(SECOND_STEP, code=code).status_code == 422


def test_the_session_gets_a_new_token_when_the_second_step_is_passed(
    client: InspectingClient, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    app, _ = connect_app(client, clock)
    give_password(client, person)
    with client.session_transaction() as cookie:
        before = cookie["_user_id"]
    clock.forward(seconds=30)
    client.get(SECOND_STEP)
    client.submit(SECOND_STEP, code=app.at(clock()))
    with client.session_transaction() as cookie:
        assert cookie["_user_id"] != before


def test_a_recovery_code_opens_once(
    app: Flask, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    client = app.test_client()
    sign_in(client, person)
    _, codes = connect_app(client, clock)
    assert len(set(codes)) == 10
    for expected in (200, 422):
        another = app.test_client()
        give_password(another, person)
        typed = codes[0].lower().replace("-", "")
        assert another.submit(SECOND_STEP, code=typed).status_code == expected


def test_guessing_codes_is_slowed_down(
    client: InspectingClient, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    app, _ = connect_app(client, clock)
    give_password(client, person)
    for _ in range(10):
        assert client.submit(SECOND_STEP, code="000000").status_code == 422
    clock.forward(seconds=29)
    assert client.submit(SECOND_STEP, code=app.at(clock())).status_code == 429
    clock.forward(seconds=2)
    assert client.submit(SECOND_STEP, code=app.at(clock())).status_code == 200


@pytest.mark.parametrize("role", list(Role))
def test_an_organisation_can_demand_it_of_its_staff_who_are_led_to_it(
    client: InspectingClient,
    create_organisation: Callable[..., Organisation],
    create_person: CreatePerson,
    clock: Clock,
    role: Role,
) -> None:
    organisation = create_organisation(requires_second_factor=True)
    person = create_person(role, organisation)
    led_to = give_password(client, person)
    if role is Role.OFFICER:
        assert led_to == "/account"
        return
    assert led_to == "/account/second-step"
    assert client.get("/account").headers["Location"] == "/account/second-step"
    connect_app(client, clock)
    assert client.get("/account").status_code == 200


def test_what_is_demanded_cannot_be_turned_off(
    client: InspectingClient,
    session: Session,
    create_organisation: Callable[..., Organisation],
    create_person: CreatePerson,
    clock: Clock,
) -> None:
    person = create_person(Role.COORDINATOR, create_organisation(requires_second_factor=True))
    give_password(client, person)
    connect_app(client, clock)
    client.get("/account/second-step")
    change = "/account/second-step/change"
    assert client.submit(change, current_password=PASSWORD, act="turn-off").status_code == 422
    session.refresh(person)
    assert person.totp_secret is not None


def test_changes_to_it_ask_for_the_password(
    client: InspectingClient, session: Session, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    connect_app(client, clock)
    client.get("/account/second-step")
    change = "/account/second-step/change"
    assert client.submit(change, current_password="no", act="turn-off").status_code == 422
    client.submit(change, current_password=PASSWORD, act="renew")
    assert "not shown again" in client.page.words
    client.get("/account/second-step")
    client.submit(change, current_password=PASSWORD, act="turn-off")
    session.refresh(person)
    assert person.totp_secret is None


def test_the_key_cannot_be_replaced_without_the_password(
    client: InspectingClient, session: Session, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    client.get("/account/second-step")
    sealed_before = client.page.form("/account/second-step").fields["sealed"][0]
    clock.forward(minutes=16)
    client.get("/account/second-step")
    connect_app(client, clock)
    session.refresh(person)
    kept = person.totp_secret
    data = {"sealed": sealed_before, "code": "123456"}
    assert client.post("/account/second-step", data=data).status_code == 303
    session.rollback()
    session.refresh(person)
    assert person.totp_secret == kept


def test_the_secret_is_kept_sealed(
    client: InspectingClient, session: Session, person: Person, sign_in: SignIn, clock: Clock
) -> None:
    sign_in(client, person)
    app, _ = connect_app(client, clock)
    session.refresh(person)
    assert person.totp_secret
    assert app.secret not in person.totp_secret
