"""One page of a long list, and the way to the next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

RowT = TypeVar("RowT")
SIZE = 50
"""Rows of a page."""
_HIGHEST = 2**53
"""More than any table will hold, and not more than a database can compare with."""


@dataclass(frozen=True, slots=True)
class Page(Generic[RowT]):
    """The rows of one page (from 1) of `total` rows."""

    items: Sequence[RowT]
    page: int
    total: int
    size: int = SIZE

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        """The number of the first row shown, from 1; 0 where there is none."""
        return (self.page - 1) * self.size + 1 if self.items else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.items) - 1 if self.items else 0

    @property
    def has_prev(self) -> bool:
        """Whether there is a page before."""
        return self.page > 1

    @property
    def has_next(self) -> bool:
        """Whether there is a page after."""
        return self.page < self.pages

    @property
    def prev_num(self) -> int:
        """The number of the page before."""
        return self.page - 1

    @property
    def next_num(self) -> int:
        """The number of the page after."""
        return self.page + 1


def offset_of(page: int, size: int = SIZE) -> int:
    """How many rows stand before a page."""
    return (max(1, page) - 1) * size


def row_number(typed: str) -> int:
    """An id or a page's number, as it stands in an address. Raises `ValueError`."""
    number = int(typed)
    if not 0 < number <= _HIGHEST:
        raise ValueError(typed)
    return number
