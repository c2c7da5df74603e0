"""Counting what the product asks of its database, in this process and apart from the clock."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_WRITES = ("insert", "update", "delete")
_NOT_COUNTED = ("begin", "savepoint", "release", "rollback", "pragma")


@dataclass(slots=True)
class Count:
    """Statements in the order they were sent, and the rows they wrote."""

    sent: list[str] = field(default_factory=list)
    rows_written: int = 0

    @property
    def statements(self) -> int:
        """How many there were."""
        return len(self.sent)

    def note(self, statement: str, parameters: Any, rowcount: int) -> None:
        """One statement; the words that only begin and end a transaction do not count."""
        words = " ".join(statement.split())
        if not words.lower().startswith(_NOT_COUNTED):
            self.sent.append(words)
        if words.lower().startswith(_WRITES):
            many = len(parameters) if isinstance(parameters, list) else 1
            self.rows_written += rowcount if rowcount >= 0 else many


@contextmanager
def counting(engine: Engine) -> Iterator[Count]:
    """Count the statements of this engine within the block."""
    count = Count()

    def note(
        _connection: Any, cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool
    ) -> None:
        count.note(statement, parameters, cursor.rowcount)

    event.listen(engine, "after_cursor_execute", note)
    try:
        yield count
    finally:
        event.remove(engine, "after_cursor_execute", note)
