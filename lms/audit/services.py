"""Writing the audit chain, in the transaction of the act itself."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from lms.audit.models import AuditEntry
from lms.core.access import Actor
from lms.core.seal import FIRST, row_hash

_CHAIN_LOCK = 0x56494749
"""The name of the advisory lock under which PostgreSQL's writers take turns."""


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: tuple[str, int | str],
    now: datetime,
    details: Mapping[str, Any] | None = None,
    organisation_id: int | None = None,
) -> AuditEntry:
    """Add an entry: who did what to which subject (kind, id). Details hold ids, never secrets."""
    if session.get_bind().dialect.name == "postgresql":
        # Until the commit, so that two writers cannot seal the same row; SQLite has one anyway.
        session.execute(text("select pg_advisory_xact_lock(:lock)"), {"lock": _CHAIN_LOCK})
    last = select(AuditEntry.row_hash).order_by(AuditEntry.id.desc()).limit(1)
    previous = session.scalar(last) or FIRST
    entry = AuditEntry(
        at=now,
        actor_id=actor.person_id,
        action=action,
        subject_kind=subject[0],
        subject_id=str(subject[1]),
        organisation_id=actor.organisation_id if organisation_id is None else organisation_id,
        details=dict(details or {}),
        previous_hash=previous,
    )
    entry.row_hash = row_hash(previous, sealed(entry))
    session.add(entry)
    session.flush()
    return entry


def sealed(entry: AuditEntry) -> dict[str, Any]:
    """What of an entry its digest covers: all of it but the digests."""
    return {
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_id,
        "action": entry.action,
        "subject": [entry.subject_kind, entry.subject_id],
        "organisation": entry.organisation_id,
        "details": entry.details,
    }
