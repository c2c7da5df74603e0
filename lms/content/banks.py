"""A folder of question_banks/: bank.yaml, topic files with items, and their pictures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lms.content import fingerprints, pictures
from lms.content.fingerprints import ItemFingerprints
from lms.content.folders import Credits, Reading, read_credits
from lms.content.pictures import PictureFile
from lms.content.problems import problem
from lms.content.shapes import language_order
from lms.content.strict_yaml import Document
from lms.core.document import DocumentError, Fields
from lms.core.items.base import Item, ItemError
from lms.core.items.registry import parse_item
from lms.core.text import Text

BANK_FILE = "bank.yaml"
MOST_ITEMS = 500
"""Items of one file. Fifteen read well; an import may write more."""


@dataclass(frozen=True, slots=True)
class ItemFile:
    """An item as it stands in a file; `content` is its document, all scalars text.

    `path` leads to it in `document` ("items[3]"). `picture` is the file its figure shows.
    """

    id: str
    topic: str
    position: int
    item: Item
    content: Mapping[str, Any]
    picture: PictureFile | None
    fingerprints: ItemFingerprints
    document: Document = field(repr=False)
    path: str = ""

    @property
    def line(self) -> int:
        """The line on which the item begins."""
        return self.document.place(self.path).line


@dataclass(frozen=True, slots=True)
class TopicFile:
    """One file of items; its name has no suffix."""

    name: str
    file: str
    items: tuple[ItemFile, ...]
    document: Document = field(repr=False)


@dataclass(frozen=True, slots=True)
class BankFile:
    """A question bank as it stands in its folder; `document` is bank.yaml."""

    slug: str
    title: Text
    description: Text
    credits: Credits
    topics: tuple[TopicFile, ...]
    pictures: Mapping[str, PictureFile]
    document: Document = field(repr=False)

    @property
    def items(self) -> Iterator[ItemFile]:
        """The items of all topics, in order."""
        return (item for topic in self.topics for item in topic.items)

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which the bank is meant to be complete."""
        return tuple(language_order([tag for tag, _ in self.credits.review.languages]))

    @property
    def fingerprint(self) -> str:
        """The fingerprint of bank.yaml's document."""
        return fingerprints.of_value(self.document.value)


def read_bank(folder: Path, reading: Reading) -> BankFile | None:
    """The bank in a folder; items that are not proper are left out, with a problem each.

    None, and a problem, where there is no readable bank.yaml.
    """
    if not _is_slug(folder, reading):
        return None
    document = reading.document(folder / BANK_FILE)
    if document is None:
        return None
    fields = Fields(document.mapping, "", DocumentError)
    found = _read_pictures(folder, reading)
    for path in reading.folders(folder, others=True):
        reading.stray(path)
    topics = tuple(
        topic
        for path in reading.files(folder)
        if path.suffix == ".yaml" and path.name != BANK_FILE
        if (topic := _read_topic(path, found, reading)) is not None
    )
    bank = BankFile(
        slug=folder.name,
        title=reading.part(document, lambda: fields.texts("title"), {}),
        description=reading.part(document, lambda: fields.texts("description"), {}),
        credits=read_credits(reading, document, ("title", "description")),
        topics=topics,
        pictures=found,
        document=document,
    )
    _report_duplicates(bank, reading)
    return bank


def _is_slug(path: Path, reading: Reading) -> bool:
    """Whether a bank's folder or a topic's file has a proper id for a name."""
    try:
        Fields({"": path.stem if path.is_file() else path.name}, "", DocumentError).identifier("")
    except DocumentError:
        name = reading.name(path)
        reading.problems.append(problem(name, 1, "bad_identifier", path=path.name))
        return False
    return True


def _read_pictures(folder: Path, reading: Reading) -> dict[str, PictureFile]:
    found = {}
    for path in reading.files(folder):
        if pictures.is_picture(path):
            picture = pictures.read(path, reading.name(path), reading.problems)
            if picture is not None:
                found[path.name] = picture
        elif path.suffix != ".yaml":
            reading.stray(path)
    return found


def _read_topic(path: Path, found: Mapping[str, PictureFile], reading: Reading) -> TopicFile | None:
    document = reading.document(path) if _is_slug(path, reading) else None
    if document is None:
        return None
    try:
        fields = Fields.of(document.mapping, "", DocumentError, ("items",))
        entries = fields.entries("items", 1, MOST_ITEMS)
    except DocumentError as error:
        reading.problems.append(document.error_problem(error))
        return None
    items = tuple(
        item
        for position, (at, entry) in enumerate(entries)
        if (item := _read_item(path, position, at, entry, found, document, reading)) is not None
    )
    return TopicFile(path.stem, document.file, items, document)


def _read_item(
    path: Path,
    position: int,
    at: str,
    entry: object,
    found: Mapping[str, PictureFile],
    document: Document,
    reading: Reading,
) -> ItemFile | None:
    try:
        if not isinstance(entry, dict):
            raise ItemError("", "not_a_mapping")
        item = parse_item(entry)
    except DocumentError as error:
        reading.problems.append(document.error_problem(error, at))
        return None
    name = item.figure.file if item.figure else None
    if name and name not in found and not (path.parent / name).is_file():
        where = f"{at}.figure.file"
        reading.problems.append(document.problem(where, "picture_missing", name=name))
    picture = found.get(name) if name else None
    return ItemFile(
        id=item.id,
        topic=path.stem,
        position=position,
        item=item,
        content=entry,
        picture=picture,
        fingerprints=fingerprints.of_item(entry, picture.sha256 if picture else ""),
        document=document,
        path=at,
    )


def _report_duplicates(bank: BankFile, reading: Reading) -> None:
    first: dict[str, ItemFile] = {}
    for item in bank.items:
        if item.id in first:
            other = first[item.id]
            name = f"{item.id} ({other.document.file}, line {other.line})"
            where = f"{item.path}.id"
            reading.problems.append(item.document.problem(where, "duplicate", path="id", name=name))
        first.setdefault(item.id, item)
