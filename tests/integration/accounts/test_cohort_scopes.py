"""Roles within programmes and cohorts, and what coordinators do with accounts there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, RoleGrant
from lms.cohorts import services
from lms.cohorts.models import Cohort
from lms.core.access import SYSTEM, Role, Scope
from lms.db import transaction
from tests.fixtures.house import Clock
from tests.fixtures.pages import InspectingClient

CreatePerson = Callable[..., Person]
SignIn = Callable[[InspectingClient, Person], None]


@pytest.fixture
def administrator(create_person: CreatePerson) -> Person:
    """Of the organisation that owns the cohort."""
    return create_person(Role.ADMINISTRATOR)


@pytest.fixture
def create_cohort(session: Session, clock: Clock) -> Callable[[int, str], Cohort]:
    """Makes a cohort of an organisation."""

    def create(organisation_id: int, slug: str) -> Cohort:
        programme_data = services.ProgrammeData(slug, organisation_id, {"en": f"All {slug}"}, [])
        with transaction(session):
            programme = services.add_programme(session, SYSTEM, programme_data, clock())
            first = date(2026, 1, 1)
            cycle = services.add_cycle(session, SYSTEM, programme, 1, first, clock())
            data = services.CohortData(
                slug=slug,
                cycle_id=cycle.id,
                organisation_id=organisation_id,
                title={"en": f"Cohort {slug}"},
                language="en",
                time_zone="UTC",
                starts_on=date(2026, 11, 1),
            )
            return services.add_cohort(session, SYSTEM, data, clock())

    return create


def test_an_administrator_gives_and_takes_a_role_within_a_cohort_of_theirs(
    client: InspectingClient,
    session: Session,
    create_person: CreatePerson,
    create_cohort: Callable[[int, str], Cohort],
    sign_in: SignIn,
    administrator: Person,
) -> None:
    mine = create_cohort(administrator.organisation_id, "north")
    other = create_cohort(create_person().organisation_id, "south")
    colleague = create_person(organisation_id=administrator.organisation_id)
    sign_in(client, administrator)
    page = f"/people/{colleague.id}"
    client.get(page)
    assert "Cohort: Cohort north" in client.page.words
    assert "Cohort south" not in client.page.words
    forged = {"role": "coordinator", "scope": f"cohort-{other.id}"}
    assert client.post(f"{page}/roles", data=forged).status_code == 422
    client.get(page)
    client.submit(f"{page}/roles", role="coordinator", scope=f"cohort-{mine.id}")
    given = select(RoleGrant).where(RoleGrant.role == "coordinator")
    grant = session.scalars(given).one()
    assert (grant.scope, grant.scope_id) == ("cohort", mine.id)
    # It stays an account that the administrator answers for, and the role can be taken away.
    client.get(page)
    (end,) = [form.action for form in client.page.forms if f"/{grant.id}/end" in form.action]
    session.rollback()
    client.submit(end)
    session.refresh(grant)
    assert grant.ended_at is not None


def test_a_coordinator_prints_codes_for_officers_of_the_cohort_and_nobody_else(
    app: Flask,
    session: Session,
    create_person: CreatePerson,
    create_cohort: Callable[[int, str], Cohort],
    sign_in: SignIn,
    clock: Clock,
    administrator: Person,
) -> None:
    cohort = create_cohort(administrator.organisation_id, "north")
    officer = create_person(email=None, staff_number="N 1", password_hash=None)
    outsider = create_person(email=None, staff_number="N 2")
    trainer = create_person(Role.TRAINER)
    with transaction(session):
        for person in (officer, trainer):
            services.enrol(session, SYSTEM, cohort, person.id, clock())
    coordinator = create_person(Role.COORDINATOR, scope=Scope.COHORT, scope_id=cohort.id)
    client = app.test_client()
    sign_in(client, coordinator)
    client.get("/cohorts/north")
    client.submit("/cohorts/north/codes", person=[str(officer.id), str(outsider.id)])
    codes = ["".join(code.itertext()) for code in client.page.all("dd", class_="code-box")]
    assert len(codes) == 1
    client.get("/cohorts/north")
    client.submit("/cohorts/north/codes", person=str(trainer.id))
    assert "Leave them out." in client.page.words
    stranger = app.test_client()
    stranger.get("/sign-in/code")
    response = stranger.submit("/sign-in/code", login="n 1", code=codes[0])
    assert response.request.path == "/account/password"


def test_a_coordinator_of_another_cohort_finds_no_such_door(
    client: InspectingClient,
    create_person: CreatePerson,
    create_cohort: Callable[[int, str], Cohort],
    sign_in: SignIn,
    administrator: Person,
) -> None:
    create_cohort(administrator.organisation_id, "north")
    sign_in(client, create_person(Role.COORDINATOR))
    assert client.post("/cohorts/north/codes", data={"person": "1"}).status_code == 404
