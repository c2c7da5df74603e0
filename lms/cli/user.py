"""`lms user`: accounts from the command line, the first administrator above all."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.accounts.refusals import Refused
from lms.accounts.services.organisations import OrganisationData, add_organisation
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import PersonData, add_person
from lms.accounts.services.roles import grant_role
from lms.accounts.vault import new_code
from lms.accounts.words import REFUSALS
from lms.core.access import SYSTEM, Grant, Role, Scope
from lms.db import new_session, transaction
from lms.web.languages import LANGUAGES
from lms.wiring import House

_SCOPES = [Scope.PLATFORM.value, Scope.ORGANISATION.value]


@click.group()
def user() -> None:
    """People's accounts."""


@user.command()
@click.option("--name", prompt="Name, as it is printed", help="Display name, in any script.")
@click.option("--email", default="", prompt="E-mail (may stay empty)", help="For signing in.")
@click.option("--staff-number", default="", help="For signing in without e-mail.")
@click.option("--organisation", prompt="Organisation (short name)", help="Its short name.")
@click.option("--organisation-name", help="Adds the organisation under this name if it is new.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.OFFICER.value,
    show_default=True,
)
@click.option("--scope", type=click.Choice(_SCOPES), default=Scope.ORGANISATION.value,
              show_default=True, help="How far the role reaches.")  # fmt: skip
@click.option("--language", type=click.Choice([*LANGUAGES]), default="en", show_default=True)
@click.option("--generate-password", is_flag=True, help="Make a password and print it once.")
@click.pass_obj
def create(
    house: House,
    name: str,
    email: str,
    staff_number: str,
    organisation: str,
    organisation_name: str | None,
    role: str,
    scope: str,
    language: str,
    generate_password: bool,
) -> None:
    """Create an account with a role and a password. Asks for what is not given."""
    password = _password(generate=generate_password)
    now = house.clock()
    try:
        with new_session(house.engine) as session, transaction(session):
            home = _organisation(session, house, organisation, organisation_name)
            data = PersonData(
                organisation_id=home.id,
                display_name=name,
                email=email,
                staff_number=staff_number,
                language=language,
                time_zone=home.time_zone,
            )
            person = add_person(session, SYSTEM, data, now)
            where = home.id if scope == Scope.ORGANISATION else None
            grant_role(session, SYSTEM, person.id, Grant(Role(role), Scope(scope), where), now)
            set_password(session, person, password, now)
    except Refused as refused:
        raise click.ClickException(str(REFUSALS[refused.reason])) from None
    click.echo(
        f"Created {_login(person)} as {role} of {organisation if where else 'the platform'}."
    )
    if generate_password:
        click.echo(f"Password, shown this once: {password}")


def _password(*, generate: bool) -> str:
    if generate:
        return f"{new_code()}-{new_code()}".lower()
    return str(click.prompt("Password", hide_input=True, confirmation_prompt=True))


def _organisation(session: Session, house: House, slug: str, name: str | None) -> Organisation:
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is not None:
        return found
    if name is None:
        raise click.ClickException(
            f"There is no organisation {slug!r}. Give --organisation-name to add it."
        )
    return add_organisation(session, SYSTEM, OrganisationData(slug, {"en": name}), house.clock())


def _login(person: Person) -> str:
    return person.email or person.staff_number or person.display_name
