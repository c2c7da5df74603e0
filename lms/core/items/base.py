"""What every item type must offer, and the values it exchanges with the rest of the house.

A type is one module: it reads an item document, draws a layout once, reads a response, grades
it, and describes the question (without its key) and its review (with as much as may be seen).
It knows nothing of pages, tables or clocks.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, TypeAlias, TypeVar

from lms.core.document import DocumentError, Fields
from lms.core.text import Text, language_of, pick

JsonValue: TypeAlias = "str | int | float | bool | list[JsonValue] | Mapping[str, JsonValue] | None"
Layout: TypeAlias = Mapping[str, list[str]]
"""The stored order of a question's parts: names of parts -> ids. Empty where nothing moves."""
View: TypeAlias = dict[str, Any]
"""What a template receives: JSON-able, texts already in one language, inline Markdown source."""

USES = ("exam", "practice")
BLOOM = ("remember", "understand", "apply", "analyse", "evaluate", "create")
DIFFICULTIES = ("easy", "medium", "hard")
NOISES = ("low", "medium", "high")
BASELINES = ("flat", "hill")

HEAD = (
    "id", "type", "use", "objective", "bloom", "difficulty", "tags", "critical", "source",
    "figure", "stem",
)  # fmt: skip
"""Keys every item document begins with, in canonical order; the type's own `fields` follow."""
TAIL = ("feedback",)

MOST_TAGS = 20


class ItemError(DocumentError):
    """An item document is not a proper item of its type.

    Codes beyond those of `DocumentError`: unknown_type, no_distractor, listed_in_key_order,
    one_of_file_or_spectrum.
    """


class MalformedResponse(ValueError):
    """A response that no form of ours could have sent, or a text that is no number.

    `code` is one of: not_text, not_a_list, not_a_mapping, unknown_option, duplicate,
    incomplete, not_a_number, ambiguous_number, wrong_unit, too_long.
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class SpectrumFigure:
    """What the server draws for an item; `drift` in cm⁻¹ is added to every line."""

    material: str
    drift: Decimal
    noise: str
    baseline: str
    peaks: bool
    label: bool
    overlay: str | None


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture of an item: a stored file or a drawn spectrum, and what is seen on it."""

    file: str | None
    spectrum: SpectrumFigure | None
    alt: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What items of all types have in common."""

    id: str
    type: str
    use: str
    objective: str
    bloom: str
    difficulty: str
    tags: tuple[str, ...]
    critical: bool
    source: str
    figure: Figure | None
    stem: Text
    feedback: Text | None


@dataclass(frozen=True, slots=True)
class Part:
    """One gradable part of a response; `right` is None where nothing was given."""

    id: str
    given: str | None
    right: bool | None


@dataclass(frozen=True, slots=True)
class Graded:
    """The credit for one response, exact, 0 to 1, and how its parts fared."""

    fraction: Fraction
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Reveal:
    """How much of an ended question its officer may see.

    responses: what the officer entered. feedback: the authors' comments and, with the response,
    whether it was right. key: what would have been right.
    """

    responses: bool = False
    feedback: bool = False
    key: bool = False

    @property
    def outcomes(self) -> bool:
        """Whether the response is shown as right or wrong."""
        return self.responses and (self.feedback or self.key)


@dataclass(frozen=True, slots=True)
class Sample:
    """A response made from the item itself, for tests: its fraction, or None if malformed."""

    value: JsonValue
    fraction: Fraction | None
    kind: str
    """right, wrong, partial, empty or malformed"""


ItemT = TypeVar("ItemT", bound=Item)
ResponseT = TypeVar("ResponseT")


class ItemType(Protocol[ItemT, ResponseT]):
    """One kind of question."""

    @property
    def name(self) -> str:
        """The word that stands under `type` in a document."""

    @property
    def fields(self) -> tuple[str, ...]:
        """The type's own keys, in canonical order."""

    def parse(self, content: Mapping[str, object]) -> ItemT:
        """The item of a document; `ItemError` where it is not a proper one."""

    def draw_layout(self, item: ItemT, rng: random.Random, shuffle: bool) -> Layout:
        """The order of the parts, drawn once for an attempt and stored with it."""

    def read_response(self, item: ItemT, value: object) -> ResponseT | None:
        """The canonical, JSON-able form of a value; None is no response.

        Raises `MalformedResponse`, and nothing else, whatever the value.
        """

    def grade(self, item: ItemT, response: ResponseT | None) -> Graded:
        """The credit for a response that `read_response` gave."""

    def question(self, item: ItemT, layout: Layout, language: str) -> View:
        """What an officer is shown: nothing of key, feedback, tolerance, tags or criticality."""

    def review(
        self,
        item: ItemT,
        layout: Layout,
        response: ResponseT | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """What an officer is shown afterwards, and no more than `reveal` allows."""

    def samples(self, item: ItemT) -> list[Sample]:
        """Right, wrong, partial (where there is such a thing), empty and malformed responses."""


def read_head(
    content: Mapping[str, object], type_name: str, own: tuple[str, ...]
) -> tuple[Fields, dict[str, Any]]:
    """The document's fields and the attributes of `Item`, ready to build an item of the type."""
    fields = Fields.of(content, "", ItemError, (*HEAD, *own, *TAIL))
    head = {
        "id": fields.identifier("id"),
        "type": fields.one_of("type", (type_name,)),
        "use": fields.one_of("use", USES),
        "objective": fields.text("objective"),
        "bloom": fields.one_of("bloom", BLOOM),
        "difficulty": fields.one_of("difficulty", DIFFICULTIES),
        "tags": fields.identifiers("tags", 0, MOST_TAGS) if fields.has("tags") else (),
        "critical": fields.yes("critical", "no"),
        "source": fields.text("source") if fields.has("source") else "",
        "figure": _read_figure(fields) if fields.has("figure") else None,
        "stem": fields.texts("stem"),
        "feedback": fields.texts_if_any("feedback"),
    }
    return fields, head


def _read_figure(item: Fields) -> Figure:
    fields = Fields.of(item.value("figure"), "figure", ItemError, ("file", "spectrum", "alt"))
    if fields.has("file") == fields.has("spectrum"):
        raise ItemError("figure", "one_of_file_or_spectrum")
    return Figure(
        file=fields.text("file") if fields.has("file") else None,
        spectrum=read_spectrum(fields) if fields.has("spectrum") else None,
        alt=fields.texts("alt"),
    )


def read_spectrum(figure: Fields) -> SpectrumFigure:
    """The spectrum to draw, under the key `spectrum` of an item's figure or a lesson's block."""
    fields = Fields.of(
        figure.value("spectrum"),
        figure.at("spectrum"),
        ItemError,
        ("material", "drift", "noise", "baseline", "peaks", "label", "overlay"),
    )
    return SpectrumFigure(
        material=fields.identifier("material"),
        drift=fields.decimal("drift", "0"),
        noise=fields.one_of("noise", NOISES, "low"),
        baseline=fields.one_of("baseline", BASELINES, "flat"),
        peaks=fields.yes("peaks", "no"),
        label=fields.yes("label", "no"),
        overlay=fields.identifier("overlay") if fields.has("overlay") else None,
    )


def question_view(item: Item, language: str) -> View:
    """What the questions of all types show; `lang` is the language the stem really is in.

    A figure holds only its words here: the web adds the address of the picture as `url`.
    """
    return {
        "type": item.type,
        "lang": language_of(item.stem, language),
        "stem": pick(item.stem, language),
        "figure": {"alt": pick(item.figure.alt, language)} if item.figure else None,
    }


def review_view(item: Item, graded: Graded, answered: bool, language: str, reveal: Reveal) -> View:
    """What the reviews of all types show: the question, the outcome, the general feedback."""
    shown = item.feedback is not None and reveal.feedback
    return question_view(item, language) | {
        "outcome": outcome(graded.fraction, answered, reveal),
        "feedback": pick(item.feedback or {}, language) if shown else "",
    }


def outcome(fraction: Fraction, answered: bool, reveal: Reveal) -> str:
    """right, partial, wrong, unanswered, or "" where it may not be seen."""
    if not reveal.responses:
        return ""
    if not answered:
        return "unanswered"
    if not reveal.outcomes:
        return ""
    if fraction == 1:
        return "right"
    return "partial" if fraction else "wrong"


def given_state(given: bool, right: bool, reveal: Reveal) -> str:
    """How one part is marked: chosen, right, wrong, key (right but not given), or "" for nothing.

    Never more than the reveal allows: `chosen` says only that it was given.
    """
    if given and reveal.responses:
        if not reveal.outcomes:
            return "chosen"
        return "right" if right else "wrong"
    return "key" if right and reveal.key else ""


def read_id(value: object, known: Collection[str]) -> str | None:
    """A value that must be one of the known ids; None and "" are no response."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise MalformedResponse("not_text")
    if value not in known:
        raise MalformedResponse("unknown_option")
    return value


def shuffled(ids: Collection[str], rng: random.Random, shuffle: bool) -> list[str]:
    """The ids in an order drawn by the generator, or as listed."""
    order = list(ids)
    if shuffle:
        rng.shuffle(order)
    return order
