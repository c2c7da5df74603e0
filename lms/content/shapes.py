"""The shape of every content file: its keys, their order, and how they are laid out.

One description serves the canonical layout, the fingerprints (which texts belong to which
language) and the check for missing translations.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from lms.content.strict_yaml import Value
from lms.core.items.base import HEAD, TAIL
from lms.core.items.registry import TYPES

LANGUAGE_ORDER = ("en", "fr", "pt")


@dataclass(frozen=True, slots=True)
class Plain:
    """A scalar, a list of scalars or a mapping of scalars, on one line where it fits."""


@dataclass(frozen=True, slots=True)
class Texts:
    """A sentence in several languages, one below the other."""


@dataclass(frozen=True, slots=True)
class Lines:
    """A list of scalars, one a line."""


@dataclass(frozen=True, slots=True)
class Record:
    """Keys in a fixed order; `inline` ones stand on one line where they fit."""

    fields: Mapping[str, Shape]
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Records:
    """A list of records, all on one line each or all below one another."""

    entry: Shape


@dataclass(frozen=True, slots=True)
class Items:
    """A list of items, each with the keys of its type."""


Shape: TypeAlias = Plain | Texts | Lines | Record | Records | Items

_PLAIN, _TEXTS = Plain(), Texts()


def _plain(*names: str, inline: bool = True) -> Record:
    return Record(dict.fromkeys(names, _PLAIN), inline)


_REVIEW = Record({"content": _PLAIN, "languages": _PLAIN, "note": _TEXTS})

BANK = Record(
    {
        "title": _TEXTS,
        "description": _TEXTS,
        "owner": _PLAIN,
        "sharing": _PLAIN,
        "licence": _PLAIN,
        "sources": Lines(),
        "review": _REVIEW,
    }
)

COURSE = Record(
    {
        "title": _TEXTS,
        "summary": _TEXTS,
        "owner": _PLAIN,
        "sharing": _PLAIN,
        "licence": _PLAIN,
        "languages": _PLAIN,
        "banks": _PLAIN,
        "sources": Lines(),
        "review": _REVIEW,
        "certificate": _plain("validity", inline=False),
        "objectives": Records(Record({"id": _PLAIN, "critical": _PLAIN, "text": _TEXTS})),
        "modules": Records(
            Record(
                {
                    "id": _PLAIN,
                    "title": _TEXTS,
                    "activities": Records(
                        _plain("kind", "id", "minutes", "objectives", "completion", "requires")
                    ),
                }
            )
        ),
    }
)

QUIZ = Record(
    {
        "title": _TEXTS,
        "summary": _TEXTS,
        "time_limit": _PLAIN,
        "attempts": _PLAIN,
        "cool_down": _PLAIN,
        "pass_mark": _PLAIN,
        "shuffle": _plain("items", "options"),
        "navigation": _PLAIN,
        "grace": _PLAIN,
        "review": _plain("responses", "feedback", "key"),
        "blueprint": Records(
            _plain("bank", "objective", "tag", "difficulty", "pick", "must_pass", "weight")
        ),
    }
)

TOPIC = Record({"items": Items()})

LESSON_HEADER = _plain("title", "summary", "translates", inline=False)

_OPTION = Record({"id": _PLAIN, "text": _TEXTS, "feedback": _TEXTS})

_ITEM_FIELDS: Mapping[str, Shape] = {
    "figure": Record(
        {
            "file": _PLAIN,
            "spectrum": _plain(
                "material", "drift", "noise", "baseline", "peaks", "label", "overlay"
            ),
            "alt": _TEXTS,
        }
    ),
    "stem": _TEXTS,
    "responses": Record({"true": _TEXTS, "false": _TEXTS}),
    "options": Records(_OPTION),
    "prompts": Records(_OPTION),
    "matches": Records(_OPTION),
    "feedback": _TEXTS,
}


def item_shape(content: Mapping[str, object]) -> Record:
    """The shape of an item document, by its type; without a type, of any type's."""
    its_type = TYPES.get(str(content.get("type")))
    own = (
        its_type.fields
        if its_type is not None
        else dict.fromkeys(name for one in TYPES.values() for name in one.fields)
    )
    return Record({name: _ITEM_FIELDS.get(name, _PLAIN) for name in (*HEAD, *own, *TAIL)})


def language_order(languages: Iterator[str] | Sequence[str] | Mapping[str, object]) -> list[str]:
    """The tags in the order in which they are written: en, fr, pt, then by name."""
    found = set(languages)
    return [tag for tag in LANGUAGE_ORDER if tag in found] + sorted(found - {*LANGUAGE_ORDER})


def texts_in(value: Value, shape: Shape, path: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """Every text of a document that stands in several languages, with its path."""
    if isinstance(shape, Texts):
        if isinstance(value, dict):
            yield path, {tag: text for tag, text in value.items() if isinstance(text, str)}
    elif isinstance(shape, Record) and isinstance(value, dict):
        for key, field in shape.fields.items():
            if key in value:
                yield from texts_in(value[key], field, f"{path}.{key}" if path else key)
    elif isinstance(shape, Records | Items) and isinstance(value, list):
        for place, entry in enumerate(value):
            yield from texts_in(entry, entry_shape(shape, entry), f"{path}[{place}]")


def entry_shape(shape: Records | Items, entry: Value) -> Shape:
    """The shape of one entry of a list."""
    if isinstance(shape, Records):
        return shape.entry
    return item_shape(entry) if isinstance(entry, dict) else _PLAIN
