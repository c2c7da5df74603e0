"""The audit chain."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Digest, Id, Word


class AuditEntry(Base):
    """One act. Rows are never changed or deleted: triggers refuse it on both engines."""

    __tablename__ = "audit_entry"
    __table_args__ = (Index("ix_audit_entry_subject", "subject_kind", "subject_id"),)

    id: Mapped[Id]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """None where the platform itself acted."""
    action: Mapped[str] = mapped_column(String(64), index=True)
    """What was done, the thing first: `attempt.submitted`, `certificate.revoked`."""
    subject_kind: Mapped[Word]
    subject_id: Mapped[str] = mapped_column(String(64))
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    """Whose act it was, so that an organisation sees its own part of the log."""
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    previous_hash: Mapped[Digest]
    row_hash: Mapped[Digest] = mapped_column(unique=True)
