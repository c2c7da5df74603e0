"""Courses, their modules, activities and lessons, and how far each officer is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Integer,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.db import Base, Digest, Id, Language, Line, Slug, Texts, Word


class Course(Base):
    """A course as it is taught now. `document` is course.yaml's, the canonical form to export."""

    __tablename__ = "course"
    __table_args__ = (CheckConstraint("sharing in ('platform', 'organisation')", name="sharing"),)

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    sharing: Mapped[Word]
    """Who else may use it: the whole platform, or nobody."""
    title: Mapped[Texts]
    summary: Mapped[Texts]
    languages: Mapped[list[Any]] = mapped_column(JSON)
    validity_months: Mapped[int | None] = mapped_column(SmallInteger)
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[Digest]
    agreed_fingerprint: Mapped[Digest | None]
    """What files and database last agreed on; None for a course that never was a file."""
    changed_at: Mapped[datetime]


class Module(Base):
    """A titled group of activities."""

    __tablename__ = "module"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    key: Mapped[Slug]
    position: Mapped[int] = mapped_column(SmallInteger)
    title: Mapped[Texts]


class Activity(Base):
    """A lesson, a quiz or another thing to do, in its place."""

    __tablename__ = "activity"
    __table_args__ = (UniqueConstraint("course_id", "key"),)

    id: Mapped[Id]
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    module_id: Mapped[int | None] = mapped_column(ForeignKey("module.id"), index=True)
    kind: Mapped[Word]
    key: Mapped[Slug]
    position: Mapped[int] = mapped_column(SmallInteger)
    """Within the whole course."""
    minutes: Mapped[int | None] = mapped_column(SmallInteger)
    objectives: Mapped[list[Any]] = mapped_column(JSON)
    completion: Mapped[Word]
    """confirm or checks; other kinds complete by their own rules."""
    requires: Mapped[list[Any]] = mapped_column(JSON)
    is_required: Mapped[bool] = mapped_column(default=True)
    retired_at: Mapped[datetime | None]
    """Taken out of the course; progress in it is kept."""

    course: Mapped[Course] = relationship(lazy="raise_on_sql", viewonly=True)
    module: Mapped[Module | None] = relationship(lazy="raise_on_sql", viewonly=True)
    texts: Mapped[list[LessonText]] = relationship(lazy="raise_on_sql", viewonly=True)


class LessonText(Base):
    """A lesson in one language, as its file would be."""

    __tablename__ = "lesson_text"
    __table_args__ = (UniqueConstraint("activity_id", "language"),)

    id: Mapped[Id]
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    language: Mapped[Language]
    title: Mapped[Line]
    summary: Mapped[str] = mapped_column(Text)
    translates: Mapped[str] = mapped_column(String(16), default="")
    body: Mapped[str] = mapped_column(Text)
    fingerprint: Mapped[Digest]
    """Of the file's bytes."""
    agreed_fingerprint: Mapped[Digest | None]


class LessonPicture(Base):
    """A picture beside a lesson; the bytes are in the file store under their digest."""

    __tablename__ = "lesson_picture"
    __table_args__ = (UniqueConstraint("activity_id", "name"),)

    id: Mapped[Id]
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"))
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[Word]
    sha256: Mapped[Digest]
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)


class LessonProgress(Base):
    """How far a person is with a lesson in one cycle of a programme."""

    __tablename__ = "lesson_progress"
    __table_args__ = (UniqueConstraint("person_id", "activity_id", "cycle_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    opened_at: Mapped[datetime]
    last_opened_at: Mapped[datetime]
    language: Mapped[Language]
    anchor: Mapped[str] = mapped_column(String(64), default="")
    """The heading where the person left off."""
    done_at: Mapped[datetime | None]


class CheckResponse(Base):
    """An answer to a check-your-understanding item of a lesson. Practice: the last one stays."""

    __tablename__ = "check_response"
    __table_args__ = (UniqueConstraint("person_id", "activity_id", "item_key", "cycle_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    activity_id: Mapped[int] = mapped_column(ForeignKey("activity.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    item_key: Mapped[str] = mapped_column(String(140))
    """bank/item"""
    item_fingerprint: Mapped[Digest]
    """Which version was answered."""
    value: Mapped[Any] = mapped_column(JSON)
    is_right: Mapped[bool]
    tries: Mapped[int] = mapped_column(SmallInteger, default=1)
    answered_at: Mapped[datetime]


class CourseCompletion(Base):
    """A person met all requirements of a course in a cycle."""

    __tablename__ = "course_completion"
    __table_args__ = (UniqueConstraint("person_id", "course_id", "cycle_id"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    cycle_id: Mapped[int] = mapped_column(ForeignKey("cycle.id"))
    completed_at: Mapped[datetime]
