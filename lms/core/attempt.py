"""An attempt: its states and moves, and the responses that follow from its journal.

The journal only grows. Nothing here changes an event; the current responses are a fold over
them, so they can be derived again at any time, by anybody, with the same result.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lms.core.items.base import JsonValue


class State(StrEnum):
    """Where an attempt stands."""

    OPEN = "open"
    SUBMITTED = "submitted"
    EXPIRED = "expired"
    GRADED = "graded"
    VOIDED = "voided"


class Move(StrEnum):
    """What can happen to an attempt."""

    SUBMIT = "submit"
    EXPIRE = "expire"
    GRADE = "grade"
    REGRADE = "regrade"
    VOID = "void"


MOVES: Mapping[tuple[State, Move], State] = {
    (State.OPEN, Move.SUBMIT): State.SUBMITTED,
    (State.OPEN, Move.EXPIRE): State.EXPIRED,
    (State.SUBMITTED, Move.GRADE): State.GRADED,
    (State.EXPIRED, Move.GRADE): State.GRADED,
    (State.GRADED, Move.REGRADE): State.GRADED,
    (State.OPEN, Move.VOID): State.VOIDED,
    (State.SUBMITTED, Move.VOID): State.VOIDED,
    (State.EXPIRED, Move.VOID): State.VOIDED,
    (State.GRADED, Move.VOID): State.VOIDED,
}
"""The whole of it: what is not in this table cannot happen."""


class IllegalMove(ValueError):
    """An attempt in this state cannot make this move."""

    def __init__(self, state: str, event: str) -> None:
        super().__init__(f"{event} is no move of an attempt that is {state}")
        self.state = state
        self.event = event


def move(state: str, event: str) -> State:
    """The state after an event; `IllegalMove` where the table has no such move."""
    try:
        return MOVES[State(state), Move(event)]
    except (KeyError, ValueError):
        raise IllegalMove(state, event) from None


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an attempt's journal.

    `id` grows with arrival. `client_seq` grows with every change made on one client (one page in
    one browser, named by `client_id`). `base_rev` is the id of the latest event *of this slot and
    kind* that the client was showing when the change was made; 0 for none. `value` is a response
    (None = cleared), or true / false for a flag. `late` events arrived after deadline and grace;
    `accepted` is the coordinator's decision on them, None as long as there is none.
    """

    id: int
    client_id: str
    client_seq: int
    slot: int
    kind: str
    value: JsonValue
    base_rev: int = 0
    late: bool = False
    accepted: bool | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """What follows from a journal.

    `current` holds the event that counts, by slot and kind; a cleared response is there, with the
    value None. `stale` events were written on top of something their client had not seen: kept,
    shown, not counted. `undecided` events are late and wait for a coordinator.
    """

    current: Mapping[tuple[int, str], Event] = field(default_factory=dict)
    stale: tuple[Event, ...] = ()
    undecided: tuple[Event, ...] = ()

    def of_kind(self, kind: str) -> dict[int, Event]:
        """The events of one kind that count, by slot."""
        return {slot: event for (slot, its), event in self.current.items() if its == kind}


def project(events: Iterable[Event]) -> Projection:
    """Fold a journal, in order of id, whatever order it is given in.

    - An event received twice (same client and sequence) counts once.
    - A late event counts only once it is accepted.
    - Of one client the higher sequence wins, in whatever order they arrive.
    - Another client's event wins only if that client had seen the current one
      (`base_rev` >= its id); otherwise it is stale.
    """
    current: dict[tuple[int, str], Event] = {}
    highest: dict[tuple[int, str, str], int] = {}
    stale: list[Event] = []
    undecided: list[Event] = []
    for event in _once_each(events):
        if event.late and not event.accepted:
            if event.accepted is None:
                undecided.append(event)
            continue
        place = (event.slot, event.kind)
        if event.client_seq < highest.get((*place, event.client_id), -1):
            continue
        highest[(*place, event.client_id)] = event.client_seq
        winner = current.get(place)
        if winner and winner.client_id != event.client_id and event.base_rev < winner.id:
            stale.append(event)
        else:
            current[place] = event
    return Projection(current, tuple(stale), tuple(undecided))


def current_responses(events: Iterable[Event]) -> dict[int, Event]:
    """The response event that counts in each slot; a cleared one has the value None."""
    return project(events).of_kind("response")


def current_flags(events: Iterable[Event]) -> frozenset[int]:
    """The slots an officer has flagged to come back to."""
    return frozenset(slot for slot, event in project(events).of_kind("flag").items() if event.value)


def receipt(events: Iterable[Event], attempt_id: str = "") -> str:
    """The code an officer keeps: 60 bits of SHA-256 over the journal, as XXXX-XXXX-XXXX.

    Give the events up to the moment of submission; decisions on late ones do not enter. The
    attempt's id keeps the receipts of two empty attempts apart. Letters are Crockford's base 32
    (no I, L, O, U), so a code can be read out over a telephone.
    """
    journal: Sequence[object] = [
        attempt_id,
        *(
            [
                event.id,
                event.client_id,
                event.client_seq,
                event.slot,
                event.kind,
                event.value,
                event.base_rev,
                event.late,
            ]
            for event in _once_each(events)
        ),
    ]
    written = json.dumps(journal, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    bits = int.from_bytes(hashlib.sha256(written.encode("ascii")).digest()[:8]) >> 4
    letters = "".join(_CROCKFORD[bits >> shift & 31] for shift in range(55, -1, -5))
    return "-".join(letters[start : start + 4] for start in range(0, 12, 4))


_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def _once_each(events: Iterable[Event]) -> list[Event]:
    """The events in order of id, repeats left out."""
    first: dict[tuple[str, int], Event] = {}
    for event in sorted(events, key=lambda event: event.id):
        first.setdefault((event.client_id, event.client_seq), event)
    return list(first.values())
