"""The power goes at any moment: whatever was acknowledged before is there afterwards.

The product writes through its own engine; every system call is recorded, and played back on a
disk that loses what was not synced.
"""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from lms.adapters.clock import system_clock
from lms.adapters.files import FileStore
from lms.config import Settings
from lms.db import make_engine, new_session
from tests.faults.disk import Disk, Said, Step
from tests.faults.recording import record
from tests.faults.size import FULL
from tests.fixtures.drill import add_officers, furnish
from tests.fixtures.postgresql import private_server

CUTS = 1000 if FULL else 100
OFFICERS = 4 if FULL else 2


@pytest.fixture
def home(sqlite_template: Path, tmp_path: Path) -> Path:
    """A folder with a database, as the product would find it when it starts."""
    (tmp_path / "vigie.sqlite3").write_bytes(sqlite_template.read_bytes())
    return tmp_path


@pytest.fixture
def officers(home: Path) -> list[str]:
    settings = Settings.from_env({"LMS_HOME": str(home)})
    engine = make_engine(settings.database_url)
    with new_session(engine) as session:
        now = system_clock()
        drill = furnish(session, FileStore(settings.files), now)
        people = add_officers(session, drill.cohort, OFFICERS, now)
        found = [str(person.id) for person in people]
    engine.dispose()
    return found


@pytest.mark.goal("F2")
def test_no_power_cut_loses_what_was_acknowledged(home, officers, goal):
    before = files_in(home)
    steps = record("tests.faults.officer", ["full", *officers], {"LMS_HOME": str(home)}, home)
    lost = [found for cut in cuts(before, steps) if (found := faults_after(*cut, home))]
    goal(CUTS, lost)


@pytest.mark.goal("F2")
def test_the_same_with_fewer_syncs_does_lose_something(home, officers):
    before = files_in(home)
    steps = record("tests.faults.officer", ["normal", *officers], {"LMS_HOME": str(home)}, home)
    assert any(faults_after(*cut, home) for cut in cuts(before, steps))


@pytest.mark.goal("F2")
def test_postgresql_is_asked_to_lose_nothing():
    wanted = ("fsync", "full_page_writes", "synchronous_commit")
    with private_server() as server:
        engine = make_engine(server.url("postgres"))
        with engine.connect() as connection:
            found = {name: connection.scalar(text(f"show {name}")) for name in wanted}
        engine.dispose()
    assert found == dict.fromkeys(wanted, "on")


def cuts(
    before: dict[str, bytes], steps: Sequence[Step]
) -> Iterator[tuple[dict[str, bytes], list[dict]]]:
    """What the disk holds after a cut and what had been acknowledged, at moments drawn at random.

    Every other time all that was not synced is lost, else any part of it.
    """
    chance = random.Random(8)
    moments = sorted(chance.randrange(len(steps) + 1) for _ in range(CUTS))
    disk, acknowledged, done = Disk(before), [], 0
    for number, moment in enumerate(moments):
        for step in steps[done:moment]:
            disk.do(step)
            if isinstance(step, Said):
                acknowledged.append(json.loads(step.line))
        done = moment
        yield disk.cut(chance if number % 2 else None), acknowledged


def faults_after(files: dict[str, bytes], acknowledged: list[dict], home: Path) -> list[str]:
    """What is wrong after a cut: a broken database, or something acknowledged that is gone."""
    found = home / "found"
    found.mkdir(exist_ok=True)
    for suffix in ("", "-wal"):
        content = files.get(f"{home}/vigie.sqlite3{suffix}")
        path = found / f"vigie.sqlite3{suffix}"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
    with closing(sqlite3.connect(found / "vigie.sqlite3")) as database:
        (state,) = database.execute("pragma integrity_check").fetchone()
        if state != "ok":
            return [state]
        return missing(database, acknowledged)


def missing(database: sqlite3.Connection, acknowledged: list[dict]) -> list[str]:
    """What was acknowledged and is not in the database."""
    attempts = dict(database.execute("select id, receipt from attempt"))
    events = {
        (attempt, sequence, json.loads(value))
        for attempt, sequence, value in database.execute(
            "select attempt_id, client_seq, value from journal_event"
        )
    }
    lost = []
    for one in acknowledged:
        match one:
            case {"started": attempt}:
                kept = attempt in attempts
            case {"saved": [*event]}:
                kept = tuple(event) in events
            case {"submitted": [attempt, receipt]}:
                kept = attempts.get(attempt) == receipt
        if not kept:
            lost.append(str(one))
    return lost


def files_in(home: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in home.rglob("*") if path.is_file()}
