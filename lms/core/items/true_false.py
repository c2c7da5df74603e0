"""True or false: the officer judges one statement."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from lms.core.document import Fields
from lms.core.items.base import (
    Graded,
    Item,
    ItemError,
    Layout,
    Part,
    Reveal,
    Sample,
    View,
    given_state,
    question_view,
    read_head,
    read_id,
    review_view,
)
from lms.core.text import Text, pick

WORDS = ("true", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class TrueFalseItem(Item):
    """An item whose key is "true" or "false"; `responses` comments on either."""

    key: str
    responses: Mapping[str, Text]


class TrueFalse:
    """The response is one of two words: "true" or "false".

    Scoring: 1 for the key, 0 for the other (QTI 2.2 `match_correct`). The two words never change
    places, so there is nothing to draw; the page writes them in the officer's language.
    """

    name = "true_false"
    fields = ("key", "responses")

    def parse(self, content: Mapping[str, object]) -> TrueFalseItem:
        """A statement with its key, and feedback on either response if there is any."""
        fields, head = read_head(content, self.name, self.fields)
        responses: dict[str, Text] = {}
        if fields.has("responses"):
            comments = Fields.of(fields.value("responses"), "responses", ItemError, WORDS)
            responses = {word: comments.texts(word) for word in WORDS if comments.has(word)}
        return TrueFalseItem(**head, key=fields.one_of("key", WORDS), responses=responses)

    def draw_layout(self, item: TrueFalseItem, rng: random.Random, shuffle: bool) -> Layout:
        """Nothing moves."""
        return {}

    def read_response(self, item: TrueFalseItem, value: object) -> str | None:
        """One of the two words."""
        return read_id(value, WORDS)

    def grade(self, item: TrueFalseItem, response: str | None) -> Graded:
        """1 for the key."""
        right = response == item.key
        part = Part("response", response, None if response is None else right)
        return Graded(Fraction(int(right)), (part,))

    def question(self, item: TrueFalseItem, layout: Layout, language: str) -> View:
        """The statement and the two words."""
        return question_view(item, language) | {"options": [{"id": word} for word in WORDS]}

    def review(
        self,
        item: TrueFalseItem,
        layout: Layout,
        response: str | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """The statement and the two words, each with its `state` and feedback."""
        view = review_view(item, self.grade(item, response), response is not None, language, reveal)
        options = []
        for word in WORDS:
            given = word == response
            commented = reveal.feedback and (reveal.key or (given and reveal.responses))
            comment = pick(item.responses.get(word, {}), language) if commented else ""
            state = given_state(given, word == item.key, reveal)
            options.append({"id": word, "state": state, "feedback": comment})
        return view | {"options": options}

    def samples(self, item: TrueFalseItem) -> list[Sample]:
        """Both words, nothing, and values that are neither."""
        other = WORDS[1 - WORDS.index(item.key)]
        return [
            Sample(item.key, Fraction(1), "right"),
            Sample(other, Fraction(0), "wrong"),
            Sample(None, Fraction(0), "empty"),
            Sample("", Fraction(0), "empty"),
            Sample("perhaps", None, "malformed"),
            Sample(True, None, "malformed"),
        ]
