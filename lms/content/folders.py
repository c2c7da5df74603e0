"""Walking the folders of courses and banks: regular files only, in a fixed order, bounded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from lms.content import strict_yaml
from lms.content.problems import ContentError, Problem, problem
from lms.content.strict_yaml import Document
from lms.core.document import DocumentError, Fields
from lms.core.text import Text

T = TypeVar("T")

REVIEWS = ("unreviewed", "reviewed")
SHARINGS = ("platform", "organisation")
MOST_SOURCES = 100


@dataclass(slots=True)
class Reading:
    """One reading of content below `root`; collects what is wrong on the way."""

    root: Path
    problems: list[Problem] = field(default_factory=list)

    def name(self, path: Path) -> str:
        """The path as problems show it."""
        return path.relative_to(self.root).as_posix()

    def folders(self, parent: Path, others: bool = False) -> Iterator[Path]:
        """The folders in a folder, by name; other things are reported unless they may be there."""
        for path in _sorted(parent):
            if path.is_dir() and not path.is_symlink():
                yield path
            elif not others:
                self.stray(path)

    def files(self, parent: Path) -> Iterator[Path]:
        """The files in a folder, by name; other things are left to the caller's `folders`."""
        for path in _sorted(parent):
            if path.is_symlink():
                self.stray(path)
            elif path.is_file():
                yield path

    def only(self, parent: Path, files: Collection[str], folders: Collection[str]) -> None:
        """Report everything in a folder but these files and folders."""
        for path in _sorted(parent):
            if path.name not in (folders if path.is_dir() else files):
                self.stray(path)

    def stray(self, path: Path) -> None:
        """Report something that belongs to no course or bank."""
        self.problems.append(problem(self.name(path), 1, "stray_file"))

    def missing(self, at: Path, name: str) -> None:
        """Report a file that should be there."""
        self.problems.append(problem(self.name(at), 1, "not_found", name=name))

    def source(self, path: Path, most: int) -> bytes | None:
        """The bytes of a file, at most so many; None, and a problem, where there are none."""
        if path.is_symlink() or not path.is_file():
            self.missing(path, path.name)
            return None
        found = path.stat().st_size
        if found > most:
            self.problems.append(
                problem(self.name(path), 1, "file_too_big", found=found, most=most)
            )
            return None
        return path.read_bytes()

    def document(self, path: Path) -> Document | None:
        """The YAML mapping in a file; None, and a problem, where there is none."""
        source = self.source(path, strict_yaml.MOST_BYTES)
        if source is None:
            return None
        try:
            document = strict_yaml.read(source, self.name(path))
            return document if document.mapping is not None else None
        except ContentError as error:
            self.problems.append(error.problem)
            return None

    def part(self, document: Document, read: Callable[[], T], default: T, prefix: str = "") -> T:
        """What `read` gives; the default, and a problem, where it meets a mistake."""
        try:
            return read()
        except DocumentError as error:
            self.problems.append(document.error_problem(error, prefix))
            return default


@dataclass(frozen=True, slots=True)
class Review:
    """How far people have confirmed a bank or course; states are those of `REVIEWS`."""

    content: str = "unreviewed"
    languages: tuple[tuple[str, str], ...] = ()
    note: Text | None = None


@dataclass(frozen=True, slots=True)
class Credits:
    """Who owns a bank or course, who may use it, on what terms, and where it comes from."""

    owner: str = ""
    sharing: str = "platform"
    licence: str = ""
    sources: tuple[str, ...] = ()
    review: Review = Review()


def read_credits(reading: Reading, document: Document, known: tuple[str, ...]) -> Credits:
    """The keys banks and courses share; `known` are the others the document may have."""
    value = document.mapping
    fields = Fields(value, "", DocumentError)
    own = ("owner", "sharing", "licence", "sources", "review")
    for key in value:
        if key not in (*known, *own):
            reading.problems.append(document.problem(key, "unknown_key", path=key))
    part = reading.part
    return Credits(
        owner=part(document, lambda: fields.identifier("owner"), ""),
        sharing=part(document, lambda: fields.one_of("sharing", SHARINGS), "platform"),
        licence=part(document, lambda: fields.text("licence"), ""),
        sources=part(document, lambda: _read_sources(fields), ()),
        review=part(document, lambda: _read_review(fields), Review()),
    )


def _read_sources(fields: Fields) -> tuple[str, ...]:
    entries = fields.entries("sources", 1, MOST_SOURCES)
    return tuple(fields.written(entry, path, 500) for path, entry in entries)


def _read_review(parent: Fields) -> Review:
    known = ("content", "languages", "note")
    fields = Fields.of(parent.value("review"), "review", DocumentError, known)
    states = fields.value("languages")
    if not isinstance(states, dict) or not states:
        raise DocumentError("review.languages", "not_a_mapping")
    read = Fields(states, "review.languages", DocumentError)
    return Review(
        content=fields.one_of("content", REVIEWS),
        languages=tuple((str(tag), read.one_of(tag, REVIEWS)) for tag in states),
        note=fields.texts_if_any("note"),
    )


def _sorted(parent: Path) -> list[Path]:
    if not parent.is_dir() or parent.is_symlink():
        return []
    return sorted(path for path in parent.iterdir() if not path.name.startswith("."))
