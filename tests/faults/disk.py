"""A disk that can lose its power: what was synced stays, of the rest nothing is certain.

It follows what POSIX promises and no more: a file's content is on the disk once the file was
synced, its name once its folder was.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TypeAlias

SECTOR = 512
"""Bytes that are written whole or not at all."""


@dataclass(frozen=True, slots=True)
class Create:
    """A file or folder comes to be, unless it is there already."""

    path: str


@dataclass(frozen=True, slots=True)
class Write:
    path: str
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    path: str
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """Of a file or of a folder."""

    path: str


@dataclass(frozen=True, slots=True)
class Rename:
    path: str
    target: str


@dataclass(frozen=True, slots=True)
class Unlink:
    path: str


@dataclass(frozen=True, slots=True)
class Said:
    """Something was acknowledged: what comes after must not lose it."""

    line: str


Step: TypeAlias = Create | Write | Truncate | Sync | Rename | Unlink | Said
Choose: TypeAlias = Callable[[], bool]
"""Whether something that was not synced reached the disk all the same."""


@dataclass
class _File:
    synced: bytearray = field(default_factory=bytearray)
    waiting: list[Write | Truncate] = field(default_factory=list)


class Disk:
    """Files and folders, in what is certain and in what only the running machine sees."""

    def __init__(self, files: dict[str, bytes]) -> None:
        self._certain = {path: _File(bytearray(content)) for path, content in files.items()}
        self._seen = dict(self._certain)
        self._moves: list[tuple[str, _File | None]] = []
        """Names that were given or taken away since their folder was last synced."""

    def do(self, step: Step) -> None:
        """Follow one step of the program."""
        match step:
            case Create(path) if path not in self._seen:
                self._name(path, _File())
            case Write(path) | Truncate(path):
                self._seen[path].waiting.append(step)
            case Sync(path) if path in self._seen:
                _settle(self._seen[path])
            case Sync(path):
                self._settle_folder(path)
            case Rename(path, target):
                self._name(target, self._seen[path])
                self._name(path, None)
            case Unlink(path):
                self._name(path, None)

    def cut(self, chance: random.Random | None) -> dict[str, bytes]:
        """What is found after the power comes back.

        Without chance everything that was not synced is gone; with it any part of that may have
        been written, in any order.
        """

        def luck() -> bool:
            return chance is not None and chance.random() < 0.5

        names = dict(self._certain)
        for path, file in self._moves:
            if not luck():
                continue
            if file is None:
                names.pop(path, None)
            else:
                names[path] = file
        return {path: _after(file, luck) for path, file in names.items()}

    def _name(self, path: str, file: _File | None) -> None:
        if file is None:
            self._seen.pop(path, None)
        else:
            self._seen[path] = file
        self._moves.append((path, file))

    def _settle_folder(self, folder: str) -> None:
        for path, file in [move for move in self._moves if _folder(move[0]) == folder]:
            if file is None:
                self._certain.pop(path, None)
            else:
                self._certain[path] = file
        self._moves = [move for move in self._moves if _folder(move[0]) != folder]


def acknowledged(steps: Iterable[Step]) -> Iterator[str]:
    """What was said."""
    return (step.line for step in steps if isinstance(step, Said))


def _folder(path: str) -> str:
    return str(PurePosixPath(path).parent)


def _settle(file: _File) -> None:
    for step in file.waiting:
        _apply(file.synced, step)
    file.waiting.clear()


def _after(file: _File, luck: Choose) -> bytes:
    content = bytearray(file.synced)
    for step in file.waiting:
        for part in _torn(step):
            if luck():
                _apply(content, part)
    return bytes(content)


def _torn(step: Write | Truncate) -> Iterator[Write | Truncate]:
    """A write in the pieces that may each be missing."""
    if isinstance(step, Truncate):
        yield step
        return
    at = 0
    while at < len(step.data):
        size = SECTOR - (step.offset + at) % SECTOR
        yield Write(step.path, step.offset + at, step.data[at : at + size])
        at += size


def _apply(content: bytearray, step: Write | Truncate) -> None:
    size = step.size if isinstance(step, Truncate) else step.offset + len(step.data)
    if size > len(content):
        content.extend(bytes(size - len(content)))
    if isinstance(step, Truncate):
        del content[size:]
    else:
        content[step.offset : size] = step.data
