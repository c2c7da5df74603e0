"""Numeric: the officer types a number, with or without its unit."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
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
)

LONGEST_RESPONSE = 64
"""Characters: a number, its unit and room to spare."""

_SPACES = "\u00a0\u2007\u2008\u2009\u200a\u202f"
_TO_PLAIN = str.maketrans(
    {
        **dict.fromkeys(_SPACES, " "),
        **dict.fromkeys("\u2019\u02bc\u066c", "'"),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-"),
        "\uff0b": "+",
        "\u066b": ".",
    }
)
_TYPED = re.compile(r"(?P<sign>[+-]? ?)(?P<body>[0-9.,' ]*[0-9.,])(?P<unit>.*)", re.DOTALL)
_GROUPED = re.compile(r"[0-9]{1,3}(?P<mark>[ '.,])[0-9]{3}((?P=mark)[0-9]{3})*")
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
_DIGITS = re.compile(r"[0-9]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumericItem(Item):
    """An item whose key is a number; `tolerance` is absolute, in the same unit."""

    key: Decimal
    tolerance: Decimal
    unit: str


class Numeric:
    """The response is the text as typed: "1001,5" or "1 001.5 cm⁻¹".

    Scoring: 1 if |response - key| <= tolerance, else 0; both bounds count (QTI 2.2 `equal` with
    toleranceMode absolute). Numbers are exact, so a bound is a bound.
    """

    name = "numeric"
    fields = ("key", "tolerance", "unit")

    def parse(self, content: Mapping[str, object]) -> NumericItem:
        """A number, its tolerance (0 or more) and perhaps its unit."""
        fields, head = read_head(content, self.name, self.fields)
        tolerance = fields.decimal("tolerance")
        if tolerance < 0:
            raise ItemError("tolerance", "out_of_range", least=0)
        unit = fields.text("unit") if fields.has("unit") else ""
        return NumericItem(**head, key=fields.decimal("key"), tolerance=tolerance, unit=unit)

    def draw_layout(self, item: NumericItem, rng: random.Random, shuffle: bool) -> Layout:
        """Nothing moves."""
        return {}

    def read_response(self, item: NumericItem, value: object) -> str | None:
        """The text as typed, trimmed, if it is a number; an empty text is no response."""
        if value is None:
            return None
        if not isinstance(value, str):
            raise MalformedResponse("not_text")
        typed = value.strip()
        if not typed:
            return None
        read_number(typed, item.unit)
        return typed

    def grade(self, item: NumericItem, response: str | None) -> Graded:
        """1 within the tolerance."""
        if response is None:
            return Graded(Fraction(0), (Part("response", None, None),))
        number = read_number(response, item.unit)
        right = abs(number - Fraction(item.key)) <= Fraction(item.tolerance)
        return Graded(Fraction(int(right)), (Part("response", str(number), right),))

    def question(self, item: NumericItem, layout: Layout, language: str) -> View:
        """Stem and unit."""
        return question_view(item, language) | {"unit": item.unit}

    def review(
        self,
        item: NumericItem,
        layout: Layout,
        response: str | None,
        language: str,
        reveal: Reveal,
    ) -> View:
        """Stem, the text as typed, and the key with its tolerance ("" for exact)."""
        view = review_view(item, self.grade(item, response), response is not None, language, reveal)
        key = {
            "value": format(item.key, "f"),
            "tolerance": format(item.tolerance, "f") if item.tolerance else "",
        }
        return view | {
            "unit": item.unit,
            "response": response if reveal.responses else None,
            "key": key if reveal.key else None,
        }

    def samples(self, item: NumericItem) -> list[Sample]:
        """The key, both bounds, just beyond them, with comma and unit, and no numbers."""
        key, tolerance = item.key, item.tolerance
        beyond = tolerance + Decimal("0.0001")
        typed = _typed(key)
        return [
            Sample(typed, Fraction(1), "right"),
            Sample(typed.replace(".", ","), Fraction(1), "right"),
            Sample(f"{typed} {item.unit}".rstrip(), Fraction(1), "right"),
            Sample(_typed(key + tolerance), Fraction(1), "right"),
            Sample(_typed(key - tolerance).replace("-", "\u2212"), Fraction(1), "right"),
            Sample(_typed(key + beyond), Fraction(0), "wrong"),
            Sample(_typed(key - beyond), Fraction(0), "wrong"),
            Sample(None, Fraction(0), "empty"),
            Sample(" ", Fraction(0), "empty"),
            Sample("1,000.5,2", None, "malformed"),
            Sample("a few", None, "malformed"),
            Sample(f"{typed} furlongs", None, "malformed"),
            Sample(int(key), None, "malformed"),
        ]


def read_number(typed: str, unit: str = "") -> Fraction:
    """The exact number a person typed, with or without the unit of the item.

    Point or comma is the decimal mark; spaces of any width and apostrophes group thousands, and
    so do points or commas where the text leaves no doubt ("1,000.5", "1.000.000"). A lone mark
    with three digits after it ("1,001", "1.001") could be either and is refused: read one way in
    Accra and the other in Dakar, it would be graded wrongly for one of them. Digits of any script
    count, as does any dash as a minus. The unit may be typed as on a phone ("cm-1" for cm⁻¹).

    Raises `MalformedResponse` (too_long, not_a_number, ambiguous_number, wrong_unit).
    """
    if len(typed) > LONGEST_RESPONSE:
        raise MalformedResponse("too_long")
    match = _TYPED.fullmatch(_plain(typed).strip())
    if match is None:
        raise MalformedResponse("not_a_number")
    if match["unit"].strip() and _unit(match["unit"]) != _unit(unit):
        raise MalformedResponse("wrong_unit")
    number = _exact(match["body"])
    return -number if match["sign"].strip() == "-" else number


def _plain(typed: str) -> str:
    """Digits of any script as 0 to 9, and one sign for each kind of mark.

    Superscripts are left alone: they are not digits of a number but of an exponent or a unit.
    """
    digits = (unicodedata.decimal(character, None) for character in typed)
    return "".join(
        character if digit is None else str(digit)
        for character, digit in zip(typed, digits, strict=True)
    ).translate(_TO_PLAIN)


def _unit(text: str) -> str:
    """A unit as it compares: superscripts, signs and spaces brought to one form."""
    folded = unicodedata.normalize("NFKC", text).translate(_TO_PLAIN)
    return "".join(folded.replace("^", "").split())


def _exact(body: str) -> Fraction:
    """The number of a body of digits with grouping and decimal marks."""
    whole, decimals = _split(body)
    if any(part and not _DIGITS.fullmatch(part) for part in (_ungrouped(whole), decimals)):
        raise MalformedResponse("ambiguous_number" if set(body) & set(".,") else "not_a_number")
    if not whole and not decimals:
        raise MalformedResponse("not_a_number")
    return Fraction(f"{_ungrouped(whole) or '0'}.{decimals or '0'}")


def _split(body: str) -> tuple[str, str]:
    """What stands before and after the decimal mark; several marks of one kind are groups."""
    if _EITHER.fullmatch(body):
        raise MalformedResponse("ambiguous_number")
    marks = [character for character in body if character in ".,"]
    if not marks or (len(marks) > 1 and len(set(marks)) == 1):
        return body, ""
    whole, _, decimals = body.rpartition(marks[-1])
    return whole, decimals


def _ungrouped(whole: str) -> str:
    """The whole part without its grouping marks, if it is grouped properly; else as it is."""
    return re.sub("[^0-9]", "", whole) if _GROUPED.fullmatch(whole) else whole


def _typed(number: Decimal) -> str:
    """A number as an officer could type it without being ambiguous."""
    text = format(number, "f")
    decimals = text.partition(".")[2]
    return f"{text}0" if len(decimals) == 3 else text
