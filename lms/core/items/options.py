"""The options of an item: listed, drawn in an order, shown, and marked in a review."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lms.core.document import Fields
from lms.core.items.base import ItemError, Reveal, View, given_state
from lms.core.text import Text, pick

MOST_OPTIONS = 8


@dataclass(frozen=True, slots=True)
class Option:
    """One thing an officer can choose, place or pair; its id never changes."""

    id: str
    text: Text
    feedback: Text | None = None


def read_options(
    fields: Fields,
    key: str,
    *,
    least: int = 2,
    most: int = MOST_OPTIONS,
    feedback: bool = False,
) -> tuple[Option, ...]:
    """The options listed under a key, each with its own id."""
    known = ("id", "text", "feedback") if feedback else ("id", "text")
    options: dict[str, Option] = {}
    for path, entry in fields.entries(key, least, most):
        option = Fields.of(entry, path, ItemError, known)
        name = option.identifier("id")
        if name in options:
            raise ItemError(option.at("id"), "duplicate", name=name)
        options[name] = Option(name, option.texts("text"), option.texts_if_any("feedback"))
    return tuple(options.values())


def ids(options: Sequence[Option]) -> tuple[str, ...]:
    """The ids of the options, as listed."""
    return tuple(option.id for option in options)


def known_reference(fields: Fields, path: str, name: str, options: Sequence[Option]) -> str:
    """The name, if an option carries it."""
    if name not in ids(options):
        raise fields.error(path, "unknown_reference", name=name)
    return name


def arranged(options: Sequence[Option], order: Sequence[str]) -> list[Option]:
    """The options in the order of a stored layout."""
    by_id = {option.id: option for option in options}
    return [by_id[name] for name in order]


def option_views(options: Sequence[Option], order: Sequence[str], language: str) -> list[View]:
    """The options as an officer sees them while answering."""
    return [
        {"id": option.id, "text": pick(option.text, language)}
        for option in arranged(options, order)
    ]


def option_reviews(
    options: Sequence[Option],
    order: Sequence[str],
    chosen: Collection[str],
    key: Collection[str],
    language: str,
    reveal: Reveal,
) -> list[View]:
    """The options as an officer sees them afterwards, marked and commented.

    An option's feedback stands beside it when it was chosen and the response may be seen, and
    beside every option once the key is shown.
    """
    views = []
    for option in arranged(options, order):
        given = option.id in chosen
        commented = reveal.feedback and (reveal.key or (given and reveal.responses))
        views.append(
            {
                "id": option.id,
                "text": pick(option.text, language),
                "state": given_state(given, option.id in key, reveal),
                "feedback": pick(option.feedback or {}, language) if commented else "",
            }
        )
    return views
