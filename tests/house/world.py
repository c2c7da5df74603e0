"""Two administrations with everybody in them, and things that belong to one of them.

For tests of who may go where. Most of it belongs to `officer`, who has handed in one attempt and
begun another, and holds a certificate.
"""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Connection, Engine, event, select, update
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person, RoleGrant, SignInSession
from lms.adapters.files import FileStore
from lms.app import create_app
from lms.certificates.services.issue import Seal, issue
from lms.certificates.services.printing import page_of
from lms.config import Settings
from lms.content.markdown import SpectrumBlock
from lms.core.access import SYSTEM, Actor, Role, Scope
from lms.core.spectra import figures
from lms.courses.activities import CourseParts
from lms.courses.lessons import open_lesson
from lms.courses.models import Course, LessonPicture
from lms.courses.queries import OpenCourse, find_course
from lms.db import new_session, transaction
from lms.question_banks.models import Item, ItemVersion, QuestionBank
from lms.question_banks.queries import figure_mark, parsed
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.services.start import Draft, prepare, start
from lms.quizzes.services.submit import submit
from tests.fixtures.cookies import sign_in_at_once
from tests.fixtures.drill import Drill, add_officers, furnish, new_person, open_cohort
from tests.fixtures.house import WRITES_OF_A_GET, Clock

NOBODY = "anonymous"
PEOPLE = {
    "officer": None,
    "other officer": None,
    "trainer": Role.TRAINER,
    "coordinator": Role.COORDINATOR,
    "administrator": Role.ADMINISTRATOR,
    "other's officer": None,
    "other's trainer": Role.TRAINER,
    "other's coordinator": Role.COORDINATOR,
    "other's administrator": Role.ADMINISTRATOR,
    "platform's administrator": Role.ADMINISTRATOR,
    "suspended": None,
}
"""Who they are, and which role they have beside that of an officer. "other's": of the other
administration."""


@dataclass
class World:
    """The application, its people and what stands in addresses."""

    app: Flask
    clock: Clock
    home: Path
    cookies: dict[str, dict[str, str]]
    values: dict[str, Any]
    """By the name of a part of an address: what belongs there."""
    written: list[str]
    """What was written to the database since somebody looked, apart from when who was seen."""

    def client(self, who: str) -> FlaskClient:
        """A browser of this person."""
        client = self.app.test_client()
        for name, value in self.cookies.get(who, {}).items():
            client.set_cookie(name, value)
        return client

    def put_back(self) -> None:
        """As it was in the beginning."""
        _copy(self.home / "beginning", self.app.extensions["engine"].url.database)


def _copy(source: Path | str, target: Path | str) -> None:
    with closing(sqlite3.connect(source)) as one, closing(sqlite3.connect(target)) as other:
        one.backup(other)


@contextmanager
def made(home: Path, url: str) -> Iterator[World]:
    """The world, in a folder and a database with all tables."""
    clock = Clock()
    settings = Settings.from_env({"LMS_HOME": str(home), "LMS_DATABASE_URL": url})
    app = create_app(settings, clock)
    house = app.extensions["house"]
    with new_session(house.engine) as session:
        drill = furnish(session, FileStore(settings.files), clock())
        people = _people(session, drill, clock())
        values = _belongings(session, app, drill, people["officer"], clock())
        signed_in = sign_in_at_once(app, session, list(people.values()), clock())
        session_of = select(SignInSession.id).where(SignInSession.person_id == people["officer"].id)
        values["session_id"] = session.scalars(session_of).one()
        with transaction(session):
            session.merge(people["suspended"]).suspended_at = clock()
        grant_of = select(RoleGrant.id).where(RoleGrant.person_id == people["trainer"].id)
        values["grant_id"] = session.scalars(grant_of).one()
        values["person_id"] = people["other officer"].id
        values["trainer"] = people["trainer"].id
    house.engine.dispose()
    world = World(app, clock, home, dict(zip(people, signed_in, strict=True)), values, [])
    _copy(house.engine.url.database, home / "beginning")
    _watch(house.engine, world.written)
    yield world
    house.engine.dispose()


def _people(session: Session, drill: Drill, now: datetime) -> dict[str, Person]:
    with transaction(session):
        other = Organisation(slug="other", name={"en": "Other"}, kind="customs", created_at=now)
        session.add(other)
        session.flush()
        open_cohort(session, other, drill.course, "other", now)
    people = {}
    for who, role in PEOPLE.items():
        if role is None and who != "other's officer":
            (people[who],) = add_officers(session, drill.cohort, 1, now)
            continue
        home = other if who.startswith("other's") else drill.organisation
        with transaction(session):
            session.add(person := new_person(home.id, now))
            session.flush()
            if role is not None:
                session.add(_grant(person, role, whole=who.startswith("platform's"), now=now))
        people[who] = person
    return people


def _grant(person: Person, role: Role, *, whole: bool, now: datetime) -> RoleGrant:
    return RoleGrant(
        person_id=person.id,
        role=role,
        scope=Scope.PLATFORM if whole else Scope.ORGANISATION,
        scope_id=0 if whole else person.organisation_id,
        granted_at=now,
    )


def _belongings(
    session: Session, app: Flask, drill: Drill, officer: Person, now: datetime
) -> dict[str, Any]:
    parts, seal = app.extensions["vigie"][CourseParts], app.extensions["vigie"][Seal]
    actor = Actor(officer.id, officer.organisation_id)
    found = find_course(session, actor, "drill", parts, now)
    with transaction(session):
        for table in (Course, QuestionBank):
            session.execute(update(table).values(sharing="organisation"))
    handed_in, begun = (
        _attempt(session, actor, found, drill.quiz, parts, now, ends) for ends in (True, False)
    )
    with transaction(session):
        certificate = issue(session, SYSTEM, seal, drill.course, found.place, now)
    lesson = open_lesson(session, actor, "drill", "010-read", "en", parts, now)
    (spectrum,) = [block for block in lesson.lesson.blocks if isinstance(block, SpectrumBlock)]
    picture = session.scalars(select(LessonPicture)).one()
    version = session.scalars(
        select(ItemVersion)
        .join(Item, Item.current_version_id == ItemVersion.id)
        .where(Item.key == "choice-001")
    ).one()
    return {
        "course": "drill",
        "lesson": "010-read",
        "item": "choice-001",
        "bank": "drill",
        "organisation": drill.organisation.slug,
        "slug": "drill",
        "quiz_id": drill.quiz.id,
        "attempt_id": begun.id,
        "handed in": handed_in.id,
        "outbox key": begun.outbox_key,
        "serial": certificate.serial,
        "typed": certificate.code,
        "payload": page_of(certificate).qr_address.partition("/V/")[2],
        "sha256": picture.sha256,
        "name": picture.name,
        "digest": figures.digest(spectrum.figure),
        "version": version.id,
        "mark": figure_mark(parsed(version).figure),
        "check": "lamp",
        "act": "suspend",
        "token": "a-token-that-nobody-was-sent",
        "static": app.extensions["assets"].name("favicon.svg"),
    }


def _attempt(
    session: Session,
    actor: Actor,
    found: OpenCourse,
    quiz: Quiz,
    parts: CourseParts,
    now: datetime,
    ends: bool,
) -> Attempt:
    draft = prepare(session, found, quiz, parts, now, random.Random(1))
    assert isinstance(draft, Draft)
    with transaction(session):
        attempt_id = start(session, actor, draft, "en", now)
        if ends:
            submit(session, actor, attempt_id, parts, now)
    return session.get_one(Attempt, attempt_id)


def _watch(engine: Engine, written: list[str]) -> None:
    """Notes the statements of every transaction that changed a row, but for who was seen when."""

    def begin(connection: Connection) -> None:
        connection.info["changes"], connection.info["said"] = _changes(connection), []

    def execute(connection: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        statement = " ".join(statement.lower().split())
        if statement.startswith(("insert", "update", "delete")):
            connection.info["said"].append(statement)

    def commit(connection: Connection) -> None:
        if _changes(connection) > connection.info["changes"]:
            said = connection.info["said"]
            written.extend(one for one in said if not one.startswith(WRITES_OF_A_GET))

    for name, listener in (
        ("begin", begin),
        ("before_cursor_execute", execute),
        ("commit", commit),
    ):
        event.listen(engine, name, listener)


def _changes(connection: Connection) -> int:
    """How many rows this connection has ever changed."""
    changes: int = connection.connection.total_changes
    return changes
