"""Matching: the officer finds for each prompt the match that belongs to it."""

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
    MalformedResponse,
    Part,
    Reveal,
    Sample,
    View,
    given_state,
    question_view,
    read_head,
    read_id,
    review_view,
    shuffled,
)
from lms.core.items.options import (
    Option,
    arranged,
    ids,
    known_reference,
    option_views,
    read_options,
)
from lms.core.text import pick

MOST_MATCHES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchingItem(Item):
    """An item whose key names one match for each prompt.

    A match may serve several prompts, or none: then it is a distractor.
    """

    key: Mapping[str, str]
    prompts: tuple[Option, ...]
    matches: tuple[Option, ...]


class Matching:
    """The response maps prompts to matches: {"p1": "m2"}; prompts may be left open.

    Scoring: right pairs / prompts (QTI 2.2 `map_response` with 1/n for each right pair; a wrong
    pair costs nothing beyond itself).
    """

    name = "matching"
    fields = ("key", "prompts", "matches")

    def parse(self, content: Mapping[str, object]) -> MatchingItem:
        """Two or more prompts, two or more matches, and a key for every prompt."""
        fields, head = read_head(content, self.name, self.fields)
        prompts = read_options(fields, "prompts")
        matches = read_options(fields, "matches", most=MOST_MATCHES)
        pairs = Fields.of(fields.value("key"), "key", ItemError, ids(prompts))
        key = {
            prompt: known_reference(fields, f"key.{prompt}", pairs.identifier(prompt), matches)
            for prompt in ids(prompts)
        }
        return MatchingItem(**head, key=key, prompts=prompts, matches=matches)

    def draw_layout(self, item: MatchingItem, rng: random.Random, shuffle: bool) -> Layout:
        """The order of the matches; prompts stay as written, for they often tell a story."""
        return {
            "prompts": list(ids(item.prompts)),
            "matches": shuffled(ids(item.matches), rng, shuffle),
        }

    def read_response(self, item: MatchingItem, value: object) -> dict[str, str] | None:
        """A mapping of known prompts to known matches, in the order of the prompts."""
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise MalformedResponse("not_a_mapping")
        if any(prompt not in ids(item.prompts) for prompt in value):
            raise MalformedResponse("unknown_option")
        read = {
            prompt: read_id(value.get(prompt), ids(item.matches)) for prompt in ids(item.prompts)
        }
        return {prompt: match for prompt, match in read.items() if match is not None} or None

    def grade(self, item: MatchingItem, response: dict[str, str] | None) -> Graded:
        """Right pairs over prompts; one part for each prompt."""
        given = response or {}
        parts = tuple(
            Part(
                prompt,
                given.get(prompt),
                given[prompt] == item.key[prompt] if prompt in given else None,
            )
            for prompt in ids(item.prompts)
        )
        return Graded(Fraction(sum(part.right is True for part in parts), len(parts)), parts)

    def question(self, item: MatchingItem, layout: Layout, language: str) -> View:
        """Stem, prompts and matches."""
        return question_view(item, language) | {
            "prompts": option_views(item.prompts, layout["prompts"], language),
            "matches": option_views(item.matches, layout["matches"], language),
        }

    def review(
        self,
        item: MatchingItem,
        layout: Layout,
        response: dict[str, str] | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """Stem and prompts, each with the match given ("" for none), its `state` and the key."""
        graded = self.grade(item, response)
        view = review_view(item, graded, response is not None, language, reveal)
        text = {match.id: pick(match.text, language) for match in item.matches}
        parts = {part.id: part for part in graded.parts}
        prompts = []
        for prompt in arranged(item.prompts, layout["prompts"]):
            part = parts[prompt.id]
            shown = part.given is not None and reveal.responses
            prompts.append(
                {
                    "id": prompt.id,
                    "text": pick(prompt.text, language),
                    "response": text[part.given] if part.given and shown else "",
                    "state": given_state(True, bool(part.right), reveal) if shown else "",
                    "key": text[item.key[prompt.id]] if reveal.key else "",
                }
            )
        return view | {"prompts": prompts}

    def samples(self, item: MatchingItem) -> list[Sample]:
        """All pairs right, none right, all but the last, one pair only, and strangers."""
        key = dict(item.key)
        prompts = list(key)
        wrong = {
            prompt: next(name for name in ids(item.matches) if name != key[prompt])
            for prompt in prompts
        }
        last = prompts[-1]
        all_but_one = Fraction(len(key) - 1, len(key))
        return [
            Sample({**key}, Fraction(1), "right"),
            Sample({**wrong}, Fraction(0), "wrong"),
            Sample({**key, last: wrong[last]}, all_but_one, "partial"),
            Sample({last: key[last]}, Fraction(1, len(key)), "partial"),
            Sample(None, Fraction(0), "empty"),
            Sample({}, Fraction(0), "empty"),
            Sample({last: "no such match"}, None, "malformed"),
            Sample({"no such prompt": key[last]}, None, "malformed"),
            Sample([key[last]], None, "malformed"),
        ]
