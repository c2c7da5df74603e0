"""Whom an actor may change: nobody takes over an account that reaches further than their own."""

from __future__ import annotations

from collections.abc import Iterable

from lms.accounts.models import Person, RoleGrant
from lms.core.access import STAFF, Actor, Grant, Permission, Role, Scope, Subject, may, may_grant


def as_grant(row: RoleGrant) -> Grant:
    """The row as the access table knows it."""
    scope = Scope(row.scope)
    return Grant(Role(row.role), scope, None if scope is Scope.PLATFORM else row.scope_id)


def where_of(row: RoleGrant) -> Subject:
    """Where the scope of a grant lies."""
    owner = row.scope_id if row.scope == Scope.ORGANISATION else row.organisation_id
    return Subject(
        organisation_id=owner or None,
        programme_id=row.scope_id if row.scope == Scope.PROGRAMME else None,
        cohort_id=row.scope_id if row.scope == Scope.COHORT else None,
    )


def may_end(actor: Actor, row: RoleGrant) -> bool:
    """Whether the actor may take this role away."""
    return may_grant(actor, as_grant(row), where_of(row))


def may_take_over(actor: Actor, grants: Iterable[RoleGrant]) -> bool:
    """Whether every staff role of a person is one the actor could have given.

    Whoever changes an address or prints a code could sign in as that person.
    """
    return all(may_end(actor, row) for row in grants if row.role in STAFF)


def may_manage(actor: Actor, person: Person, grants: Iterable[RoleGrant]) -> bool:
    """Whether the actor may change someone else's account."""
    home = Subject(organisation_id=person.organisation_id)
    return (
        person.id != actor.person_id
        and may(actor, Permission.PEOPLE_MANAGE, home)
        and may_take_over(actor, grants)
    )
