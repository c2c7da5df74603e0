"""The chain of the audit log: each row's digest covers the row and the digest before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

FIRST = "0" * 64
"""What stands before the first row."""


def row_hash(previous: str, row: Mapping[str, Any]) -> str:
    """SHA-256 over the previous digest and the row as canonical JSON, in hexadecimal digits."""
    written = json.dumps(row, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(previous.encode("ascii") + written.encode("utf-8")).hexdigest()


def first_break(rows: Iterable[tuple[str, str, Mapping[str, Any]]]) -> int | None:
    """The place (from 0) of the first row that does not fit; None for a whole chain.

    `rows` are (previous digest, digest, row), oldest first.
    """
    before = FIRST
    for place, (previous, digest, row) in enumerate(rows):
        if previous != before or row_hash(previous, row) != digest:
            return place
        before = digest
    return None
