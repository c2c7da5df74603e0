"""The person signed in, as pages need them: read once a request, in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from lms.accounts.queries import find_session
from lms.core.access import STAFF, Actor, Grant, Role, Scope
from lms.web.database import session
from lms.web.request import Viewer, now


@dataclass(frozen=True, slots=True)
class SignedIn(Viewer):
    """A viewer, and when they were last seen."""

    last_seen_at: datetime | None = None


def find_viewer(token: str) -> Viewer | None:
    """Whose session this is; None where it is over, or the person suspended."""
    rows = find_session(session(), token, now())
    if not rows:
        return None
    row = rows[0]
    return SignedIn(
        session_id=row.id,
        token=token,
        person_id=row.person_id,
        name=row.display_name,
        language=row.language,
        time_zone=row.time_zone,
        theme=row.theme,
        actor=Actor(row.person_id, row.organisation_id, _grants(rows)),
        pending=_pending(rows),
        last_seen_at=row.last_seen_at,
    )


def demands_second_factor(rows: Sequence[Row[*tuple[Any, ...]]]) -> bool:
    """Whether the person's organisation, or one that gave them a role, asks for it."""
    return any(
        row.role in STAFF and (row.demanded_at_home or row.demanded_where_granted) for row in rows
    )


def _grants(rows: Sequence[Row[*tuple[Any, ...]]]) -> tuple[Grant, ...]:
    return tuple(
        Grant(Role(row.role), Scope(row.scope), row.scope_id or None)
        for row in rows
        if row.role is not None
    )


def _pending(rows: Sequence[Row[*tuple[Any, ...]]]) -> str:
    """What must be done first; the names are endpoints of accounts."""
    row = rows[0]
    if row.awaits_second_factor:
        return "second_factor"
    if row.has_no_password:
        return "password"
    if row.has_no_second_factor and demands_second_factor(rows):
        return "set_up_second_factor"
    return ""
