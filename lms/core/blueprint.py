"""The rules of a quiz, and the drawing of its items.

A blueprint says how many items of which bank, objective, tag and difficulty make up a form. The
rules are read once from a quiz document and frozen, as plain JSON, in every attempt.
"""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any, Generic, TypeVar

from lms.core.document import DocumentError, Fields
from lms.core.items.base import DIFFICULTIES, Reveal
from lms.core.timing import ready_at

MOST_LINES = 100
MOST_PICKED = 200
DEFAULT_GRACE = "60 s"
NAVIGATIONS = ("free",)
MOMENTS = ("never", "after-submission", "after-passing")
"""When a part of a review opens to its officer."""

_DURATION = re.compile(r"([0-9]{1,5}) (s|min|h)")
_SECONDS = {"s": 1, "min": 60, "h": 3600}
_PERCENT = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3})?) %")

VersionT = TypeVar("VersionT")


class RulesError(DocumentError):
    """A quiz document is not a proper one.

    Codes beyond those of `DocumentError`: not_a_duration, not_a_percentage.
    """


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a blueprint: so many items of a bank, narrowed by what is not empty.

    `weight` is what each item of the line is worth; `must_pass` means all of them have to be
    right.
    """

    bank: str
    pick: int
    objective: str = ""
    tag: str = ""
    difficulty: str = ""
    must_pass: bool = False
    weight: Fraction = Fraction(1)


@dataclass(frozen=True, slots=True)
class Candidate(Generic[VersionT]):
    """An item that could be drawn; `item_key` names it for good, across banks and versions."""

    item_key: str
    version_id: VersionT
    bank: str
    objective: str
    tags: frozenset[str]
    difficulty: str
    use: str = "exam"


@dataclass(frozen=True, slots=True)
class Drawn(Generic[VersionT]):
    """An item of a form and the number of the blueprint line it was drawn for, from 0."""

    item_key: str
    version_id: VersionT
    line: int


class BlueprintShort(ValueError):
    """The banks hold too few items: `line` is the first (from 0) that cannot be filled."""

    def __init__(self, line: int, wanted: int, found: int) -> None:
        super().__init__(f"line {line + 1} wants {wanted} items, {found} can be found")
        self.line = line
        self.wanted = wanted
        self.found = found


def draw(
    blueprint: Sequence[Line],
    candidates: Sequence[Candidate[VersionT]],
    rng: random.Random,
    seen: Collection[str] = (),
    shuffle: bool = False,
) -> tuple[Drawn[VersionT], ...]:
    """One form: every line filled, no item twice, items not seen before whenever possible.

    Items are taken in a random order, unseen ones first. Each goes to the first line that wants
    it and has room; where all are full, an item already placed moves on to another line if that
    makes room (augmenting paths; Kuhn 1955, Edmonds 1965). Taken in order of preference this
    gives a form with as many unseen items as any form can have, and a line is only short if no
    form could fill it. The result follows the lines, and within a line the candidates as given;
    `shuffle` mixes it all. Practice items are never drawn. Raises `BlueprintShort`.
    """
    usable = {candidate.item_key: candidate for candidate in candidates if candidate.use == "exam"}
    order = sorted(usable)
    rng.shuffle(order)
    order.sort(key=lambda item_key: item_key in seen)
    wanted_by = {
        item_key: [number for number, line in enumerate(blueprint) if _fits(line, candidate)]
        for item_key, candidate in usable.items()
    }
    room = [line.pick for line in blueprint]
    placed = _place(order, wanted_by, room)
    if len(placed) < sum(room):
        raise _shortage(order, wanted_by, room)
    form = [
        Drawn(item_key, candidate.version_id, number)
        for number in range(len(blueprint))
        for item_key, candidate in usable.items()
        if placed.get(item_key) == number
    ]
    if shuffle:
        rng.shuffle(form)
    return tuple(form)


def _fits(line: Line, candidate: Candidate[Any]) -> bool:
    return (
        candidate.bank == line.bank
        and line.objective in ("", candidate.objective)
        and (not line.tag or line.tag in candidate.tags)
        and line.difficulty in ("", candidate.difficulty)
    )


def _place(
    order: Sequence[str], wanted_by: Mapping[str, Sequence[int]], room: Sequence[int]
) -> dict[str, int]:
    """The line each item goes to; items for which no room can be made are left out."""
    filled: list[list[str]] = [[] for _ in room]
    for item_key in order:
        _make_room(item_key, wanted_by, room, filled, set())
    return {item_key: number for number, line in enumerate(filled) for item_key in line}


def _make_room(
    item_key: str,
    wanted_by: Mapping[str, Sequence[int]],
    room: Sequence[int],
    filled: list[list[str]],
    tried: set[int],
) -> bool:
    """Put an item into a line, moving others on where that helps; False if nothing does."""
    lines = [number for number in wanted_by[item_key] if number not in tried]
    tried.update(lines)
    for number in lines:
        if len(filled[number]) < room[number]:
            filled[number].append(item_key)
            return True
    for number in lines:
        for place, other in enumerate(filled[number]):
            if _make_room(other, wanted_by, room, filled, tried):
                filled[number][place] = item_key
                return True
    return False


def _shortage(
    order: Sequence[str], wanted_by: Mapping[str, Sequence[int]], room: Sequence[int]
) -> BlueprintShort:
    """The first line that cannot be filled when all before it are."""
    reached = [
        len(_place(order, wanted_by, [*room[: number + 1], *[0] * (len(room) - number - 1)]))
        for number in range(len(room))
    ]
    number = next(n for n, found in enumerate(reached) if found < sum(room[: n + 1]))
    return BlueprintShort(number, room[number], reached[number] - sum(room[:number]))


@dataclass(frozen=True, slots=True)
class ReviewRules:
    """When an officer sees own responses, feedback and key: one of `MOMENTS` each."""

    responses: str = "after-submission"
    feedback: str = "after-submission"
    key: str = "after-passing"


@dataclass(frozen=True, slots=True)
class Start:
    """Whether another attempt may start: `code` is "yes", "no_attempts_left" or "cooling_down".

    `at` is the moment it may, while cooling down.
    """

    code: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class QuizRules:
    """What was agreed when an attempt began. Times in seconds; None is no limit."""

    time_limit: int | None
    attempts: int | None
    cool_down: int
    pass_mark: Fraction
    shuffle_items: bool
    shuffle_options: bool
    navigation: str
    grace: int
    review: ReviewRules
    blueprint: tuple[Line, ...]

    @classmethod
    def parse(cls, content: Mapping[str, object]) -> QuizRules:
        """The rules in a quiz document; `RulesError` with the path of what is wrong.

        The document's `title` and `summary` are texts of the quiz, not rules: passed over here.
        """
        fields = Fields.of(content, "", RulesError, _KEYS)
        shuffle = Fields.of(content.get("shuffle", {}), "shuffle", RulesError, ("items", "options"))
        limit, attempts = fields.text("time_limit"), fields.text("attempts")
        return cls(
            time_limit=None if limit == "none" else _seconds(fields, "time_limit"),
            attempts=None if attempts == "unlimited" else fields.count("attempts"),
            cool_down=_seconds(fields, "cool_down", "0 s"),
            pass_mark=_share(fields, "pass_mark"),
            shuffle_items=shuffle.yes("items", "yes"),
            shuffle_options=shuffle.yes("options", "yes"),
            navigation=fields.one_of("navigation", NAVIGATIONS, "free"),
            grace=_seconds(fields, "grace", DEFAULT_GRACE),
            review=_read_review(content.get("review", {})),
            blueprint=tuple(
                _read_line(path, entry)
                for path, entry in fields.entries("blueprint", 1, MOST_LINES)
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, fractions as text ("7/10"); `from_json` gives the same rules back."""
        plain = asdict(self)
        plain["pass_mark"] = str(self.pass_mark)
        plain["blueprint"] = [
            asdict(line) | {"weight": str(line.weight)} for line in self.blueprint
        ]
        return plain

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> QuizRules:
        """The rules as frozen by `to_json`."""
        return cls(
            **{
                **plain,
                "pass_mark": Fraction(plain["pass_mark"]),
                "review": ReviewRules(**plain["review"]),
                "blueprint": tuple(
                    Line(**{**line, "weight": Fraction(line["weight"])})
                    for line in plain["blueprint"]
                ),
            }
        )

    @property
    def length(self) -> int:
        """How many items a form has."""
        return sum(line.pick for line in self.blueprint)

    def reveal(self, passed: bool) -> Reveal:
        """What an officer may see of an ended attempt."""
        open_now = {"never": False, "after-submission": True, "after-passing": passed}
        return Reveal(
            responses=open_now[self.review.responses],
            feedback=open_now[self.review.feedback],
            key=open_now[self.review.key],
        )

    def may_start(self, used: int, last_ended: datetime | None, now: datetime) -> Start:
        """Whether another attempt may start, after `used` ended ones that were not voided."""
        if self.attempts is not None and used >= self.attempts:
            return Start("no_attempts_left")
        if last_ended is not None and now < (ready := ready_at(last_ended, self.cool_down)):
            return Start("cooling_down", ready)
        return Start("yes")


_KEYS = (
    "title", "summary", "time_limit", "attempts", "cool_down", "pass_mark", "shuffle",
    "navigation", "grace", "review", "blueprint",
)  # fmt: skip


def _read_line(path: str, entry: object) -> Line:
    fields = Fields.of(
        entry,
        path,
        RulesError,
        ("bank", "objective", "tag", "difficulty", "pick", "must_pass", "weight"),
    )
    pick = fields.count("pick")
    if pick > MOST_PICKED:
        raise RulesError(fields.at("pick"), "out_of_range", most=MOST_PICKED)
    weight = fields.fraction("weight", "1")
    if weight <= 0:
        raise RulesError(fields.at("weight"), "out_of_range", least=0)
    return Line(
        bank=fields.identifier("bank"),
        pick=pick,
        objective=fields.text("objective") if fields.has("objective") else "",
        tag=fields.identifier("tag") if fields.has("tag") else "",
        difficulty=fields.one_of("difficulty", DIFFICULTIES) if fields.has("difficulty") else "",
        must_pass=fields.has("must_pass") and bool(fields.one_of("must_pass", ("all",))),
        weight=weight,
    )


def _read_review(value: object) -> ReviewRules:
    usual = ReviewRules()
    fields = Fields.of(value, "review", RulesError, ("responses", "feedback", "key"))
    return ReviewRules(
        responses=fields.one_of("responses", MOMENTS, usual.responses),
        feedback=fields.one_of("feedback", MOMENTS, usual.feedback),
        key=fields.one_of("key", MOMENTS, usual.key),
    )


def _seconds(fields: Fields, key: str, default: str | None = None) -> int:
    match = _DURATION.fullmatch(fields.text(key, default))
    if match is None:
        raise RulesError(fields.at(key), "not_a_duration")
    return int(match[1]) * _SECONDS[match[2]]


def _share(fields: Fields, key: str) -> Fraction:
    match = _PERCENT.fullmatch(fields.text(key))
    if match is None:
        raise RulesError(fields.at(key), "not_a_percentage")
    share = Fraction(match[1]) / 100
    if share > 1:
        raise RulesError(fields.at(key), "out_of_range", most=100)
    return share
