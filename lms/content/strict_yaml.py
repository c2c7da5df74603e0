"""YAML in which nothing is guessed: every scalar is text, every key stands once.

Anchors, aliases, tags, merge keys, second documents, tabs, carriage returns and byte order marks
are refused, and so is anything too big or too deep. The place of everything read is kept, so
that a mistake found later is still reported with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import yaml

from lms.content.problems import ContentError, Problem, from_document_error, problem
from lms.core.document import DocumentError

Value: TypeAlias = "str | list[Value] | dict[str, Value]"

MOST_BYTES = 512 * 1024
MOST_DEPTH = 12
MOST_VALUES = 50_000
LONGEST_KEY = 64

_LOADER: Any = yaml.CBaseLoader if yaml.__with_libyaml__ else yaml.BaseLoader


class Place(NamedTuple):
    """A line and a column, both from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """A file that was read: its value, and the place of every path such as "items[3].stem.fr"."""

    file: str
    value: Value
    places: Mapping[str, Place]
    source: bytes = field(repr=False, default=b"")

    @property
    def mapping(self) -> dict[str, Value]:
        """The value as a mapping; `ContentError` if it is something else."""
        if not isinstance(self.value, dict):
            raise ContentError(self.problem("", "not_a_mapping", path="the document"))
        return self.value

    def place(self, path: str) -> Place:
        """Where the path stands, or the nearest thing around it that exists."""
        while path not in self.places and path:
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return self.places.get(path, Place(1, 1))

    def problem(self, at: str, code: str, **details: Any) -> Problem:
        """A problem of the code at a path of this file."""
        line, column = self.place(at)
        return problem(self.file, line, code, column=column, **details)

    def error_problem(self, error: DocumentError, prefix: str = "") -> Problem:
        """The problem for an error of a reader in the core, whose paths begin at `prefix`."""
        path = ".".join(part for part in (prefix, error.path) if part)
        line, column = self.place(path)
        return from_document_error(self.file, line, column, error.path, error)


def read(source: bytes, file: str, first_line: int = 1) -> Document:
    """The document in the bytes of a file; `ContentError` with the first thing that is wrong.

    `first_line` is where the bytes begin, for a header inside another file.
    """
    text = read_text(source, file, MOST_BYTES)
    places: dict[str, Place] = {}
    try:
        value = _Builder(file, first_line, places).build(text)
    except yaml.YAMLError as error:
        raise ContentError(_syntax_problem(error, file, first_line)) from None
    return Document(file, value, places, source)


def read_text(source: bytes, file: str, most: int) -> str:
    """The text of a file's bytes: UTF-8, LF, no tabs, no byte order mark, not too big."""
    if len(source) > most:
        raise ContentError(problem(file, 1, "file_too_big", found=len(source), most=most))
    if source.startswith(b"\xef\xbb\xbf"):
        raise ContentError(problem(file, 1, "byte_order_mark"))
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        line = source.count(b"\n", 0, error.start) + 1
        raise ContentError(problem(file, line, "not_utf8")) from None
    for character, code in (("\r", "carriage_return"), ("\t", "tab")):
        at = text.find(character)
        if at >= 0:
            line, column = text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at)
            raise ContentError(problem(file, line, code, column=column))
    return text


def comments(document: Document) -> list[int]:
    """The lines with a comment: what stands between YAML's tokens beginning with #."""
    text = document.source.decode("utf-8")
    if "#" not in text:
        return []
    found, before = [], 0
    for token in yaml.scan(text, Loader=_LOADER):
        gap = text[before : token.start_mark.index]
        found += [
            text.count("\n", 0, before + match.start()) + 1 for match in re.finditer("#.*", gap)
        ]
        before = max(before, token.end_mark.index)
    return found


class _Builder:
    """Turns parser events into plain values without ever following a reference."""

    def __init__(self, file: str, first_line: int, places: dict[str, Place]) -> None:
        self._file = file
        self._offset = first_line
        self._places = places
        self._events: Iterator[Any] = iter(())
        self._count = 0

    def build(self, text: str) -> Value:
        self._events = yaml.parse(text, Loader=_LOADER)
        next(self._events)  # the start of the stream
        start: Any = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise ContentError(problem(self._file, self._offset, "empty_document"))
        if start.version or start.tags:
            raise self._error(start, "yaml_directive")
        first = next(self._events)
        self._places[""] = self._place(first)
        value = self._value(first, "", 1)
        next(self._events)  # the end of the document
        after = next(self._events)
        if not isinstance(after, yaml.StreamEndEvent):
            raise self._error(after, "more_than_one_document")
        return value

    def _value(self, event: Any, path: str, depth: int) -> Value:
        self._refuse(event, depth)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(path, depth)
        return self._mapping(path, depth)

    def _sequence(self, path: str, depth: int) -> list[Value]:
        values: list[Value] = []
        for event in self._until(yaml.SequenceEndEvent):
            here = f"{path}[{len(values)}]"
            self._places[here] = self._place(event)
            values.append(self._value(event, here, depth + 1))
        return values

    def _mapping(self, path: str, depth: int) -> dict[str, Value]:
        values: dict[str, Value] = {}
        for event in self._until(yaml.MappingEndEvent):
            key = self._key(event)
            here = f"{path}.{key}" if path else key
            if key in values:
                raise self._error(event, "duplicate_key", key=key, first=self._places[here].line)
            self._places[here] = self._place(event)
            values[key] = self._value(next(self._events), here, depth + 1)
        return values

    def _key(self, event: Any) -> str:
        if not isinstance(event, yaml.ScalarEvent):
            self._refuse(event, 1)
            raise self._error(event, "key_not_text")
        self._refuse(event, 1)
        key = str(event.value)
        if key == "<<":
            raise self._error(event, "merge_key")
        if not key or len(key) > LONGEST_KEY or not key.isprintable():
            raise self._error(event, "key_not_text")
        return key

    def _until(self, end: type[Any]) -> Iterator[Any]:
        while not isinstance(event := next(self._events), end):
            yield event

    def _refuse(self, event: Any, depth: int) -> None:
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise self._error(event, "anchor")
        if event.tag is not None:
            raise self._error(event, "tag")
        if depth > MOST_DEPTH:
            raise self._error(event, "too_deep", most=MOST_DEPTH)
        self._count += 1
        if self._count > MOST_VALUES:
            raise self._error(event, "too_many_values", most=MOST_VALUES)

    def _place(self, event: Any) -> Place:
        mark = event.start_mark
        return Place(mark.line + self._offset, mark.column + 1)

    def _error(self, event: Any, code: str, **params: Any) -> ContentError:
        line, column = self._place(event)
        return ContentError(problem(self._file, line, code, column=column, **params))


def _syntax_problem(error: yaml.YAMLError, file: str, first_line: int) -> Problem:
    mark = getattr(error, "problem_mark", None)
    reason = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "unreadable")
    if mark is None:
        return problem(file, first_line, "not_yaml", reason=reason)
    return problem(file, mark.line + first_line, "not_yaml", column=mark.column + 1, reason=reason)
