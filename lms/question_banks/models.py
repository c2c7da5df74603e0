"""Question banks, items, their frozen versions and the reviews of each part."""

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

from lms.db import Base, Digest, Id, Slug, Texts, Word

DRAFT, IN_REVIEW, PUBLISHED, RETIRED = "draft", "in_review", "published", "retired"
STRUCTURE = "structure"
"""The part of an item that is no text: type, key, options, figure."""


class QuestionBank(Base):
    """A bank of items with one owner. `document` is bank.yaml's."""

    __tablename__ = "question_bank"
    __table_args__ = (CheckConstraint("sharing in ('platform', 'organisation')", name="sharing"),)

    id: Mapped[Id]
    slug: Mapped[Slug] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id"), index=True)
    sharing: Mapped[Word]
    title: Mapped[Texts]
    document: Mapped[dict[str, Any]] = mapped_column(JSON)
    fingerprint: Mapped[Digest]
    agreed_fingerprint: Mapped[Digest | None]
    changed_at: Mapped[datetime]


class Item(Base):
    """An item under its id, which never changes; what it says is in its versions."""

    __tablename__ = "item"
    __table_args__ = (
        UniqueConstraint("bank_id", "key"),
        CheckConstraint("state in ('draft', 'in_review', 'published', 'retired')", name="state"),
    )

    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id"))
    key: Mapped[Slug]
    topic: Mapped[Slug]
    """The file it stands in."""
    position: Mapped[int] = mapped_column(SmallInteger)
    """Within its topic."""
    type: Mapped[Word]
    """An item keeps its type for good: another type is another item."""
    state: Mapped[Word]
    current_version_id: Mapped[int | None] = mapped_column(
        ForeignKey("item_version.id", use_alter=True, name="fk_item_current_version_id")
    )
    """The version that is drawn once it is published."""
    agreed_fingerprint: Mapped[Digest | None]
    changed_at: Mapped[datetime]

    bank: Mapped[QuestionBank] = relationship(lazy="raise_on_sql")
    current_version: Mapped[ItemVersion | None] = relationship(
        foreign_keys=[current_version_id], lazy="raise_on_sql", post_update=True
    )


class ItemVersion(Base):
    """What an item says, frozen. `content` is its document; it is never changed."""

    __tablename__ = "item_version"
    __table_args__ = (UniqueConstraint("item_id", "fingerprint"),)

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    fingerprint: Mapped[Digest]
    structure_fingerprint: Mapped[Digest]
    text_fingerprints: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Language tag -> fingerprint of the item's texts in it."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    objective: Mapped[Slug]
    tags: Mapped[list[Any]] = mapped_column(JSON)
    difficulty: Mapped[Word]
    use: Mapped[Word]
    is_critical: Mapped[bool]
    picture_sha256: Mapped[Digest | None]
    picture_media_type: Mapped[Word | None]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    published_at: Mapped[datetime | None]


class ItemReview(Base):
    """What a second person said of one part of an item: its structure, or one language.

    Known by fingerprint, so that a corrected sentence leaves the other parts' reviews standing.
    """

    __tablename__ = "item_review"
    __table_args__ = (
        UniqueConstraint("item_id", "part", "fingerprint"),
        CheckConstraint("state in ('unreviewed', 'approved', 'returned')", name="state"),
    )

    id: Mapped[Id]
    item_id: Mapped[int] = mapped_column(ForeignKey("item.id"))
    part: Mapped[str] = mapped_column(String(16))
    fingerprint: Mapped[Digest]
    state: Mapped[Word]
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reviewed_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(Text, default="")


class BankPicture(Base):
    """A picture of a bank; the bytes are in the file store under their digest."""

    __tablename__ = "bank_picture"
    __table_args__ = (UniqueConstraint("bank_id", "name"),)

    id: Mapped[Id]
    bank_id: Mapped[int] = mapped_column(ForeignKey("question_bank.id"))
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[Word]
    sha256: Mapped[Digest]
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
