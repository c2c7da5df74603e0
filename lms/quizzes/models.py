"""Quizzes, attempts, their journal and their results.

The journal and the results only grow. What an attempt was agreed on stands in the attempt
itself, so that nothing that changes later can change it.
"""

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
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Digest, Id, Language, Slug, Texts, Word

EVENT_KINDS = (
    "response", "flag", "certainty", "try", "hint", "language", "problem_report",
)  # fmt: skip
_OPEN = text("state = 'open'")


class Quiz(Base):
    """A deliverable quiz of a course. `document` is its file's, `rules` what it says, read."""

    __tablename__ = "quiz"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    key: Mapped[Slug]
    title: Mapped[Texts]
    summary: Mapped[Texts]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """`QuizRules.to_json`."""
    fingerprint: Mapped[Digest]
    agreed_fingerprint: Mapped[Digest | None]
    changed_at: Mapped[datetime]


class Attempt(Base):
    """One officer's go at a quiz."""

    __tablename__ = "attempt"
    __table_args__ = (
        Index(
            "uq_attempt_open",
            "person_id",
            "quiz_id",
            unique=True,
            postgresql_where=_OPEN,
            sqlite_where=_OPEN,
        ),
        UniqueConstraint("person_id", "quiz_id", "cycle_id", "number"),
        Index("ix_attempt_closing", "closes_at", postgresql_where=_OPEN, sqlite_where=_OPEN),
        CheckConstraint(
            "state in ('open', 'submitted', 'expired', 'graded', 'voided')", name="state"
        ),
    )

    id: Mapped[Id]
    quiz_id: Mapped[int] = mapped_column(ForeignKey("quiz.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    """The first go of a person at a quiz in a cycle is 1."""
    state: Mapped[Word]
    rules: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Frozen: `QuizRules.to_json`."""
    slots: Mapped[list[Any]] = mapped_column(JSON)
    """Frozen: for each slot item key, item version, blueprint line, weight and layout."""
    accommodation_percent: Mapped[int] = mapped_column(SmallInteger)
    extra_seconds: Mapped[int] = mapped_column(Integer, default=0)
    language: Mapped[Language]
    """In which it was begun; each response notes its own."""
    outbox_key: Mapped[Digest]
    """Binds what a browser still has to send to this attempt and nobody else's."""
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    """Deadline and grace: what arrives later needs a decision."""
    ended_at: Mapped[datetime | None]
    """When it was submitted, or the deadline where the clock ended it."""
    receipt: Mapped[str | None] = mapped_column(String(16))
    voided_reason: Mapped[str | None] = mapped_column(Text)

    quiz: Mapped[Quiz] = relationship(lazy="raise_on_sql")


class JournalEvent(Base):
    """One change an officer made, as it arrived. Never changed, never deleted."""

    __tablename__ = "journal_event"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client_id", "client_seq"),
        CheckConstraint(
            "kind in ('response', 'flag', 'certainty', 'try', 'hint', 'language',"
            " 'problem_report')",
            name="kind",
        ),
    )

    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client_id: Mapped[str] = mapped_column(String(36))
    """One page in one browser."""
    client_seq: Mapped[int]
    """Grows with every change made there."""
    slot: Mapped[int] = mapped_column(SmallInteger)
    kind: Mapped[Word]
    value: Mapped[Any] = mapped_column(JSON)
    base_rev: Mapped[int]
    """The latest event of this slot and kind that page was showing; 0 for none."""
    language: Mapped[Language]
    item_version_id: Mapped[int | None] = mapped_column(ForeignKey("item_version.id"))
    client_elapsed_ms: Mapped[int | None]
    """Time on that page since it was loaded, by its own steady clock: evidence, never a rule."""
    received_at: Mapped[datetime]
    late: Mapped[bool]


class LateDecision(Base):
    """What a coordinator decided on a response that came too late."""

    __tablename__ = "late_decision"

    event_id: Mapped[int] = mapped_column(ForeignKey("journal_event.id"), primary_key=True)
    accepted: Mapped[bool]
    decided_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(Text)


class Result(Base):
    """What an attempt came to. A regrade adds one; the highest sequence counts."""

    __tablename__ = "result"
    __table_args__ = (UniqueConstraint("attempt_id", "sequence"),)

    id: Mapped[Id]
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    sequence: Mapped[int] = mapped_column(SmallInteger)
    rule_version: Mapped[int] = mapped_column(SmallInteger)
    points: Mapped[str] = mapped_column(String(64))
    """An exact fraction, "29/2"."""
    possible: Mapped[str] = mapped_column(String(64))
    percent: Mapped[int] = mapped_column(SmallInteger)
    """Rounded down once, as it is shown and printed."""
    passed: Mapped[bool]
    details: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Fractions by slot, tallies by objective, must-pass slots that failed."""
    reason: Mapped[str] = mapped_column(Text, default="")
    graded_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    graded_at: Mapped[datetime]
