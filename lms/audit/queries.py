"""Reading the audit chain."""

from __future__ import annotations

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from lms.audit.models import AuditEntry
from lms.audit.services import sealed
from lms.core.access import Actor, Permission, reach
from lms.core.seal import first_break


def list_entries(session: Session, actor: Actor, before: int | None, most: int) -> list[AuditEntry]:
    """The newest entries the actor may see, older than `before` (an id) where one is given."""
    query = _in_reach(actor).limit(most)
    if before is not None:
        query = query.where(AuditEntry.id < before)
    return list(session.scalars(query))


def find_break(session: Session) -> AuditEntry | None:
    """The first entry that was tampered with, or follows one that was; None for a whole chain."""
    entries = list(session.scalars(select(AuditEntry).order_by(AuditEntry.id)))
    place = first_break((entry.previous_hash, entry.row_hash, sealed(entry)) for entry in entries)
    return None if place is None else entries[place]


def list_about(
    session: Session, actor: Actor, subject: tuple[str, int | str], most: int
) -> list[AuditEntry]:
    """The newest entries about one thing (kind, id) that the actor may see."""
    kind, subject_id = subject
    query = _in_reach(actor).where(
        AuditEntry.subject_kind == kind, AuditEntry.subject_id == str(subject_id)
    )
    return list(session.scalars(query.limit(most)))


def count_entries(session: Session) -> int:
    """How long the whole chain is."""
    return session.scalars(select(func.count()).select_from(AuditEntry)).one()


def _in_reach(actor: Actor) -> Select[AuditEntry]:
    query = select(AuditEntry).order_by(AuditEntry.id.desc())
    organisations = reach(actor, Permission.AUDIT_READ)
    return (
        query
        if organisations is None
        else query.where(AuditEntry.organisation_id.in_(organisations))
    )
