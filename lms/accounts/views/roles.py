"""Roles in words, and the scopes in which they can be given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext

from lms.accounts import queries
from lms.accounts.authority import may_end, where_of
from lms.accounts.models import RoleGrant
from lms.accounts.scopes import AccountParts, ScopeChoice
from lms.accounts.words import ROLES, SCOPES
from lms.core.access import Permission, Scope, reach
from lms.web.database import session
from lms.web.languages import picked
from lms.web.request import actor, part


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One role of a person."""

    id: int
    role: str
    place: str
    may_end: bool


def role_lines(rows: Sequence[RoleGrant]) -> list[RoleLine]:
    """Each role with the name of what it reaches."""
    owners = frozenset(
        owner for row in rows if (owner := where_of(row).organisation_id) is not None
    )
    titles = {(one.scope.value, one.scope_id): picked(one.title) for one in _scopes(owners)}
    return [
        RoleLine(
            id=row.id,
            role=str(ROLES[row.role]),
            place=titles.get((row.scope, row.scope_id), str(SCOPES[row.scope])),
            may_end=may_end(actor(), row),
        )
        for row in rows
    ]


def scopes_to_grant() -> dict[str, tuple[str, ScopeChoice | None]]:
    """Where the actor may give roles: a key for the form, its words, and the scope; None stands
    for the whole platform."""
    owners = reach(actor(), Permission.ROLE_GRANT)
    found: dict[str, tuple[str, ScopeChoice | None]] = {}
    if owners is None:
        found[Scope.PLATFORM.value] = (str(SCOPES[Scope.PLATFORM]), None)
    for choice in _scopes(owners):
        words = gettext("%(kind)s: %(name)s", kind=SCOPES[choice.scope], name=picked(choice.title))
        found[f"{choice.scope.value}-{choice.scope_id}"] = (words, choice)
    return found


def _scopes(owners: frozenset[int] | None) -> list[ScopeChoice]:
    organisations = [
        ScopeChoice(Scope.ORGANISATION, organisation_id, organisation_id, name)
        for organisation_id, name in queries.organisation_names(session(), owners).items()
    ]
    above = [scope for listed in part(AccountParts).scopes for scope in listed(session(), owners)]
    return organisations + above
