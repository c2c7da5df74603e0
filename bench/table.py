"""The table that a run prints: what was measured, beside what, and whether it is within budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = ("What", "Measured", "Spread", "Beside", "Ratio", "Budget", "Met")


@dataclass(frozen=True, slots=True)
class Row:
    """One line. `met` is None where there is no budget."""

    what: str
    measured: str
    spread: str = ""
    beside: str = ""
    ratio: str = ""
    budget: str = ""
    met: bool | None = None

    @property
    def cells(self) -> tuple[str, ...]:
        """As it is printed."""
        word = {None: "", True: "met", False: "NOT MET"}[self.met]
        return (
            *(self.what, self.measured, self.spread),
            *(self.beside, self.ratio, self.budget, word),
        )


def at_most(what: str, value: float, budget: float, unit: str = "", **rest: str) -> Row:
    """A number that should stay below another."""
    limit = f"<= {number(budget)}{unit}"
    return Row(what, f"{number(value)}{unit}", budget=limit, met=value <= budget, **rest)


def number(value: float) -> str:
    """Three digits where they mean something, and all of a whole number."""
    if value == int(value) or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def lines(rows: Sequence[Row]) -> list[str]:
    """The table in Markdown, its columns aligned."""
    cells = [HEAD, *(row.cells for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(HEAD))]
    drawn = [" | ".join(map(str.ljust, line, widths)) for line in cells]
    rule = " | ".join("-" * width for width in widths)
    return [f"| {line} |" for line in (drawn[0], rule, *drawn[1:])]
