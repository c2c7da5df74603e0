"""From fractions to points, from points to pass or fail. All numbers are exact."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

RULE_VERSION = 1
"""Stored with every result; raised whenever the same responses could score differently."""


@dataclass(frozen=True, slots=True)
class Scored:
    """One slot, graded: `fraction` is 0 to 1, `weight` the points a full response earns.

    `must_pass` marks a slot of a blueprint line that has to be right whatever the score. A
    `pilot` item is tried out: it is asked and graded, and counts for nothing.
    """

    slot: int
    fraction: Fraction
    weight: Fraction = Fraction(1)
    objective: str = ""
    must_pass: bool = False
    pilot: bool = False

    def __post_init__(self) -> None:
        """Refuse credit outside 0 to 1 and negative weights (`ValueError`)."""
        if not 0 <= self.fraction <= 1 or self.weight < 0:
            raise ValueError(f"slot {self.slot}: fraction {self.fraction}, weight {self.weight}")


@dataclass(frozen=True, slots=True)
class Tally:
    """Points earned of points possible; `fraction` is their ratio, 0 where nothing counts."""

    points: Fraction
    possible: Fraction

    @property
    def fraction(self) -> Fraction:
        """Points earned over points possible."""
        return self.points / self.possible if self.possible else Fraction(0)


@dataclass(frozen=True, slots=True)
class Score:
    """The result of an attempt.

    `critical_failed` holds the must-pass slots that were not wholly right: any of them fails the
    attempt. `by_objective` keeps the order in which objectives first occur.
    """

    points: Fraction
    possible: Fraction
    fraction: Fraction
    passed: bool
    by_objective: Mapping[str, Tally]
    critical_failed: tuple[int, ...]


def score(parts: Iterable[Scored], pass_mark: Fraction) -> Score:
    """Add up the graded slots.

    points = sum of fraction x weight; possible = sum of weights; passed when
    points / possible >= pass mark and no must-pass slot is below 1. Nothing possible: not passed.
    """
    counted = [part for part in parts if not part.pilot]
    total = _tally(counted)
    objectives = dict.fromkeys(part.objective for part in counted if part.objective)
    failed = tuple(part.slot for part in counted if part.must_pass and part.fraction < 1)
    return Score(
        points=total.points,
        possible=total.possible,
        fraction=total.fraction,
        passed=total.possible > 0 and total.fraction >= pass_mark and not failed,
        by_objective={
            objective: _tally([part for part in counted if part.objective == objective])
            for objective in objectives
        },
        critical_failed=failed,
    )


def percent(fraction: Fraction) -> int:
    """A fraction as whole percent, always rounded down: the only rounding of scores there is.

    So a score that shows as the pass mark has really reached it, and 100 means everything.
    """
    return fraction.numerator * 100 // fraction.denominator


def _tally(parts: Iterable[Scored]) -> Tally:
    listed = list(parts)
    return Tally(
        points=sum((part.fraction * part.weight for part in listed), Fraction(0)),
        possible=sum((part.weight for part in listed), Fraction(0)),
    )
