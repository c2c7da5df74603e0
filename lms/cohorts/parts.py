"""What others may add to a cohort's page: columns beside each officer and course."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from lms.cohorts.models import Cohort
from lms.courses.models import Course


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table: its heading, a template for one cell, and the cells' values.

    Cells are known by (person id, course id); the template finds its one under `value`, or None.
    """

    label: str
    template: str
    values: Mapping[tuple[int, int], Any]


ColumnMaker: TypeAlias = Callable[
    [Session, Cohort, Sequence[Course], Sequence[int], datetime], Column
]
"""Makes a column for all officers (by id) and courses of a cohort at once."""


@dataclass(frozen=True, slots=True)
class CohortParts:
    """What wiring.py hands down to cohorts."""

    columns: tuple[ColumnMaker, ...] = ()
