"""Writing banks and items. Content that changed becomes a new version; the old one stays."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.banks import BankFile, ItemFile
from lms.content.pictures import PictureFile
from lms.core.access import Actor
from lms.question_banks.models import (
    PUBLISHED,
    RETIRED,
    STRUCTURE,
    BankPicture,
    Item,
    ItemReview,
    ItemVersion,
    QuestionBank,
)

APPROVED, UNREVIEWED = "approved", "unreviewed"
_REVIEWED = "reviewed"


class TypeChanged(ValueError):
    """An item keeps its type for good: another type is another item, under another id."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


def put_bank(
    session: Session, actor: Actor, file: BankFile, organisation_id: int, now: datetime
) -> QuestionBank:
    """The bank as its file says it, new or changed. File and database agree from here on."""
    bank = session.scalar(select(QuestionBank).where(QuestionBank.slug == file.slug))
    if bank is None:
        bank = QuestionBank(slug=file.slug)
        session.add(bank)
    bank.organisation_id = organisation_id
    bank.sharing = file.credits.sharing
    bank.title = dict(file.title)
    bank.document = dict(file.document.mapping)
    bank.fingerprint = bank.agreed_fingerprint = file.fingerprint
    bank.changed_at = now
    session.flush()
    return bank


def put_items(
    session: Session, actor: Actor, bank: QuestionBank, files: Sequence[ItemFile], now: datetime
) -> None:
    """Publish these items of a bank as their files say them; others are left alone.

    Raises `TypeChanged`.
    """
    known = {item.key: item for item in _items(session, bank, [file.id for file in files])}
    for file in files:
        item = known.get(file.id)
        if item is None:
            item = known[file.id] = Item(bank_id=bank.id, key=file.id, type=file.item.type)
            session.add(item)
        elif item.type != file.item.type:
            raise TypeChanged(file.id)
        item.topic, item.position = file.topic, file.position
        item.state, item.changed_at = PUBLISHED, now
        item.agreed_fingerprint = file.fingerprints.version
    session.flush()
    _put_versions(session, actor, [(known[file.id], file) for file in files], now)


def put_reviews(session: Session, bank: QuestionBank, files: Iterable[ItemFile]) -> None:
    """Keep what the bank's file says of the reviews of its items, by fingerprint.

    A review that a person signed here stands, whatever the file says.
    """
    said = bank.document["review"]
    states = {STRUCTURE: said["content"], **said["languages"]}
    keys = {file.id: file for file in files}
    items = {item.id: item for item in _items(session, bank, list(keys))}
    known = {
        (review.item_id, review.part, review.fingerprint): review
        for review in session.scalars(select(ItemReview).where(ItemReview.item_id.in_(items)))
    }
    for item in items.values():
        prints = keys[item.key].fingerprints
        for part, fingerprint in {STRUCTURE: prints.structure, **prints.texts}.items():
            state = APPROVED if states.get(part) == _REVIEWED else UNREVIEWED
            review = known.get((item.id, part, fingerprint))
            if review is None:
                session.add(
                    ItemReview(item_id=item.id, part=part, fingerprint=fingerprint, state=state)
                )
            elif review.reviewer_id is None:
                review.state = state
    session.flush()


def put_pictures(session: Session, bank: QuestionBank, files: Iterable[PictureFile]) -> bool:
    """The pictures of a bank, by name; whether any changed. Their bytes are stored already."""
    query = select(BankPicture).where(BankPicture.bank_id == bank.id)
    known = {picture.name: picture for picture in session.scalars(query)}
    changed = False
    for file in files:
        picture = known.pop(file.name, None)
        if picture is not None and picture.sha256 == file.sha256:
            continue
        if picture is None:
            picture = BankPicture(bank_id=bank.id, name=file.name)
            session.add(picture)
        picture.media_type, picture.sha256 = file.media_type, file.sha256
        picture.width, picture.height = file.width, file.height
        changed = True
    for picture in known.values():
        session.delete(picture)  # versions that show it keep their own note of it
        changed = True
    session.flush()
    return changed


def retire_items(session: Session, items: Iterable[Item], now: datetime) -> None:
    """Take items out: they are drawn no more, and everything that was asked with them stays."""
    for item in items:
        item.state, item.changed_at = RETIRED, now
        item.agreed_fingerprint = None
    session.flush()


def _items(session: Session, bank: QuestionBank, keys: Sequence[str]) -> list[Item]:
    return list(session.scalars(select(Item).where(Item.bank_id == bank.id, Item.key.in_(keys))))


def _put_versions(
    session: Session, actor: Actor, pairs: Sequence[tuple[Item, ItemFile]], now: datetime
) -> None:
    ids = [item.id for item, _ in pairs]
    known = {
        (version.item_id, version.fingerprint): version
        for version in session.scalars(select(ItemVersion).where(ItemVersion.item_id.in_(ids)))
    }
    for item, file in pairs:
        place = (item.id, file.fingerprints.version)
        if place not in known:
            known[place] = _version(item, file, actor, now)
            session.add(known[place])
    session.flush()
    for item, file in pairs:
        item.current_version_id = known[item.id, file.fingerprints.version].id
    session.flush()


def _version(item: Item, file: ItemFile, actor: Actor, now: datetime) -> ItemVersion:
    return ItemVersion(
        item_id=item.id,
        fingerprint=file.fingerprints.version,
        structure_fingerprint=file.fingerprints.structure,
        text_fingerprints=dict(file.fingerprints.texts),
        content=dict(file.content),
        objective=file.item.objective,
        tags=list(file.item.tags),
        difficulty=file.item.difficulty,
        use=file.item.use,
        is_critical=file.item.critical,
        picture_sha256=file.picture.sha256 if file.picture else None,
        picture_media_type=file.picture.media_type if file.picture else None,
        created_by=actor.person_id,
        created_at=now,
        published_at=now,
    )
