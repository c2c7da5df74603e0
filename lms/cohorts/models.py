"""Programmes, cycles, cohorts, enrolments."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Id, Language, Slug, Texts, Word

ACTIVE, WITHDRAWN, COMPLETED = "active", "withdrawn", "completed"


class Programme(Base):
    """Courses that belong together, and what passing them is worth."""

    __tablename__ = "programme"

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[Texts]
    validity_months: Mapped[int | None] = mapped_column(SmallInteger)
    """Of its certificates; None: as each course says."""
    rules: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    created_at: Mapped[datetime]


class ProgrammeCourse(Base):
    """A course of a programme, in its place."""

    __tablename__ = "programme_course"

    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(SmallInteger)


class Cycle(Base):
    """One run of a programme; what is achieved in it counts for it alone."""

    __tablename__ = "cycle"
    __table_args__ = (UniqueConstraint("programme_id", "number"),)

    id: Mapped[Id]
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"))
    number: Mapped[int] = mapped_column(SmallInteger)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]


class Cohort(Base):
    """A named group of officers that follows a programme in one cycle."""

    __tablename__ = "cohort"
    __table_args__ = (CheckConstraint("capacity is null or capacity > 0", name="capacity"),)

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(unique=True)
    programme_id: Mapped[int] = mapped_column(ForeignKey("programme.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    title: Mapped[Texts]
    language: Mapped[Language]
    time_zone: Mapped[str] = mapped_column(String(64))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    place: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int | None] = mapped_column(Integer)
    created_at: Mapped[datetime]

    programme: Mapped[Programme] = relationship(lazy="raise_on_sql")


class Enrolment(Base):
    """An officer's place in a cohort."""

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("cohort_id", "person_id"),
        CheckConstraint("state in ('active', 'withdrawn', 'completed')", name="state"),
    )

    id: Mapped[Id]
    cohort_id: Mapped[int] = mapped_column(ForeignKey("cohort.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    state: Mapped[Word]
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    enrolled_at: Mapped[datetime]
    state_changed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(500), default="")

    cohort: Mapped[Cohort] = relationship(lazy="raise_on_sql")
