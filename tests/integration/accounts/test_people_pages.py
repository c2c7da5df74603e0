"""Administrators' pages: whom they see, what they may do, and what it leaves in the log."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person, RoleGrant
from lms.audit.models import AuditEntry
from lms.core.access import Role, Scope
from lms.db import transaction
from lms.jobs.worker import Worker
from tests.fixtures.house import Clock, Mailbox
from tests.fixtures.pages import InspectingClient

CreatePerson = Callable[..., Person]
SignIn = Callable[[InspectingClient, Person], None]


@pytest.fixture
def local(create_person: CreatePerson) -> Person:
    """An organisation's administrator."""
    return create_person(Role.ADMINISTRATOR, display_name="Local administrator")


@pytest.fixture
def wide(create_person: CreatePerson) -> Person:
    """An administrator of the whole platform."""
    return create_person(
        Role.ADMINISTRATOR, scope=Scope.PLATFORM, display_name="Wide administrator"
    )


def test_an_administrator_sees_and_touches_their_own_organisation_only(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    local: Person,
) -> None:
    colleague = create_person(organisation_id=local.organisation_id, display_name="A colleague")
    stranger = create_person(display_name="A stranger")
    home_of_stranger = session.get_one(Organisation, stranger.organisation_id)
    strangers_role = session.scalars(
        select(RoleGrant.id).where(RoleGrant.person_id == stranger.id)
    ).one()
    session.rollback()
    sign_in(client, local)
    client.get("/people")
    assert "A colleague" in client.page.words
    assert "A stranger" not in client.page.words
    assert client.get(f"/people/{colleague.id}").status_code == 200
    assert client.get(f"/organisations/{home_of_stranger.slug}").status_code == 404
    there = f"/people/{stranger.id}"
    assert client.get(there).status_code == 404
    assert client.get(f"{there}/suspend").status_code == 404
    for act in ("invite", "reset", "sessions/end", "roles", f"roles/{strangers_role}/end"):
        assert client.post(f"{there}/{act}").status_code == 404, act
    # A role of someone else does not come along under a colleague's address either.
    elsewhere = f"/people/{colleague.id}/roles/{strangers_role}/end"
    assert client.post(elsewhere).status_code == 404
    client.post("/people/codes", data={"person": stranger.id})
    session.expire_all()
    assert session.scalars(select(AuditEntry)).all() == []


@pytest.mark.parametrize("role", [Role.OFFICER, Role.TRAINER, Role.COORDINATOR])
@pytest.mark.parametrize(
    "path", ["/people", "/people/new", "/organisations", "/organisations/new", "/audit-log"]
)
def test_these_pages_are_for_administrators(
    client: InspectingClient, create_person: CreatePerson, sign_in: SignIn, role: Role, path: str
) -> None:
    sign_in(client, create_person(role, scope=Scope.PLATFORM))
    assert client.get(path).status_code == 404


def test_only_administrators_of_the_platform_add_organisations(
    app: Flask, sign_in: SignIn, local: Person, wide: Person
) -> None:
    client = app.test_client()
    sign_in(client, local)
    assert client.get("/organisations/new").status_code == 404
    client = app.test_client()
    sign_in(client, wide)
    client.get("/organisations/new")
    client.submit("/organisations/new", slug="customs-example", name_fr="Douanes d’essai")
    client.get("/organisations/customs-example")
    assert "Douanes d’essai" in client.page.words


def test_a_wrong_form_keeps_what_was_typed_and_says_what_to_change(
    client: InspectingClient, sign_in: SignIn, wide: Person
) -> None:
    sign_in(client, wide)
    client.get("/organisations/new")
    response = client.submit("/organisations/new", slug="Not a slug", name_en=" ", country="SN")
    assert response.status_code == 422
    assert "Enter the name in at least one language." in client.page.words
    assert "Use small letters, digits and hyphens" in client.page.words
    assert client.page.form("/organisations/new").fields["country"] == ["SN"]
    assert client.page.form("/organisations/new").fields["slug"] == ["Not a slug"]


def test_someone_new_is_added_with_a_role_and_invited(
    client: InspectingClient,
    session: Session,
    sign_in: SignIn,
    local: Person,
    worker: Worker,
    mailbox: Mailbox,
) -> None:
    sign_in(client, local)
    client.get("/people/new")
    response = client.submit(
        "/people/new", display_name="أمينة", email="new@demo.example", role="trainer", language="fr"
    )
    assert response.status_code == 200
    assert client.page.heading == "أمينة"
    person = session.scalars(select(Person).where(Person.email == "new@demo.example")).one()
    assert person.organisation_id == local.organisation_id
    role = session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).one()
    assert (role.role, role.scope, role.scope_id) == (
        "trainer", "organisation", local.organisation_id,
    )  # fmt: skip
    worker.run_until_idle()
    (letter,) = mailbox.to("new@demo.example")
    assert "/invitation/" in letter.get_content()


def test_a_forged_form_gives_no_role_beyond_ones_reach_and_adds_nobody_elsewhere(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    local: Person,
) -> None:
    colleague = create_person(organisation_id=local.organisation_id)
    elsewhere = create_person().organisation_id
    people_before = len(session.scalars(select(Person.id)).all())
    session.rollback()
    sign_in(client, local)
    client.get(f"/people/{colleague.id}")
    for scope in ("platform", f"organisation-{elsewhere}", "cohort-1"):
        response = client.post(
            f"/people/{colleague.id}/roles", data={"role": "administrator", "scope": scope}
        )
        assert response.status_code == 422, scope
    client.get("/people/new")
    response = client.submit(
        "/people/new", display_name="X", staff_number="1", organisation=str(elsewhere)
    )
    assert response.status_code == 422
    assert len(session.scalars(select(Person.id)).all()) == people_before
    roles = select(RoleGrant).where(RoleGrant.person_id == colleague.id)
    assert [row.role for row in session.scalars(roles)] == ["officer"]


def test_an_account_that_reaches_further_is_shown_but_not_changed(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    sign_in: SignIn,
    local: Person,
) -> None:
    further = create_person(
        Role.ADMINISTRATOR, scope=Scope.PLATFORM, organisation_id=local.organisation_id
    )
    sign_in(client, local)
    client.get(f"/people/{further.id}")
    assert "reaches further than yours" in client.page.words
    path = f"/people/{further.id}"
    forged = {"display_name": "X", "email": "mine@demo.example", "language": "en",
              "time_zone": "UTC", "accommodation_percent": "0"}  # fmt: skip
    assert client.post(path, data=forged).status_code == 404
    assert client.post(f"{path}/reset").status_code == 404
    assert client.post(f"{path}/suspend", data={"reason": "because"}).status_code == 404
    client.post("/people/codes", data={"person": further.id}, follow_redirects=True)
    assert "Leave them out." in client.page.words
    assert not client.page.all("dd", class_="code-box")
    session.refresh(further)
    assert further.email != "mine@demo.example"


def test_suspending_takes_a_reason_and_stands_in_the_log_of_the_person(
    app: Flask, create_person: CreatePerson, sign_in: SignIn, local: Person
) -> None:
    client, theirs = app.test_client(), app.test_client()
    colleague = create_person(organisation_id=local.organisation_id)
    sign_in(theirs, colleague)
    sign_in(client, local)
    act = f"/people/{colleague.id}/suspend"
    client.get(act)
    assert client.submit(act, reason=" ").status_code == 422
    client.submit(act, reason="left the service")
    assert "Account suspended" in client.page.words
    assert "left the service" in client.page.words
    assert theirs.get("/account").status_code == 302
    act = f"/people/{colleague.id}/reinstate"
    client.get(act)
    client.submit(act, reason="came back")
    assert "Account reinstated" in client.page.words


def test_one_does_not_suspend_or_print_codes_for_oneself(
    client: InspectingClient, session: Session, sign_in: SignIn, wide: Person
) -> None:
    sign_in(client, wide)
    act = f"/people/{wide.id}/suspend"
    client.get(act)
    assert client.submit(act, reason="a slip").status_code == 422
    assert "You cannot do this to your own account here." in client.page.words
    client.post("/people/codes", data={"person": wide.id}, follow_redirects=True)
    assert "You cannot do this to your own account here." in client.page.words
    session.refresh(wide)
    assert wide.suspended_at is None


def test_the_last_administrator_of_the_platform_cannot_be_ended(
    client: InspectingClient, session: Session, sign_in: SignIn, wide: Person
) -> None:
    grant = session.scalars(select(RoleGrant.id).where(RoleGrant.person_id == wide.id)).one()
    session.rollback()
    sign_in(client, wide)
    client.get(f"/people/{wide.id}")
    client.submit(f"/people/{wide.id}/roles/{grant}/end")
    assert "last administrator of the platform" in client.page.words
    assert client.get("/organisations").status_code == 200


def test_a_sheet_of_codes_is_printed_for_those_chosen_and_the_codes_work(
    app: Flask, create_person: CreatePerson, sign_in: SignIn, local: Person
) -> None:
    client = app.test_client()
    chosen = [
        create_person(
            organisation_id=local.organisation_id,
            display_name=f"Chosen {number}",  # the sheet lists by name
            email=None,
            staff_number=f"N {number}",
        )
        for number in range(2)
    ]
    sign_in(client, local)
    client.get("/people")
    client.post("/people/codes", data={"person": [person.id for person in chosen]})
    codes = ["".join(code.itertext()) for code in client.page.all("dd", class_="code-box")]
    assert len(codes) == 2
    stranger = app.test_client()
    stranger.get("/sign-in/code")
    response = stranger.submit("/sign-in/code", login="n 0", code=codes[0])
    assert response.request.path == "/account/password"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=amina", {"Amina Étoile"}),
        ("q=ÉTOILE", {"Amina Étoile"}),
        ("q=étoile", {"Amina Étoile"}),
        ("q=amina+etoile@", set()),
        ("q=zoe@demo.example", {"Zoé"}),
        ("q=zz-7", {"Zoé"}),
        ("q=%25", set()),
        ("state=suspended", {"Zoé"}),
        ("state=invited", {"Amina Étoile"}),
        ("role=trainer", {"Amina Étoile"}),
        ("role=trainer&state=suspended", set()),
    ],
)
def test_people_are_found_by_name_address_number_role_and_state(
    client: InspectingClient,
    create_person: CreatePerson,
    sign_in: SignIn,
    clock: Clock,
    local: Person,
    query: str,
    found: set[str],
) -> None:
    home = {"organisation_id": local.organisation_id}
    create_person(Role.TRAINER, display_name="Amina Étoile", password_hash=None, **home)
    create_person(
        display_name="Zoé", email="zoe@demo.example", staff_number="ZZ-7",
        suspended_at=clock(), **home,
    )  # fmt: skip
    create_person(display_name="Noise", **home)
    sign_in(client, local)
    client.get(f"/people?{query}")
    names = {"Amina Étoile", "Zoé", "Noise", "Local administrator"}
    shown = {name for name in names if name in client.page.links}
    assert shown == found


def test_a_longer_list_takes_no_more_statements_and_turns_its_pages(
    app: Flask, session: Session, create_person: CreatePerson, sign_in: SignIn, local: Person
) -> None:
    client = app.test_client()
    sign_in(client, local)
    engine = app.extensions["house"].engine
    few = _statements(engine, client, "/people")
    with transaction(session):
        for number in range(60):
            session.add(
                Person(
                    organisation_id=local.organisation_id,
                    display_name=f"Officer {number:02}",
                    staff_number=str(number),
                    created_at=local.created_at,
                )
            )
    assert _statements(engine, client, "/people") == few
    assert "1 to 50 of 61" in client.page.words
    client.get(client.page.links["Next page"])
    assert "51 to 61 of 61" in client.page.words


def _statements(engine: object, client: InspectingClient, path: str) -> int:
    counted: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        counted.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    client.get(path)
    event.remove(engine, "before_cursor_execute", count)
    return len([statement for statement in counted if "SELECT" in statement])


def test_the_audit_log_shows_each_organisation_its_own_part(
    app: Flask, create_person: CreatePerson, sign_in: SignIn, local: Person, wide: Person
) -> None:
    other = create_person(Role.ADMINISTRATOR)
    for administrator in (local, other):
        client = app.test_client()
        sign_in(client, administrator)
        client.get("/people/new")
        client.submit(
            "/people/new", display_name=f"Of {administrator.organisation_id}", staff_number="1"
        )
        client.get("/audit-log")
        assert "Person added" in client.page.words
    assert f"Of {local.organisation_id}" not in client.page.words
    client = app.test_client()
    sign_in(client, wide)
    client.get("/audit-log?check=yes")
    assert "The chain is whole" in client.page.words
    assert f"Of {local.organisation_id}" in client.page.words


def test_an_organisations_switch_reaches_its_staff_at_once(
    app: Flask, session: Session, sign_in: SignIn, local: Person
) -> None:
    slug = session.get_one(Organisation, local.organisation_id).slug
    session.rollback()
    client = app.test_client()
    sign_in(client, local)
    client.get(f"/organisations/{slug}")
    client.submit(f"/organisations/{slug}", requires_second_factor="y")
    assert client.get("/people").headers["Location"] == "/account/second-step"


def test_own_devices_are_listed_and_can_be_signed_out(
    app: Flask, create_person: CreatePerson, sign_in: SignIn
) -> None:
    person, stranger = create_person(), create_person()
    here, there, elsewhere = (app.test_client() for _ in range(3))
    sign_in(there, person)
    sign_in(here, person)
    sign_in(elsewhere, stranger)
    here.get("/account")
    ends = [form.action for form in here.page.forms if form.action.endswith("/end")]
    assert len(ends) == 1
    assert elsewhere.post(ends[0]).status_code == 404
    assert there.get("/account").status_code == 200
    here.submit(ends[0])
    assert there.get("/account").status_code == 302
    assert here.get("/account").status_code == 200


def test_language_and_zone_of_ones_own_are_kept_and_an_unknown_zone_is_refused(
    client: InspectingClient, session: Session, create_person: CreatePerson, sign_in: SignIn
) -> None:
    person = create_person()
    sign_in(client, person)
    client.get("/account")
    assert client.submit("/account", time_zone="Mars/Olympus").status_code == 422
    client.submit("/account", time_zone="Africa/Porto-Novo", display_name="Zoë  Á", theme="dark")
    session.refresh(person)
    assert (person.time_zone, person.display_name, person.theme) == (
        "Africa/Porto-Novo", "Zoë Á", "dark",
    )  # fmt: skip
    client.submit("/language", language="pt")
    session.rollback()
    session.refresh(person)
    assert person.language == "pt"


@pytest.mark.parametrize(
    "path",
    [
        "/people/99999999999999999999",
        "/people/0",
        "/people?page=99999999999999999999&organisation=99999999999999999999&role=x&state=y",
        "/people?page=-1&organisation=x",
        "/people?page=4000000000000000",
        "/audit-log?before=99999999999999999999",
        "/organisations/%00",
    ],
)
def test_nonsense_in_an_address_breaks_nothing(
    client: InspectingClient, sign_in: SignIn, wide: Person, path: str
) -> None:
    sign_in(client, wide)
    assert client.get(path).status_code in (200, 400, 404)


def test_what_no_database_can_hold_is_refused(client: InspectingClient) -> None:
    client.get("/sign-in")
    assert client.submit("/sign-in", login="a\0b", password="x").status_code == 400


@pytest.mark.parametrize("text", ["'\"><script>", "%", "\u202e", "x" * 5000])
def test_nonsense_in_a_form_breaks_nothing(
    client: InspectingClient, sign_in: SignIn, local: Person, text: str
) -> None:
    client.get("/sign-in")
    assert client.submit("/sign-in", login=text, password=text).status_code == 422
    sign_in(client, local)
    for name in ("display_name", "given_names", "family_name", "email", "staff_number"):
        client.get("/people/new")
        response = client.submit("/people/new", fields={"staff_number": "1", name: text})
        assert response.status_code in (200, 422), name
    assert client.get("/people", query_string={"q": text[:200]}).status_code == 200
