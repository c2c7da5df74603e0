"""Saving what an officer enters: the heart of the journal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    String,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from lms.core.access import Actor
from lms.core.attempt import Event, State, project
from lms.core.items.base import JsonValue
from lms.db import Moment
from lms.quizzes.models import Attempt, JournalEvent
from lms.quizzes.queries import journal


@dataclass(frozen=True, slots=True)
class Change:
    """One change on one page, on its way into the journal: see `lms.core.attempt.Event`."""

    client_id: str
    client_seq: int
    slot: int
    kind: str
    value: JsonValue
    base_rev: int
    language: str
    elapsed_ms: int | None = None

    @property
    def key(self) -> tuple[str, int]:
        """What tells this change from every other of the attempt."""
        return self.client_id, self.client_seq


@dataclass(frozen=True, slots=True)
class Ack:
    """A change is kept, as the event `rev`.

    `newer`: another page had entered something newer in the same place, and that counts.
    """

    client_id: str
    client_seq: int
    rev: int
    newer: bool = False


@dataclass(frozen=True, slots=True)
class Saved:
    """The acknowledgements, and how the attempt stands."""

    acks: tuple[Ack, ...]
    state: str
    deadline_at: datetime | None
    closes_at: datetime | None

    def is_overdue(self, now: datetime) -> bool:
        """Whether the clock should have ended the attempt already."""
        return self.state == State.OPEN and self.closes_at is not None and self.closes_at < now


class NoSuchAttempt(LookupError):
    """Not the actor's attempt, not its token, or no such slot: nothing was kept."""


def save(
    session: Session,
    actor: Actor,
    attempt_id: int,
    outbox_key: str,
    changes: Sequence[Change],
    now: datetime,
) -> Saved:
    """Keep these changes, all or none, and acknowledge each; doing it twice changes nothing.

    One statement checks whose attempt it is, decides on lateness and inserts. What comes after
    the end is kept as late. Raises `NoSuchAttempt`.
    """
    if any(change.slot < 1 for change in changes):
        raise NoSuchAttempt(attempt_id)
    whose = {"attempt": attempt_id, "person": actor.person_id, "outbox": outbox_key}
    rows: list[Row[Any]] = []
    if changes:
        postgres = session.get_bind().dialect.name == "postgresql"
        values = whose | {"at": now} | _values(changes)
        rows += session.execute(_insert(postgres, len(changes)), values)
    acks = {(row.client_id, row.client_seq): row for row in rows}
    if len(acks) < len({change.key for change in changes}) or not rows:
        rows += session.execute(_find(changes), whose)
        acks |= {(row.client_id, row.client_seq): row for row in rows if row.id}
    if not rows or any(change.key not in acks for change in changes):
        raise NoSuchAttempt(attempt_id)
    overtaken = _overtaken(session, attempt_id, changes, acks)
    return Saved(
        acks=tuple(
            Ack(*change.key, acks[change.key].id, acks[change.key].id in overtaken)
            for change in changes
        ),
        state=rows[0].state,
        deadline_at=rows[0].deadline_at,
        closes_at=rows[0].closes_at,
    )


def what_changed(
    events: Sequence[Event],
    client_id: str,
    wanted: Mapping[tuple[int, str], JsonValue],
    bases: Mapping[tuple[int, str], int],
    language: str,
) -> list[Change]:
    """The changes between what a page of one form showed and what came back from it.

    Only what the officer changed on that page is written: an old page that is sent again must
    not overwrite what was entered elsewhere since. `wanted` holds the values by slot and kind,
    `bases` the event each was shown from (0 for none).
    """
    shown = {event.id: event.value for event in events}
    own = [event for event in events if event.client_id == client_id]
    said = {(event.slot, event.kind): event.value for event in own}
    sequence = max((event.client_seq for event in own), default=0)
    changes = []
    for (slot, kind), value in wanted.items():
        base = bases.get((slot, kind), 0)
        if value == said.get((slot, kind), shown.get(base, _NOTHING[kind])):
            continue
        sequence += 1
        changes.append(Change(client_id, sequence, slot, kind, value, base, language))
    return changes


_NOTHING: Mapping[str, JsonValue] = {"response": None, "flag": False}
"""What a page shows of a slot nobody has touched."""


# Written out, for what RETURNING may refer to is not the same in SQLAlchemy's two dialects.
_OTHERS = literal_column(
    "(select max(o.id) from journal_event o where o.attempt_id = journal_event.attempt_id"
    " and o.slot = journal_event.slot and o.kind = journal_event.kind"
    " and o.client_id <> journal_event.client_id)",
    BigInteger,
).label("others")
"""The latest event in the same place that another page wrote."""
_ATTEMPT = tuple(
    literal_column(
        f"(select a.{column.key} from attempt a where a.id = journal_event.attempt_id)",  # noqa: S608
        column.type,
    ).label(column.key)
    for column in (Attempt.state, Attempt.deadline_at, Attempt.closes_at)
)


_JOURNAL = JournalEvent.metadata.tables["journal_event"]
_WHOSE = and_(
    Attempt.id == bindparam("attempt"),
    Attempt.person_id == bindparam("person"),
    Attempt.outbox_key == bindparam("outbox"),
)
_COLUMNS: Mapping[str, TypeEngine[Any]] = {
    "client_id": String(),
    "client_seq": BigInteger(),
    "slot": Integer(),
    "kind": String(),
    "value": JSON(),
    "base_rev": BigInteger(),
    "language": String(),
    "client_elapsed_ms": BigInteger(),
}
"""Of the journal, as a change fills them."""


@lru_cache(maxsize=256)
def _insert(postgres: bool, count: int) -> Any:
    """The statement that keeps so many changes; to make it takes longer than to execute it."""
    given = union_all(*map(_row, range(count))).subquery("given")
    at = bindparam("at", type_=Moment())
    version = _version_in(given.c.slot, postgres)
    rows = (
        select(
            Attempt.id,
            *given.c,
            version,
            at,
            or_(
                Attempt.state != State.OPEN,
                and_(Attempt.closes_at.is_not(None), Attempt.closes_at < at),
            ),
        )
        .join(given, true())
        .where(_WHOSE, version.is_not(None))
        .order_by(given.c.client_seq)
        # Whoever submits waits for the saves under way, so that nothing is acknowledged as in
        # time and then not graded.
        .with_for_update(read=True, of=Attempt)
    )
    return (
        (postgresql.insert if postgres else sqlite.insert)(_JOURNAL)
        .from_select(
            ["attempt_id", *_COLUMNS, "item_version_id", "received_at", "late"],
            rows,
        )
        .on_conflict_do_nothing()
        .returning(
            JournalEvent.id,
            JournalEvent.client_id,
            JournalEvent.client_seq,
            _OTHERS,
            *_ATTEMPT,
        )
    )


def _row(place: int) -> Select[*tuple[Any, ...]]:
    """One change, of several in the order given."""
    return select(
        *(
            bindparam(f"change{place}_{name}", type_=kind).label(name)
            for name, kind in _COLUMNS.items()
        )
    )


def _values(changes: Sequence[Change]) -> dict[str, object]:
    """What the rows have places for."""
    return {
        f"change{place}_{name}": value
        for place, change in enumerate(changes)
        for name, value in zip(_COLUMNS, _as_row(change), strict=True)
    }


def _as_row(change: Change) -> tuple[object, ...]:
    return (
        change.client_id,
        change.client_seq,
        change.slot,
        change.kind,
        change.value,
        change.base_rev,
        change.language,
        change.elapsed_ms,
    )


def _version_in(slot: ColumnElement[int], postgres: bool) -> ColumnElement[int | None]:
    """The item version frozen in the slot of a row; nothing where there is no such slot."""
    place = cast(slot - 1, String)
    if postgres:
        found = func.json_extract_path_text(Attempt.slots, place, "version")
        return cast(found, BigInteger)
    return func.json_extract(Attempt.slots, "$[" + place + "].version", type_=Integer)


def _find(changes: Sequence[Change]) -> Select[*tuple[Any, ...]]:
    """The attempt, and of these changes the ones its journal holds already.

    Whether others have written to the same place is not known here, only that they may have.
    """
    same = and_(
        JournalEvent.attempt_id == Attempt.id,
        JournalEvent.client_id.in_({change.client_id for change in changes}),
        JournalEvent.client_seq.in_({change.client_seq for change in changes}),
    )
    return (
        select(
            JournalEvent.id,
            JournalEvent.client_id,
            JournalEvent.client_seq,
            func.coalesce(JournalEvent.id, 0).label("others"),
            Attempt.state,
            Attempt.deadline_at,
            Attempt.closes_at,
        )
        .select_from(Attempt)
        .outerjoin(JournalEvent, same)
        .where(_WHOSE)
    )


def _overtaken(
    session: Session,
    attempt_id: int,
    changes: Sequence[Change],
    acks: Mapping[tuple[str, int], Row[Any]],
) -> frozenset[int]:
    """The events that another page's newer value keeps from counting.

    Only where another page has written to the same place at all is the journal read.
    """
    if not any((acks[change.key].others or 0) > change.base_rev for change in changes):
        return frozenset()
    return frozenset(event.id for event in project(journal(session, attempt_id)).stale)
