"""Two sides and what they last agreed on: which of them has changed, and what follows."""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What becomes of a thing that may have changed in files, in the database, or in both."""

    SAME = "same"
    TAKE = "take"
    """The file is newer (or the first): the database takes it."""
    KEEP = "keep"
    """Only the database changed since; an export will say so."""
    CONFLICT = "conflict"
    """Both changed: somebody has to decide."""
    RETIRE = "retire"
    """It is gone from the files, and nobody changed it here."""


def compare(theirs: str | None, ours: str | None, agreed: str | None) -> Verdict:
    """The verdict on one thing, from the fingerprints in files, in the database, and agreed on.

    None stands for a thing that is not there. Without an agreed fingerprint it never came from a
    file, or was taken out when its file went: a file that is not there does not concern it.
    """
    if theirs is None:
        if agreed is None:
            return Verdict.SAME
        return Verdict.RETIRE if ours == agreed else Verdict.CONFLICT
    if ours is None:
        return Verdict.TAKE
    if theirs == ours:
        return Verdict.SAME if agreed == theirs else Verdict.TAKE
    if ours == agreed:
        return Verdict.TAKE
    return Verdict.KEEP if theirs == agreed else Verdict.CONFLICT
