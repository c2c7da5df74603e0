"""Choices: several options are right, and the officer picks all of them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

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
    option_reviews,
    option_views,
    read_options,
)

SCORING = ("all-or-nothing", "per-option")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoicesItem(Item):
    """An item whose key is a set of option ids; at least one option is not in it."""

    key: tuple[str, ...]
    scoring: str
    options: tuple[Option, ...]


class Choices:
    """The response is the sorted list of the ids picked: ["a", "c"].

    Scoring, by the item's rule (K = options of the key, P = options picked):

    - all-or-nothing: 1 if P = K, else 0 (QTI 2.2 `match_correct` with cardinality multiple).
    - per-option: max(0, (|P and K| - |P without K|) / |K|) (QTI 2.2 `map_response` with
      +1/|K| for each right and -1/|K| for each wrong option, lower bound 0), so that picking
      everything never pays.
    """

    name = "choices"
    fields = ("key", "scoring", "options")

    def parse(self, content: Mapping[str, object]) -> ChoicesItem:
        """An item with two to eight options, some right, at least one a distractor."""
        fields, head = read_head(content, self.name, self.fields)
        options = read_options(fields, "options", feedback=True)
        key = fields.identifiers("key", 1, MOST_OPTIONS)
        for place, name in enumerate(key):
            known_reference(fields, f"key[{place}]", name, options)
        if len(key) == len(options):
            raise ItemError("key", "no_distractor")
        scoring = fields.one_of("scoring", SCORING)
        return ChoicesItem(**head, key=tuple(sorted(key)), scoring=scoring, options=options)

    def draw_layout(self, item: ChoicesItem, rng: random.Random, shuffle: bool) -> Layout:
        """The order of the options."""
        return {"options": shuffled(ids(item.options), rng, shuffle)}

    def read_response(self, item: ChoicesItem, value: object) -> list[str] | None:
        """A list of different option ids, sorted; an empty list is no response."""
        if value is None:
            return None
        if not isinstance(value, list):
            raise MalformedResponse("not_a_list")
        known = ids(item.options)
        if any(not isinstance(name, str) or name not in known for name in value):
            raise MalformedResponse("unknown_option")
        if len(set(value)) != len(value):
            raise MalformedResponse("duplicate")
        return sorted(value) or None

    def grade(self, item: ChoicesItem, response: list[str] | None) -> Graded:
        """By the item's rule; one part for each option: picked as it should be, or not."""
        if response is None:
            return Graded(Fraction(0), tuple(Part(name, None, None) for name in ids(item.options)))
        picked = set(response)
        parts = tuple(
            Part(name, name if name in picked else None, (name in picked) == (name in item.key))
            for name in ids(item.options)
        )
        return Graded(_fraction(item, picked), parts)

    def question(self, item: ChoicesItem, layout: Layout, language: str) -> View:
        """Stem and options."""
        options = option_views(item.options, layout["options"], language)
        return question_view(item, language) | {"options": options}

    def review(
        self,
        item: ChoicesItem,
        layout: Layout,
        response: list[str] | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """Stem and options, each with its `state` and feedback."""
        view = review_view(item, self.grade(item, response), response is not None, language, reveal)
        return view | {
            "options": option_reviews(
                item.options, layout["options"], response or (), item.key, language, reveal
            )
        }

    def samples(self, item: ChoicesItem) -> list[Sample]:
        """The key, the distractors, one right option, the key and a distractor, and so on."""
        key = list(item.key)
        distractors = sorted(set(ids(item.options)) - set(key))
        partly = item.scoring == "per-option"
        one = Fraction(1, len(key)) if partly else Fraction(0)
        spoilt = Fraction(len(key) - 1, len(key)) if partly else Fraction(0)
        samples = [
            Sample(list(key), Fraction(1), "right"),
            Sample(list(reversed(key)), Fraction(1), "right"),
            Sample(list(distractors), Fraction(0), "wrong"),
            Sample([*key, distractors[0]], spoilt, "partial" if spoilt else "wrong"),
            Sample(None, Fraction(0), "empty"),
            Sample([], Fraction(0), "empty"),
            Sample([key[0], key[0]], None, "malformed"),
            Sample(["no such option"], None, "malformed"),
            Sample(key[0], None, "malformed"),
        ]
        if len(key) > 1:
            samples.append(Sample([key[0]], one, "partial" if one else "wrong"))
        return samples


def _fraction(item: ChoicesItem, picked: set[str]) -> Fraction:
    key = set(item.key)
    if item.scoring == "all-or-nothing":
        return Fraction(int(picked == key))
    return max(Fraction(0), Fraction(len(picked & key) - len(picked - key), len(key)))
