"""kill -9 for every process of the server, again and again, while officers take a quiz."""

from __future__ import annotations

import asyncio
import random
import socket
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bench.visitor import Visitor
from lms import migrations
from lms.accounts.models import Person
from lms.adapters.clock import system_clock
from lms.adapters.files import FileStore
from lms.app import create_app
from lms.config import Settings
from lms.db import make_engine, new_session
from lms.quizzes.models import Attempt, JournalEvent
from tests.faults.group import Group, serving_group
from tests.faults.officers import Officer
from tests.faults.size import FULL
from tests.fixtures.cookies import sign_in_at_once
from tests.fixtures.drill import add_officers, furnish
from tests.fixtures.postgresql import private_server

KILLS = 100 if FULL else 10
OFFICERS = 400 if FULL else 24
PAUSE = 2.0 if FULL else 0.3
RESPONSES = 60 if FULL else 20
SERVES_FOR = (0.2, 1.2)
"""Seconds from the first answer to the next kill."""


@dataclass
class Site:
    """A furnished installation that nobody serves yet."""

    environ: dict[str, str]
    settings: Settings
    quiz: int
    people: list[Person]
    cookies: list[dict[str, str]]


def furnished(home: Path, url: str) -> Site:
    environ = {"LMS_HOME": str(home), "LMS_DATABASE_URL": url}
    settings, now = Settings.from_env(environ), system_clock()
    app = create_app(settings)
    engine = app.extensions["engine"]
    with new_session(engine) as session:
        drill = furnish(session, FileStore(settings.files), now)
        people = add_officers(session, drill.cohort, OFFICERS, now)
        cookies = sign_in_at_once(app, session, people, now)
        site = Site(environ, settings, drill.quiz.id, people, cookies)
    engine.dispose()
    return site


@pytest.fixture
def site_on_sqlite(sqlite_url: str, tmp_path: Path) -> Site:
    return furnished(tmp_path, sqlite_url)


@pytest.fixture
def site_on_postgresql(tmp_path: Path) -> Iterator[Site]:
    with private_server(durable=True) as server:
        server.execute("create database vigie")
        url = server.url("vigie")
        migrated = make_engine(url)
        migrations.upgrade(migrated)
        migrated.dispose()
        yield furnished(tmp_path, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def site(request: pytest.FixtureRequest) -> Site:
    return request.getfixturevalue(f"site_on_{request.param}")


@pytest.mark.goal("F1")
def test_killing_the_server_loses_and_doubles_nothing(site, goal):
    port = free_port()
    arguments = ("--port", str(port), "--processes", "2")
    with serving_group(site.environ, *arguments) as group:
        officers = asyncio.run(take_while_killing(site, group, port))
    acknowledged = [event for officer in officers for event in officer.saved]
    assert len(acknowledged) > KILLS
    goal(len(acknowledged), [*faults_of(officers), *faults_in_database(site, officers)])


async def take_while_killing(site: Site, group: Group, port: int) -> list[Officer]:
    chance, done = random.Random(1), asyncio.Event()
    officers = [
        Officer(
            Visitor(port, cookies=dict(cookies)), site.quiz, random.Random(number), PAUSE, RESPONSES
        )
        for number, cookies in enumerate(site.cookies)
    ]
    at_work = asyncio.gather(*(officer.work(done) for officer in officers))
    for _ in range(KILLS):
        group.start()
        await served(officers)
        await asyncio.sleep(chance.uniform(*SERVES_FOR))
        await asyncio.to_thread(group.kill)
    group.start()
    await served(officers)
    done.set()
    await at_work
    return officers


async def served(officers: list[Officer]) -> None:
    """Until somebody's response is acknowledged, once more than before."""
    before = sum(len(officer.saved) for officer in officers)
    while sum(len(officer.saved) for officer in officers) == before:
        await asyncio.sleep(0.01)


def faults_of(officers: list[Officer]) -> Iterator[str]:
    """What officers were told that they should not have been."""
    for officer in officers:
        yield from officer.unexpected
        for named in officer.started:
            if len(named) != 1:
                yield f"a start sent twice led to {named}"


def faults_in_database(site: Site, officers: list[Officer]) -> Iterator[str]:
    """What is lost, doubled or broken."""
    engine = make_engine(site.settings.database_url)
    with new_session(engine) as session:
        kept = Counter(
            (event.attempt_id, event.client_id, event.client_seq, event.value)
            for event in session.scalars(select(JournalEvent))
        )
        yield from (f"kept {count} times: {event}" for event, count in kept.items() if count > 1)
        attempts = {one.id: one for one in session.scalars(select(Attempt))}
        for officer, person in zip(officers, site.people, strict=True):
            yield from (f"lost: {event}" for event in officer.saved if event not in kept)
            started = {attempt for named in officer.started for attempt in named}
            own = {one.id for one in attempts.values() if one.person_id == person.id}
            if not started <= own or len(own - started) > 1:
                yield f"{person.id} started {started} and has {own}"
            for attempt in officer.submitted:
                if attempts[attempt].state != "graded" or attempts[attempt].receipt is None:
                    yield f"attempt {attempt} was handed in and is {attempts[attempt].state}"
        if engine.dialect.name == "sqlite":
            state = session.scalar(text("pragma integrity_check"))
            if state != "ok":
                yield state
    engine.dispose()


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
