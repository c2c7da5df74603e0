"""Organisations, people, their roles, sessions and one-time secrets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Digest, Id, Language, Line, Slug, Texts, Word

ORGANISATION_KINDS = ("customs", "police", "gendarmerie", "forces", "laboratory", "port", "other")
RESET, INVITATION, ONE_TIME_CODE = "reset", "invitation", "one_time_code"
NEW_EMAIL, RECOVERY_CODE = "new_email", "recovery_code"


class Organisation(Base):
    """A customs administration or a partner of one."""

    __tablename__ = "organisation"
    __table_args__ = (
        CheckConstraint(
            "kind in ('customs', 'police', 'gendarmerie', 'forces', 'laboratory', 'port', 'other')",
            name="kind",
        ),
    )

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(unique=True)
    name: Mapped[Texts]
    kind: Mapped[Word]
    country: Mapped[str | None] = mapped_column(String(2))
    """ISO 3166-1 alpha-2."""
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    language: Mapped[Language] = mapped_column(default="en")
    requires_second_factor: Mapped[bool] = mapped_column(default=False)
    """Whether staff roles must use TOTP."""
    created_at: Mapped[datetime]


class Person(Base):
    """Someone with an account; without e-mail, a staff number and printed codes do."""

    __tablename__ = "person"
    __table_args__ = (
        UniqueConstraint("organisation_id", "staff_number"),
        CheckConstraint("email is not null or staff_number is not null", name="reachable"),
        CheckConstraint("accommodation_percent between 0 and 300", name="accommodation"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    display_name: Mapped[Line]
    """As it is shown and printed, in any script."""
    given_names: Mapped[Line] = mapped_column(default="")
    family_name: Mapped[Line] = mapped_column(default="")
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Lower case, as it is compared."""
    staff_number: Mapped[str | None] = mapped_column(String(64), index=True)
    language: Mapped[Language] = mapped_column(default="en")
    time_zone: Mapped[str] = mapped_column(String(64), default="UTC")
    theme: Mapped[Word] = mapped_column(default="")
    """light, dark, or "" for what the device prefers."""
    accommodation_percent: Mapped[int] = mapped_column(SmallInteger, default=0)
    """What is added to every time limit of this person."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    totp_secret: Mapped[str | None] = mapped_column(String(200))
    """Encrypted with a key derived from the platform's secret."""
    totp_last_step: Mapped[int | None]
    """The time step of the last code accepted: a code is good once."""
    is_demo: Mapped[bool] = mapped_column(default=False)
    suspended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship(lazy="raise_on_sql")


class RoleGrant(Base):
    """A role of a person within a scope. Ended, never deleted."""

    __tablename__ = "role_grant"
    __table_args__ = (
        CheckConstraint(
            "role in ('officer', 'trainer', 'coordinator', 'administrator')", name="role"
        ),
        CheckConstraint(
            "scope in ('platform', 'organisation', 'programme', 'cohort')", name="scope"
        ),
        CheckConstraint("(scope = 'platform') = (scope_id = 0)", name="scope_id"),
        Index(
            "uq_role_grant_current",
            "person_id",
            "role",
            "scope",
            "scope_id",
            unique=True,
            postgresql_where=text("ended_at is null"),
            sqlite_where=text("ended_at is null"),
        ),
    )

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Word]
    scope: Mapped[Word]
    scope_id: Mapped[int] = mapped_column(default=0)
    """The organisation, programme or cohort; 0 for the whole platform."""
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    """Whose the programme or cohort is: that decides who may take the role away."""
    granted_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    granted_at: Mapped[datetime]
    ended_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]


class SignInSession(Base):
    """One browser in which a person is signed in. The cookie holds the token, we its digest."""

    __tablename__ = "sign_in_session"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_digest: Mapped[Digest] = mapped_column(unique=True)
    started_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    awaits_second_factor: Mapped[bool] = mapped_column(default=False)
    """The password was right; nothing but the TOTP page is open yet."""
    confirmed_at: Mapped[datetime | None]
    """When the person last proved who they are: asked again before changes to the account."""
    user_agent: Mapped[Line] = mapped_column(default="")
    address: Mapped[str] = mapped_column(String(64), default="")


class AccessToken(Base):
    """A secret that opens one door once: a reset, an invitation, a printed code."""

    __tablename__ = "access_token"
    __table_args__ = (
        CheckConstraint(
            "purpose in ('reset', 'invitation', 'one_time_code', 'new_email', 'recovery_code')",
            name="purpose",
        ),
    )

    id: Mapped[Id]
    purpose: Mapped[Word]
    digest: Mapped[Digest] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInFailure(Base):
    """A sign-in that failed, kept a day to slow the next ones down."""

    __tablename__ = "sign_in_failure"

    id: Mapped[Id]
    login_digest: Mapped[Digest] = mapped_column(index=True)
    """Of what was typed: whether such an account exists makes no difference."""
    address: Mapped[str] = mapped_column(String(64), index=True)
    at: Mapped[datetime]
    count: Mapped[int] = mapped_column(Integer, default=1)
