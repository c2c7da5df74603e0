"""Reading banks: what a quiz may draw, what a version says, and what staff may look at."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, String, cast, func, or_, select
from sqlalchemy.orm import Session, contains_eager

from lms.content import fingerprints
from lms.core.access import Actor, Permission, may, reach
from lms.core.blueprint import Candidate
from lms.core.items.base import Figure, View
from lms.core.items.base import Item as CoreItem
from lms.core.items.registry import parse_item
from lms.question_banks.models import (
    PUBLISHED,
    RETIRED,
    Item,
    ItemReview,
    ItemVersion,
    QuestionBank,
)

_MOST_PARSED = 10_000
_parsed: dict[str, CoreItem] = {}


def candidates(session: Session, bank_slugs: Collection[str]) -> list[Candidate[int]]:
    """The exam items that may be drawn from these banks: published, in their current versions."""
    rows = session.execute(
        select(
            Item.key,
            ItemVersion.id,
            QuestionBank.slug,
            ItemVersion.objective,
            ItemVersion.tags,
            ItemVersion.difficulty,
            ItemVersion.use,
        )
        .join(QuestionBank, QuestionBank.id == Item.bank_id)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .where(
            QuestionBank.slug.in_(bank_slugs), Item.state == PUBLISHED, ItemVersion.use == "exam"
        )
        .order_by(QuestionBank.slug, Item.topic, Item.position)
    )
    return [
        Candidate(f"{bank}/{key}", version_id, bank, objective, frozenset(tags), difficulty, use)
        for key, version_id, bank, objective, tags, difficulty, use in rows
    ]


def versions(session: Session, ids: Iterable[int]) -> dict[int, ItemVersion]:
    """Versions by id."""
    wanted = set(ids)
    if not wanted:
        return {}
    found = session.scalars(select(ItemVersion).where(ItemVersion.id.in_(wanted)))
    return {version.id: version for version in found}


def parsed(version: ItemVersion) -> CoreItem:
    """What a version says. Read once: versions are frozen, and known by what they hold."""
    item = _parsed.get(version.fingerprint)
    if item is None:
        if len(_parsed) >= _MOST_PARSED:
            _parsed.clear()
        item = _parsed[version.fingerprint] = parse_item(version.content)
    return item


def frozen_items(session: Session, frozen: Mapping[int, str]) -> dict[int, CoreItem]:
    """What versions say, by id, for who noted their fingerprints (id -> fingerprint).

    The database is asked only for what this process has not read yet.
    """
    missing = [version_id for version_id, print_ in frozen.items() if print_ not in _parsed]
    read = {version.id: parsed(version) for version in versions(session, missing).values()}
    return {
        version_id: read[version_id] if version_id in read else _parsed[print_]
        for version_id, print_ in frozen.items()
    }


def figure_url(version: ItemVersion) -> str | None:
    """Where the picture of a version is served; None where there is none."""
    item = parsed(version)
    return None if item.figure is None else _figure_address(version.id, item.figure)


def with_figure(view: View, version_id: int, item: CoreItem) -> View:
    """A question's or review's view, with the address of its picture."""
    if item.figure is None:
        return view
    return view | {"figure": view["figure"] | {"url": _figure_address(version_id, item.figure)}}


def figure_mark(figure: Figure) -> str:
    """What in an address shows that its reader was shown the picture.

    Made from the picture's own words and nothing else: a fingerprint of the item would let
    somebody try out keys against it.
    """
    return fingerprints.of_bytes(repr(figure).encode("utf-8"))[:40]


def _figure_address(version_id: int, figure: Figure) -> str:
    return f"/question-banks/figures/{version_id}-{figure_mark(figure)}"


@dataclass(frozen=True, slots=True)
class PracticeItem:
    """A published practice item, as lessons show it: `lms.courses.activities.PracticeItem`."""

    key: str
    fingerprint: str
    item: CoreItem
    figure_url: str | None


class Practice:
    """Practice items for lessons: `lms.courses.activities.PracticeItems`."""

    def find(
        self, session: Session, bank_slug: str, keys: Collection[str]
    ) -> Mapping[str, PracticeItem]:
        """The published items of a bank with these keys, by key."""
        if not keys:
            return {}
        rows = session.execute(
            select(Item.key, ItemVersion)
            .join(QuestionBank, QuestionBank.id == Item.bank_id)
            .join(ItemVersion, ItemVersion.id == Item.current_version_id)
            .where(
                QuestionBank.slug == bank_slug,
                Item.key.in_(keys),
                Item.state == PUBLISHED,
                ItemVersion.use == "practice",
            )
        )
        return {
            key: PracticeItem(
                f"{bank_slug}/{key}", version.fingerprint, parsed(version), figure_url(version)
            )
            for key, version in rows
        }


@dataclass(frozen=True, slots=True)
class BankLine:
    """A bank in a list, with how many items it offers."""

    bank: QuestionBank
    items: int
    published: int


@dataclass(frozen=True, slots=True)
class Filters:
    """What items are looked for; "" is no matter."""

    search: str = ""
    objective: str = ""
    type: str = ""
    state: str = ""


def list_banks(session: Session, actor: Actor) -> list[BankLine]:
    """The banks the actor may see with their keys."""
    counted = (
        select(
            Item.bank_id,
            func.count().label("total"),
            func.count().filter(Item.state == PUBLISHED).label("published"),
        )
        .where(Item.state != RETIRED)
        .group_by(Item.bank_id)
        .subquery()
    )
    rows = session.execute(
        select(QuestionBank, counted.c.total, counted.c.published)
        .outerjoin(counted, counted.c.bank_id == QuestionBank.id)
        .where(_visible(actor))
        .order_by(QuestionBank.slug)
    )
    return [BankLine(bank, total or 0, published or 0) for bank, total, published in rows]


def find_bank(session: Session, actor: Actor, slug: str) -> QuestionBank | None:
    """A bank the actor may see."""
    return session.scalar(select(QuestionBank).where(QuestionBank.slug == slug, _visible(actor)))


def items_of(bank: QuestionBank, filters: Filters) -> Select[Item]:
    """The items of a bank that fit, in the order of its files, with their current versions."""
    query = (
        select(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .options(contains_eager(Item.current_version))
        .where(Item.bank_id == bank.id)
        .order_by(Item.topic, Item.position, Item.key)
    )
    if filters.search:
        query = query.where(_says(filters.search))
    if filters.objective:
        query = query.where(ItemVersion.objective == filters.objective)
    if filters.type:
        query = query.where(Item.type == filters.type)
    # What was taken out is shown to those who ask for it.
    wanted = Item.state == filters.state if filters.state else Item.state != RETIRED
    return query.where(wanted)


def objectives_of(session: Session, bank: QuestionBank) -> list[str]:
    """The objectives the bank's items serve, for a menu."""
    query = (
        select(ItemVersion.objective)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.bank_id == bank.id)
        .distinct()
        .order_by(ItemVersion.objective)
    )
    return list(session.scalars(query))


def find_item(session: Session, bank: QuestionBank, key: str) -> Item | None:
    """An item of a bank, with its current version."""
    return session.scalar(
        select(Item)
        .join(ItemVersion, ItemVersion.id == Item.current_version_id)
        .options(contains_eager(Item.current_version))
        .where(Item.bank_id == bank.id, Item.key == key)
    )


def reviews_of(session: Session, version: ItemVersion) -> dict[str, str]:
    """What reviewers said of each part of a version: part -> state."""
    fingerprints = {"structure": version.structure_fingerprint, **version.text_fingerprints}
    found = session.execute(
        select(ItemReview.part, ItemReview.fingerprint, ItemReview.state).where(
            ItemReview.item_id == version.item_id
        )
    )
    said = {(part, fingerprint): state for part, fingerprint, state in found}
    return {
        part: said.get((part, fingerprint), "unreviewed")
        for part, fingerprint in fingerprints.items()
    }


def _visible(actor: Actor) -> ColumnElement[bool]:
    organisations = reach(actor, Permission.BANK_READ)
    if organisations is None:
        return QuestionBank.id.is_not(None)
    own = QuestionBank.organisation_id.in_(organisations)
    return or_(own, QuestionBank.sharing == "platform") if may(actor, Permission.BANK_READ) else own


def _says(words: str) -> ColumnElement[bool]:
    """Whether an item holds the words: in its id, or anywhere in its document.

    Documents are kept as JSON in ASCII, so the words are looked for as they are written there.
    """
    written = json.dumps(words)[1:-1]
    return or_(
        Item.key.contains(words, autoescape=True),
        cast(ItemVersion.content, String).icontains(written, autoescape=True),
    )
