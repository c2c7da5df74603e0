"""Ordering: the officer puts steps into their right order."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import TypeAlias

from lms.core.items.base import (
    Graded,
    Item,
    ItemError,
    Layout,
    MalformedResponse,
    Part,
    Reveal,
    Sample,
    View,
    given_state,
    question_view,
    read_head,
    review_view,
    shuffled,
)
from lms.core.items.options import (
    MOST_OPTIONS,
    Option,
    ids,
    known_reference,
    option_views,
    read_options,
)
from lms.core.text import pick

LEAST_OPTIONS = 3
"""With two, the order shown would give the key away: it is never the right one."""

Placed: TypeAlias = "list[str | None]"
"""The option at each position, from the first on; None where none was placed yet."""

_FIRST = re.compile(r"first-([1-9])")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderingItem(Item):
    """An item whose key is an order of all its options; they are listed in another one."""

    key: tuple[str, ...]
    scoring: str
    options: tuple[Option, ...]


class Ordering:
    """The response lists the options by position: ["c", "a", "b"]; a gap is null.

    Scoring, by the item's rule (n options):

    - exact: 1 if every option is at its position, else 0 (QTI 2.2 `match_correct`, ordered).
    - adjacent-pairs: neighbours of the key that are neighbours in the response, in the same
      order, / (n - 1) (Moodle's ordering question, "relative to the next item, excluding last"):
      one step out of place costs its joints, not everything after it.
    - first-N: 0 unless the first N positions are exactly those of the key, else as
      adjacent-pairs (own rule: some first steps, such as stepping back, must come first).
    """

    name = "ordering"
    fields = ("key", "scoring", "options")

    def parse(self, content: Mapping[str, object]) -> OrderingItem:
        """Three to eight options and the order that is right."""
        fields, head = read_head(content, self.name, self.fields)
        options = read_options(fields, "options", least=LEAST_OPTIONS)
        key = fields.identifiers("key", 1, MOST_OPTIONS)
        for place, name in enumerate(key):
            known_reference(fields, f"key[{place}]", name, options)
        if len(key) != len(options):
            raise ItemError("key", "too_few", least=len(options), found=len(key))
        if key == ids(options):
            raise ItemError("options", "listed_in_key_order")
        scoring = fields.text("scoring")
        leading = _FIRST.fullmatch(scoring)
        if scoring not in ("exact", "adjacent-pairs") and leading is None:
            raise ItemError("scoring", "not_one_of", expected="exact, adjacent-pairs, first-N")
        if leading and int(leading[1]) > len(key):
            raise ItemError("scoring", "out_of_range", most=len(key))
        return OrderingItem(**head, key=key, scoring=scoring, options=options)

    def draw_layout(self, item: OrderingItem, rng: random.Random, shuffle: bool) -> Layout:
        """The order first shown, which is never the key."""
        order = shuffled(ids(item.options), rng, shuffle)
        if tuple(order) == item.key:
            one, other = rng.sample(range(len(order)), 2)
            order[one], order[other] = order[other], order[one]
        return {"options": order}

    def read_response(self, item: OrderingItem, value: object) -> Placed | None:
        """The options by position, with None for gaps.

        A list has one entry for each position; a mapping gives each option its position as typed
        ({"c": "1"}), as a page of position menus does. Raises `MalformedResponse` when a position
        or an option is taken twice (duplicate).
        """
        if value is None:
            return None
        if isinstance(value, Mapping):
            value = _by_position(value, ids(item.options))
        if not isinstance(value, list):
            raise MalformedResponse("not_a_list")
        placed = [name for name in value if name is not None]
        if any(not isinstance(name, str) or name not in ids(item.options) for name in placed):
            raise MalformedResponse("unknown_option")
        if len(set(placed)) != len(placed):
            raise MalformedResponse("duplicate")
        if placed and len(value) != len(item.options):
            raise MalformedResponse("incomplete")
        return list(value) if placed else None

    def grade(self, item: OrderingItem, response: Placed | None) -> Graded:
        """By the item's rule; one part for each position, counted from 1."""
        given = response or [None] * len(item.key)
        parts = tuple(
            Part(str(place), name, None if name is None else name == right)
            for place, (name, right) in enumerate(zip(given, item.key, strict=True), 1)
        )
        return Graded(_fraction(item, given), parts)

    def question(self, item: OrderingItem, layout: Layout, language: str) -> View:
        """Stem, options as drawn, and the positions to give them."""
        return question_view(item, language) | {
            "options": option_views(item.options, layout["options"], language),
            "positions": list(range(1, len(item.options) + 1)),
        }

    def review(
        self,
        item: OrderingItem,
        layout: Layout,
        response: Placed | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """Stem, the options placed with their `state`, and the right order."""
        graded = self.grade(item, response)
        view = review_view(item, graded, response is not None, language, reveal)
        text = {option.id: pick(option.text, language) for option in item.options}
        placed = [
            {
                "position": int(part.id),
                "id": part.given,
                "text": text[part.given],
                "state": given_state(True, bool(part.right), reveal),
            }
            for part in graded.parts
            if part.given is not None and reveal.responses
        ]
        key = [text[name] for name in item.key] if reveal.key else []
        return view | {"placed": placed, "key": key}

    def samples(self, item: OrderingItem) -> list[Sample]:
        """The key, its reverse, the last step first, a gap, and lists that are no order."""
        key: Placed = list(item.key)
        last_first: Placed = [key[-1], *key[:-1]]
        joints = Fraction(len(key) - 2, len(key) - 1)
        moved = joints if item.scoring == "adjacent-pairs" else Fraction(0)
        gap: Placed = [*key[:-1], None]
        open_end = joints if item.scoring != "exact" else Fraction(0)
        leading = _FIRST.fullmatch(item.scoring)
        if leading and int(leading[1]) == len(key):
            open_end = Fraction(0)
        return [
            Sample([*key], Fraction(1), "right"),
            Sample({str(name): str(at) for at, name in enumerate(key, 1)}, Fraction(1), "right"),
            Sample([*reversed(key)], Fraction(0), "wrong"),
            Sample([*last_first], moved, "partial" if moved else "wrong"),
            Sample([*gap], open_end, "partial" if open_end else "wrong"),
            Sample(None, Fraction(0), "empty"),
            Sample([], Fraction(0), "empty"),
            Sample([None] * len(key), Fraction(0), "empty"),
            Sample([*key[:-1]], None, "malformed"),
            Sample([*key[:-1], key[0]], None, "malformed"),
            Sample({str(name): "1" for name in key}, None, "malformed"),
            Sample(["no such option", *key[1:]], None, "malformed"),
            Sample({"no such option": "1"}, None, "malformed"),
            Sample({str(key[0]): "0"}, None, "malformed"),
            Sample(key[0], None, "malformed"),
        ]


def _by_position(value: Mapping[object, object], known: Sequence[str]) -> Placed:
    """Options by position, from positions by option."""
    placed: Placed = [None] * len(known)
    positions = {str(place + 1): place for place in range(len(known))}
    for name, position in value.items():
        if position is None or position == "":
            continue
        if not isinstance(name, str) or name not in known:
            raise MalformedResponse("unknown_option")
        if not isinstance(position, str) or position not in positions:
            raise MalformedResponse("incomplete")
        if placed[positions[position]] is not None:
            raise MalformedResponse("duplicate")
        placed[positions[position]] = name
    return placed


def _fraction(item: OrderingItem, given: Placed) -> Fraction:
    key = list(item.key)
    if item.scoring == "exact":
        return Fraction(int(given == key))
    leading = _FIRST.fullmatch(item.scoring)
    if leading and given[: int(leading[1])] != key[: int(leading[1])]:
        return Fraction(0)
    joints = set(pairwise(key))
    kept = sum(pair in joints for pair in pairwise(given))
    return Fraction(kept, len(joints))
