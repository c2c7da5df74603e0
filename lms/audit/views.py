"""The audit log, to be read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from sqlalchemy.orm import Session

from lms.audit import queries
from lms.audit.models import AuditEntry
from lms.core.access import Permission
from lms.core.paging import row_number
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, part

bp = Blueprint("audit", __name__)

_ROWS = 50


@dataclass(frozen=True, slots=True)
class AuditParts:
    """What wiring.py hands down: names of people, and what acts are called."""

    names: Callable[[Session, Collection[int]], Mapping[int, str]]
    words: Mapping[str, LazyString]


@dataclass(frozen=True, slots=True)
class Line:
    """One entry as the page shows it."""

    entry: AuditEntry
    who: str
    """"" for the platform itself."""
    what: str
    details: Sequence[tuple[str, str]]


@bp.get("/audit-log")
@allow(Permission.AUDIT_READ)
def index() -> ResponseReturnValue:
    """Who did what, the newest first; and, when asked, whether the chain is whole."""
    before = request.args.get("before", type=row_number)
    entries = queries.list_entries(session(), actor(), before, _ROWS + 1)
    checking = "check" in request.args
    return render_template(
        "audit/index.html",
        lines=lines_of(session(), entries[:_ROWS]),
        older=entries[_ROWS - 1].id if len(entries) > _ROWS else None,
        newest=before is None,
        checked=checking,
        broken=queries.find_break(session()) if checking else None,
        count=queries.count_entries(session()) if checking else 0,
    )


def lines_of(session: Session, entries: Sequence[AuditEntry]) -> list[Line]:
    """Entries with the names of those who acted."""
    parts = part(AuditParts)
    names = parts.names(session, {entry.actor_id for entry in entries if entry.actor_id})
    return [
        Line(
            entry=entry,
            who=names.get(entry.actor_id, "") if entry.actor_id else "",
            what=str(parts.words.get(entry.action, entry.action)),
            details=[(name, _written(value)) for name, value in entry.details.items()],
        )
        for entry in entries
    ]


def _written(value: object) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{name}: {_written(one)}" for name, one in value.items())
    if isinstance(value, list):
        return ", ".join(map(_written, value))
    return "–" if value in (None, "") else str(value)
