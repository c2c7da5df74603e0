"""What a synchronisation did, thing by thing."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lms.content.problems import ERROR, Problem
from lms.sync.compare import Verdict

GONE = "gone from the files, but changed here since"
BOTH = "changed in the files and here"
HERE = "changed here since; export it"


class Outcome(StrEnum):
    """What became of one thing."""

    ADDED = "added"
    CHANGED = "changed"
    RETIRED = "retired"
    KEPT = "kept"
    CONFLICT = "conflict"
    LEFT_OUT = "left out"


WRITTEN = (Outcome.ADDED, Outcome.CHANGED, Outcome.RETIRED)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing, by kind (bank, item, course, lesson, quiz) and name, and what became of it."""

    kind: str
    name: str
    outcome: Outcome
    why: str = ""

    def __str__(self) -> str:
        return f"{self.outcome}: {self.kind} {self.name}{f' ({self.why})' if self.why else ''}"

    def to_json(self) -> dict[str, str]:
        """Plain JSON, for `--json`."""
        return {
            "kind": self.kind,
            "name": self.name,
            "outcome": str(self.outcome),
            "why": self.why,
        }


@dataclass(slots=True)
class Report:
    """All that was done, and all that is wrong with the files."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, kind: str, name: str, outcome: Outcome, why: str = "") -> None:
        """Note what became of a thing."""
        self.changes.append(Change(kind, name, outcome, why))

    def note(self, kind: str, name: str, verdict: Verdict, conflict: str = BOTH) -> None:
        """Note what the files could not have their way with."""
        if verdict is Verdict.KEEP:
            self.add(kind, name, Outcome.KEPT, HERE)
        elif verdict is Verdict.CONFLICT:
            self.add(kind, name, Outcome.CONFLICT, conflict)

    @property
    def is_refused(self) -> bool:
        """Whether anything could not be brought in."""
        refused = (Outcome.CONFLICT, Outcome.LEFT_OUT)
        return any(change.outcome in refused for change in self.changes) or bool(self.errors)

    @property
    def errors(self) -> list[Problem]:
        """What is wrong with the files, warnings aside."""
        return [problem for problem in self.problems if problem.severity == ERROR]

    @property
    def counts(self) -> dict[str, int]:
        """How many things had each outcome."""
        return dict(Counter(str(change.outcome) for change in self.changes))

    @property
    def has_written(self) -> bool:
        """Whether the database changed."""
        return any(change.outcome in WRITTEN for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, for `--json`."""
        return {
            "counts": self.counts,
            "changes": [change.to_json() for change in self.changes],
            "problems": [problem.to_json() for problem in self.problems],
        }
