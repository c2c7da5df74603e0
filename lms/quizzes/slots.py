"""The form of an attempt as it is frozen in it: which item stands in each slot, and how."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.core.items.base import Item, Layout
from lms.question_banks.queries import frozen_items


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of an item within an attempt, counted from 1.

    The item's version is noted with its fingerprint, which cannot mean anything else ever. `line`
    is the blueprint line it was drawn for. What the line says of weight and must-pass stands here
    too, so that a slot explains itself.
    """

    number: int
    item_key: str
    version_id: int
    fingerprint: str
    line: int
    weight: Fraction
    must_pass: bool
    layout: Layout

    def to_json(self) -> dict[str, Any]:
        """As it is kept in `Attempt.slots`; the place in the list is the number."""
        return {
            "item": self.item_key,
            "version": self.version_id,
            "fingerprint": self.fingerprint,
            "line": self.line,
            "weight": str(self.weight),
            "must_pass": self.must_pass,
            "layout": dict(self.layout),
        }


def items_in(session: Session, slots: Iterable[Slot]) -> dict[int, Item]:
    """What is asked in these slots, by version id."""
    return frozen_items(session, {slot.version_id: slot.fingerprint for slot in slots})


def read_slots(frozen: Iterable[Mapping[str, Any]]) -> tuple[Slot, ...]:
    """The slots of an attempt."""
    return tuple(
        Slot(
            number=number,
            item_key=entry["item"],
            version_id=entry["version"],
            fingerprint=entry["fingerprint"],
            line=entry["line"],
            weight=Fraction(entry["weight"]),
            must_pass=entry["must_pass"],
            layout=entry["layout"],
        )
        for number, entry in enumerate(frozen, 1)
    )
