"""Adding, changing and suspending people; giving and taking their roles."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person, RoleGrant
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.organisations import OrganisationData, add_organisation
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import (
    PersonData,
    add_person,
    change_person,
    reinstate,
    suspend,
)
from lms.accounts.services.roles import end_role, grant_role
from lms.audit.models import AuditEntry
from lms.audit.queries import find_break
from lms.core.access import SYSTEM, Actor, Grant, Role, Scope
from lms.db import transaction
from tests.fixtures.house import Clock

CreatePerson = Callable[..., Person]


def actor_of(session: Session, person: Person) -> Actor:
    """The person as an actor, with what was granted."""
    rows = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person.id, RoleGrant.ended_at.is_(None))
    )
    grants = tuple(Grant(Role(row.role), Scope(row.scope), row.scope_id or None) for row in rows)
    return Actor(person.id, person.organisation_id, grants)


def refused(reason: Refusal) -> pytest.RaisesExc[Refused]:
    """Refused for this reason and no other."""
    return pytest.raises(Refused, match=f"^{reason.value}$")


@pytest.fixture
def administrator(session: Session, create_person: CreatePerson) -> Actor:
    """Of the whole platform."""
    person = create_person(Role.ADMINISTRATOR, scope=Scope.PLATFORM)
    return actor_of(session, person)


def test_an_organisation_a_person_a_role_and_a_password_make_an_account(
    session: Session, clock: Clock
) -> None:
    with transaction(session):
        organisation = add_organisation(
            session, SYSTEM, OrganisationData("demo", {"en": "Demo customs"}), clock()
        )
        data = PersonData(organisation.id, "Demo officer", "Officer@Demo.example")
        person = add_person(session, SYSTEM, data, clock())
        grant = Grant(Role.OFFICER, Scope.ORGANISATION, organisation.id)
        grant_role(session, SYSTEM, person.id, grant, clock())
        set_password(session, person, "paper lantern harbour", clock())
    assert person.email == "officer@demo.example"
    assert person.password_hash is not None
    actions = session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)).all()
    assert actions == ["organisation.added", "person.added", "role.granted", "person.password_set"]
    assert find_break(session) is None


def test_two_organisations_cannot_have_one_slug(session: Session, clock: Clock) -> None:
    data = OrganisationData("demo", {"en": "Demo customs"})
    with transaction(session):
        add_organisation(session, SYSTEM, data, clock())
    with refused(Refusal.SLUG_TAKEN), transaction(session):
        add_organisation(session, SYSTEM, data, clock())


@pytest.mark.parametrize(
    "name", ["Ngô Thị Ánh", "شرطية الجمارك", "D’Ávila e Sá", "Ọlá Adébáyọ̀", "관세 담당관"]
)
def test_names_keep_their_script(session: Session, clock: Clock, name: str) -> None:
    with transaction(session):
        organisation = add_organisation(
            session, SYSTEM, OrganisationData("demo", {"en": "Demo customs"}), clock()
        )
        data = PersonData(organisation.id, f"  {name}\n", staff_number="7")
        person = add_person(session, SYSTEM, data, clock())
    session.expire_all()
    assert session.get_one(Person, person.id).display_name == name


def test_two_organisations_can_have_one_staff_number_but_one_cannot_have_it_twice(
    session: Session, clock: Clock, create_organisation: Callable[..., Organisation]
) -> None:
    one, other = create_organisation(), create_organisation()
    with transaction(session):
        for organisation in (one, other):
            data = PersonData(organisation.id, "Demo officer", staff_number="A 7")
            add_person(session, SYSTEM, data, clock())
    again = PersonData(one.id, "Demo officer", staff_number=" a  7 ")
    with refused(Refusal.NUMBER_TAKEN), transaction(session):
        add_person(session, SYSTEM, again, clock())


def test_a_person_needs_an_email_or_a_staff_number(
    session: Session, clock: Clock, create_organisation: Callable[..., Organisation]
) -> None:
    data = PersonData(create_organisation().id, "Demo officer", " ", "")
    with refused(Refusal.UNREACHABLE), transaction(session):
        add_person(session, SYSTEM, data, clock())


def test_an_address_belongs_to_one_person(
    session: Session, clock: Clock, create_person: CreatePerson
) -> None:
    first, second = create_person(), create_person()
    data = PersonData(second.organisation_id, "Demo officer", str(first.email).upper())
    with refused(Refusal.EMAIL_TAKEN), transaction(session):
        change_person(session, SYSTEM, second.id, data, clock())


def test_an_administrator_adds_people_to_their_own_organisation_only(
    session: Session, clock: Clock, create_person: CreatePerson
) -> None:
    actor = actor_of(session, create_person(Role.ADMINISTRATOR))
    other = create_person().organisation_id
    with transaction(session):
        add_person(session, actor, PersonData(actor.organisation_id or 0, "A", "a@a.org"), clock())
    with refused(Refusal.NOT_YOURS), transaction(session):
        add_person(session, actor, PersonData(other, "B", "b@b.org"), clock())


@pytest.mark.parametrize("role", [Role.OFFICER, Role.TRAINER, Role.COORDINATOR])
def test_only_administrators_give_roles(
    session: Session, clock: Clock, create_person: CreatePerson, role: Role
) -> None:
    person = create_person(role)
    grant = Grant(Role.OFFICER, Scope.ORGANISATION, person.organisation_id)
    with refused(Refusal.NOT_YOURS), transaction(session):
        grant_role(session, actor_of(session, person), person.id, grant, clock())


@pytest.mark.parametrize("role", list(Role))
def test_nobody_gives_a_role_beyond_their_own_reach(
    session: Session, clock: Clock, create_person: CreatePerson, role: Role
) -> None:
    person = create_person(Role.ADMINISTRATOR)
    actor, home = actor_of(session, person), person.organisation_id
    elsewhere = create_person().organisation_id
    colleague = create_person(organisation=None, organisation_id=home)
    with transaction(session):
        grant_role(session, actor, colleague.id, Grant(role, Scope.ORGANISATION, home), clock())
    for grant, owner in (
        (Grant(role, Scope.PLATFORM), None),
        (Grant(role, Scope.ORGANISATION, elsewhere), None),
        (Grant(role, Scope.COHORT, 1), elsewhere),
    ):
        with refused(Refusal.NOT_YOURS), transaction(session):
            grant_role(session, actor, colleague.id, grant, clock(), owner)


def test_an_organisations_administrator_cannot_take_over_an_account_that_reaches_further(
    session: Session, clock: Clock, create_person: CreatePerson
) -> None:
    local = create_person(Role.ADMINISTRATOR)
    wide = create_person(
        Role.COORDINATOR, scope=Scope.PLATFORM, organisation_id=local.organisation_id
    )
    data = PersonData(local.organisation_id, "Demo", "mine@demo.example")
    actor = actor_of(session, local)
    with refused(Refusal.NOT_YOURS), transaction(session):
        change_person(session, actor, wide.id, data, clock())
    with refused(Refusal.NOT_YOURS), transaction(session):
        suspend(session, actor, wide.id, "", clock())


def test_a_role_given_twice_is_there_once_and_ended_twice_is_ended_once(
    session: Session, clock: Clock, create_person: CreatePerson
) -> None:
    person = create_person()
    grant = Grant(Role.TRAINER, Scope.ORGANISATION, person.organisation_id)
    for _ in range(2):
        with transaction(session):
            row = grant_role(session, SYSTEM, person.id, grant, clock())
    for _ in range(2):
        with transaction(session):
            end_role(session, SYSTEM, row.id, clock())
    counted = select(AuditEntry.action, func.count()).group_by(AuditEntry.action)
    assert dict(map(tuple, session.execute(counted))) == {"role.granted": 1, "role.ended": 1}


def test_the_last_administrator_of_the_platform_stays(
    session: Session, clock: Clock, create_person: CreatePerson, administrator: Actor
) -> None:
    only = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == administrator.person_id)
    ).one()
    with refused(Refusal.LAST_ADMINISTRATOR), transaction(session):
        end_role(session, administrator, only.id, clock())
    with refused(Refusal.LAST_ADMINISTRATOR), transaction(session):
        suspend(session, SYSTEM, only.person_id, "", clock())
    second = create_person(Role.ADMINISTRATOR, scope=Scope.PLATFORM)
    with transaction(session):
        suspend(session, SYSTEM, only.person_id, "", clock())
    with refused(Refusal.LAST_ADMINISTRATOR), transaction(session):
        suspend(session, SYSTEM, second.id, "", clock())


def test_nobody_suspends_or_changes_themselves_here(
    session: Session, clock: Clock, create_person: CreatePerson, administrator: Actor
) -> None:
    create_person(Role.ADMINISTRATOR, scope=Scope.PLATFORM)
    themselves = administrator.person_id or 0
    with refused(Refusal.YOURSELF), transaction(session):
        suspend(session, administrator, themselves, "", clock())


def test_suspending_and_reinstating_keeps_the_reasons(
    session: Session, clock: Clock, create_person: CreatePerson, administrator: Actor
) -> None:
    person = create_person()
    for _ in range(2):
        with transaction(session):
            suspend(session, administrator, person.id, "left the service", clock())
    assert session.get_one(Person, person.id).suspended_at == clock()
    with transaction(session):
        reinstate(session, administrator, person.id, "came back", clock())
    assert session.get_one(Person, person.id).suspended_at is None
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.id)).all()
    assert [(entry.action, entry.details["reason"]) for entry in entries] == [
        ("person.suspended", "left the service"),
        ("person.reinstated", "came back"),
    ]
