"""Choice: one option of several is right."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.core.items.base import (
    Graded,
    Item,
    Layout,
    Part,
    Reveal,
    Sample,
    View,
    question_view,
    read_head,
    read_id,
    review_view,
    shuffled,
)
from lms.core.items.options import (
    Option,
    ids,
    known_reference,
    option_reviews,
    option_views,
    read_options,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceItem(Item):
    """An item whose key is the id of one option."""

    key: str
    options: tuple[Option, ...]


class Choice:
    """The response is the id of one option: "b".

    Scoring: 1 for the key, 0 for anything else (QTI 2.2 `match_correct`).
    """

    name = "choice"
    fields = ("key", "options")

    def parse(self, content: Mapping[str, object]) -> ChoiceItem:
        """An item with two to eight options, one of them the key."""
        fields, head = read_head(content, self.name, self.fields)
        options = read_options(fields, "options", feedback=True)
        key = known_reference(fields, "key", fields.identifier("key"), options)
        return ChoiceItem(**head, key=key, options=options)

    def draw_layout(self, item: ChoiceItem, rng: random.Random, shuffle: bool) -> Layout:
        """The order of the options."""
        return {"options": shuffled(ids(item.options), rng, shuffle)}

    def read_response(self, item: ChoiceItem, value: object) -> str | None:
        """The id of an option."""
        return read_id(value, ids(item.options))

    def grade(self, item: ChoiceItem, response: str | None) -> Graded:
        """1 for the key."""
        right = response == item.key
        part = Part("response", response, None if response is None else right)
        return Graded(Fraction(int(right)), (part,))

    def question(self, item: ChoiceItem, layout: Layout, language: str) -> View:
        """Stem and options."""
        options = option_views(item.options, layout["options"], language)
        return question_view(item, language) | {"options": options}

    def review(
        self,
        item: ChoiceItem,
        layout: Layout,
        response: str | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """Stem and options, each with its `state` and feedback."""
        view = review_view(item, self.grade(item, response), response is not None, language, reveal)
        chosen = () if response is None else (response,)
        return view | {
            "options": option_reviews(
                item.options, layout["options"], chosen, (item.key,), language, reveal
            )
        }

    def samples(self, item: ChoiceItem) -> list[Sample]:
        """Every option, nothing, and values that are no option."""
        graded = [
            Sample(name, Fraction(int(name == item.key)), "right" if name == item.key else "wrong")
            for name in ids(item.options)
        ]
        return [
            *graded,
            Sample(None, Fraction(0), "empty"),
            Sample("", Fraction(0), "empty"),
            Sample("no such option", None, "malformed"),
            Sample([item.key], None, "malformed"),
        ]
