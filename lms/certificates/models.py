"""Certificates and everything that ever became of them."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Digest, Id, Language, Line, Word

ISSUED, SUPERSEDED, SUSPENDED, REVOKED = "issued", "superseded", "suspended", "revoked"
_NOT_SUPERSEDED = text("status <> 'superseded'")


class Certificate(Base):
    """A signed statement. The signed fields never change; a correction supersedes it."""

    __tablename__ = "certificate"
    __table_args__ = (
        Index(
            "uq_certificate_holder",
            "person_id",
            "programme_id",
            "cycle_id",
            "course_id",
            unique=True,
            postgresql_where=_NOT_SUPERSEDED,
            sqlite_where=_NOT_SUPERSEDED,
        ),
        CheckConstraint(
            "status in ('issued', 'superseded', 'suspended', 'revoked')", name="status"
        ),
    )

    id: Mapped[Id]
    serial: Mapped[str] = mapped_column(String(20), unique=True)
    code: Mapped[str] = mapped_column(String(26), unique=True)
    """128 bits, typed by those without a camera."""
    status_index: Mapped[int] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    cohort_id: Mapped[int | None] = mapped_column(ForeignKey("cohort.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    """The issuing one."""
    name: Mapped[Line]
    course_title: Mapped[Line]
    language: Mapped[Language]
    issuer: Mapped[Line]
    holder_organisation: Mapped[Line] = mapped_column(default="")
    issued_on: Mapped[date]
    expires_on: Mapped[date | None]
    score: Mapped[int | None] = mapped_column(SmallInteger)
    kid: Mapped[str] = mapped_column(String(16))
    """The key that signed, in hexadecimal digits."""
    message: Mapped[bytes] = mapped_column(LargeBinary)
    """The signed claim (COSE), as in the QR code."""
    public_url: Mapped[Line]
    """Where the QR code leads: it stays as it was printed."""
    pdf_sha256: Mapped[Digest | None]
    """None until the PDF has been printed by the worker."""
    status: Mapped[Word] = mapped_column(index=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"))
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    issued_at: Mapped[datetime]


class CertificateEvent(Base):
    """A change of a certificate's status, with who and why. Only ever added."""

    __tablename__ = "certificate_event"

    id: Mapped[Id]
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    status: Mapped[Word]
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text, default="")
