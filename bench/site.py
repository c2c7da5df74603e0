"""A platform to measure: one database with all content and many officers, and who they are."""

from __future__ import annotations

import logging
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import psycopg
import structlog
from argon2 import PasswordHasher
from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from bench import content
from bench.visitor import Visitor
from lms import migrations
from lms.accounts.models import Organisation, Person, RoleGrant, SignInSession
from lms.accounts.services.organisations import OrganisationData, add_organisation
from lms.accounts.vault import digest
from lms.adapters.clock import system_clock
from lms.app import create_app
from lms.cohorts.models import ACTIVE, Cohort, Enrolment
from lms.cohorts.services import CohortData, ProgrammeData, add_cohort, add_cycle, add_programme
from lms.config import ROOT, Settings
from lms.content.library import read_library
from lms.core.access import SYSTEM, Role, Scope
from lms.courses.models import Activity, Course
from lms.db import new_session, transaction
from lms.quizzes.models import Quiz
from lms.sync.into_database import bring_in
from lms.wiring import House
from tests.fixtures.postgresql import Server, private_server

SQLITE, POSTGRESQL = "sqlite", "postgresql"
NAMES = {SQLITE: "SQLite", POSTGRESQL: "PostgreSQL"}
OFFICERS = 4000
PASSWORD = "paper lantern harbour"  # noqa: S105 - of officers who do not exist
COURSE, LESSON = "using-a-raman-spectrometer", "010-what-light-tells"


@dataclass(frozen=True, slots=True)
class Officer:
    """Someone enrolled in every course, with a session that is open already."""

    number: int
    login: str
    token: str


@dataclass
class Site:
    """A platform with its database. Officers are handed out once each."""

    engine_name: str
    environ: dict[str, str]
    _next: int = field(default=0)

    @cached_property
    def app(self) -> Flask:
        """The application within this process: to count in, and to sign cookies with."""
        app = create_app(Settings.from_env(self.environ))
        silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
        structlog.configure(wrapper_class=silent)
        return app

    @property
    def house(self) -> House:
        """What the application is made of."""
        house: House = self.app.extensions["house"]
        return house

    @cached_property
    def quiz_id(self) -> int:
        """The quiz of twenty items."""
        with new_session(self.house.engine) as session:
            return session.scalars(
                select(Quiz.id)
                .join(Activity, Activity.id == Quiz.activity_id)
                .join(Course, Course.id == Quiz.course_id)
                .where(Course.slug == content.COURSE)
            ).one()

    def officer(self) -> Officer:
        """An officer who has done nothing yet."""
        self._next += 1
        if self._next > OFFICERS:
            raise LookupError("all officers have been handed out")
        return _officer(self._next)

    def officers(self, count: int) -> list[Officer]:
        """Several of them."""
        return [self.officer() for _ in range(count)]

    def stranger(self, port: int, officer: Officer) -> Visitor:
        """The officer's browser, not signed in. Everyone has an address of their own."""
        high, low = divmod(officer.number, 250)
        return Visitor(port, headers={"X-Forwarded-For": f"10.0.{high}.{low + 1}"})

    def visitor(self, port: int, officer: Officer) -> Visitor:
        """The officer's browser, signed in."""
        visitor = self.stranger(port, officer)
        signer = SecureCookieSessionInterface().get_signing_serializer(self.app)
        if signer is None:
            raise RuntimeError("without a secret key there are no sessions")
        name = self.app.config["SESSION_COOKIE_NAME"]
        visitor.cookies[name] = signer.dumps({"_user_id": officer.token, "_fresh": True})
        return visitor


@contextmanager
def sites(folder: Path) -> Iterator[Sites]:
    """Platforms on both engines, made when they are first asked for."""
    made = Sites(folder)
    try:
        yield made
    finally:
        made.close()


class Sites:
    """The platforms of one run, and the PostgreSQL server of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._content = folder / "content"
        self._server_context = private_server(durable=True)
        self._server: Server | None = None
        self._made: dict[str, Site] = {}

    def __getitem__(self, engine_name: str) -> Site:
        if engine_name not in self._made:
            self._made[engine_name] = self._make(engine_name)
        return self._made[engine_name]

    def database_url(self, engine_name: str, database: str) -> str:
        """The address of an empty database."""
        if engine_name == SQLITE:
            return f"sqlite:///{self.folder / database}.sqlite3"
        if self._server is None:
            self._server = self._server_context.__enter__()
        self._server.execute(f"create database {database}")
        return self._server.url(database)

    def versions(self) -> list[str]:
        """What the engines call themselves."""
        found = [f"SQLite {sqlite3.sqlite_version}"]
        if self._server is not None:
            where = f"host={self._server.folder} user={self._server.user} dbname=postgres"
            with psycopg.connect(where) as connection:
                found.append(f"PostgreSQL {connection.info.server_version // 10000}")
        return found

    def close(self) -> None:
        """End the server, and let go of all connections first."""
        for site in self._made.values():
            site.house.engine.dispose()
        if self._server is not None:
            self._server_context.__exit__(None, None, None)

    def _make(self, engine_name: str) -> Site:
        if not self._content.exists():
            content.write(ROOT, self._content)
        home = self.folder / engine_name
        site = Site(
            engine_name,
            {
                "LMS_HOME": str(home),
                "LMS_DATABASE_URL": self.database_url(engine_name, "bench"),
                "LMS_CONTENT": str(self._content),
                # Everyone comes from an address of their own, as officers do.
                "LMS_TRUSTED_PROXIES": "127.0.0.1",
                "LMS_LOG": "json",
            },
        )
        _fill(site)
        return site


def _officer(number: int) -> Officer:
    return Officer(number, f"officer-{number}@bench.example", f"bench-token-{number}")


def _fill(site: Site) -> None:
    house, now = site.house, system_clock()
    house.prepare_folders()
    migrations.upgrade(house.engine)
    library = read_library(house.settings.content)
    with new_session(house.engine) as session, transaction(session):
        report = bring_in(session, SYSTEM, library, house.files, now)
        if report.is_refused:
            raise RuntimeError("\n".join(map(str, report.errors)))
        organisation = add_organisation(
            session, SYSTEM, OrganisationData("bench", {"en": "Bench administration"}), now
        )
        _add_officers(session, organisation, _cohort(session, organisation, now), now)


def _cohort(session: Session, organisation: Organisation, now: datetime) -> Cohort:
    courses = list(session.scalars(select(Course.id).order_by(Course.id)))
    programme = add_programme(
        session,
        SYSTEM,
        ProgrammeData("bench", organisation.id, {"en": "Bench"}, courses),
        now,
    )
    today = (now - timedelta(days=1)).date()
    cycle = add_cycle(session, SYSTEM, programme, 1, today, now)
    return add_cohort(
        session,
        SYSTEM,
        CohortData("bench", cycle.id, organisation.id, {"en": "Bench"}, "en", "UTC", today),
        now,
    )


def _add_officers(
    session: Session, organisation: Organisation, cohort: Cohort, now: datetime
) -> None:
    """Row by row the services would take minutes, and nothing of that is measured."""
    kept = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1).hash(PASSWORD)
    officers = [_officer(number) for number in range(1, OFFICERS + 1)]
    people = [
        {
            "organisation_id": organisation.id,
            "display_name": f"Officer {one.number}",
            "email": one.login,
            "password_hash": kept,
            "created_at": now,
        }
        for one in officers
    ]
    session.execute(insert(Person), people)
    in_order = (
        select(Person.id).where(Person.organisation_id == organisation.id).order_by(Person.id)
    )
    ids = list(session.scalars(in_order))
    session.execute(
        insert(RoleGrant),
        [
            {
                "person_id": person_id,
                "role": Role.OFFICER,
                "scope": Scope.ORGANISATION,
                "scope_id": organisation.id,
                "granted_at": now,
            }
            for person_id in ids
        ],
    )
    session.execute(
        insert(Enrolment),
        [
            {
                "cohort_id": cohort.id,
                "person_id": person_id,
                "state": ACTIVE,
                "enrolled_at": now,
                "state_changed_at": now,
            }
            for person_id in ids
        ],
    )
    session.execute(
        insert(SignInSession),
        [
            {
                "person_id": person_id,
                "token_digest": digest(one.token),
                "started_at": now,
                "last_seen_at": now,
                "confirmed_at": now,
                "expires_at": now + timedelta(days=1),
            }
            for person_id, one in zip(ids, officers, strict=True)
        ],
    )


def empty(folder: Path) -> Path:
    """The folder, with nothing in it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder
