"""The one place that knows every feature: what web, worker and commands are made of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint
from flask_babel import LazyString, lazy_gettext
from sqlalchemy import Engine

from lms.accounts import emails, rounds, viewers
from lms.accounts import words as accounts_words
from lms.accounts.queries import person_names
from lms.accounts.scopes import AccountParts
from lms.accounts.services import own, resets
from lms.accounts.vault import Vault
from lms.accounts.views import BLUEPRINTS as ACCOUNTS
from lms.adapters.clock import Clock
from lms.adapters.files import FileStore
from lms.adapters.mail import Mailer, make_mailer
from lms.adapters.signing import KeyStore
from lms.audit.views import AuditParts
from lms.audit.views import bp as audit
from lms.certificates import panels
from lms.certificates import words as certificates_words
from lms.certificates.page import Design
from lms.certificates.services.issue import ISSUE, PRINT, Seal
from lms.certificates.services.printing import Printer
from lms.certificates.views import bp as certificates
from lms.cohorts import words as cohorts_words
from lms.cohorts.parts import CohortParts
from lms.cohorts.queries import Places
from lms.cohorts.scopes import list_scopes
from lms.cohorts.views import bp as cohorts
from lms.config import Settings
from lms.core.access import Permission, Role
from lms.courses import words as courses_words
from lms.courses.activities import ActivityKind, CourseParts
from lms.courses.lessons import Lessons
from lms.courses.views import bp as courses
from lms.db import make_engine
from lms.home.views import bp as home
from lms.jobs.worker import Handler, Round
from lms.question_banks.queries import Practice
from lms.question_banks.views import bp as question_banks
from lms.quizzes import words as quizzes_words
from lms.quizzes.activity import QuizActivity
from lms.quizzes.rounds import CloseOverdue
from lms.quizzes.views import bp as quizzes
from lms.web.navigation import Entry
from lms.web.request import Viewer

STATIC = Path(__file__).parent / "static"
TRANSLATIONS = Path(__file__).parent / "translations"

KINDS: tuple[ActivityKind, ...] = (Lessons(), QuizActivity())
ACTIONS: Mapping[str, LazyString] = {
    **accounts_words.ACTIONS,
    **courses_words.ACTIONS,
    **cohorts_words.ACTIONS,
    **quizzes_words.ACTIONS,
    **certificates_words.ACTIONS,
}
"""Every act of the log, in words."""
BLUEPRINTS: tuple[Blueprint, ...] = (
    home,
    courses,
    quizzes,
    question_banks,
    cohorts,
    certificates,
    *ACCOUNTS,
    audit,
)
NAVIGATION: tuple[Entry, ...] = (
    Entry("home.index", lazy_gettext("Home"), Permission.ACCOUNT_OWN, ("home",)),
    Entry("courses.index", lazy_gettext("Courses"), Permission.COURSE_TAKE, ("courses",)),
    Entry(
        "quizzes.index",
        lazy_gettext("Quizzes"),
        Permission.QUIZ_TAKE,
        ("quizzes",),
        roles=(Role.OFFICER,),
    ),
    Entry(
        "question_banks.index",
        lazy_gettext("Question banks"),
        Permission.BANK_READ,
        ("question_banks",),
    ),
    Entry(
        "certificates.index",
        lazy_gettext("Certificates"),
        Permission.CERTIFICATE_OWN,
        ("certificates",),
        roles=(Role.OFFICER,),
    ),
    Entry("cohorts.index", lazy_gettext("Cohorts"), Permission.COHORT_READ, ("cohorts",)),
    Entry("people.index", lazy_gettext("People"), Permission.PEOPLE_MANAGE, ("people",)),
    Entry(
        "organisations.index",
        lazy_gettext("Organisations"),
        Permission.ORGANISATION_MANAGE,
        ("organisations",),
    ),
    Entry("audit.index", lazy_gettext("Audit log"), Permission.AUDIT_READ, ("audit",)),
)


@dataclass(frozen=True, slots=True)
class House:
    """Everything that is made once and used everywhere."""

    settings: Settings
    clock: Clock
    engine: Engine
    files: FileStore
    keys: KeyStore
    design: Design
    mailer: Mailer
    vault: Vault
    account_parts: AccountParts
    audit_parts: AuditParts
    seal: Seal
    course_parts: CourseParts
    cohort_parts: CohortParts
    find_viewer: Callable[[str], Viewer | None]
    handlers: Mapping[str, Handler]
    rounds: tuple[Round, ...]

    def prepare_folders(self) -> None:
        """Make the folders that an embedded database and stored files lie in."""
        database = self.engine.url.database
        if self.engine.dialect.name == "sqlite" and database:
            Path(database).parent.mkdir(parents=True, exist_ok=True)
        self.settings.files.mkdir(parents=True, exist_ok=True)

    def parts(self) -> dict[Any, Any]:
        """What views ask for, by class or name."""
        return {
            "clock": self.clock,
            "public_url": self.settings.public_url,
            FileStore: self.files,
            KeyStore: self.keys,
            Design: self.design,
            Vault: self.vault,
            AccountParts: self.account_parts,
            AuditParts: self.audit_parts,
            "remember": own.remember,
            Seal: self.seal,
            CourseParts: self.course_parts,
            CohortParts: self.cohort_parts,
        }


def build(settings: Settings, clock: Clock) -> House:
    """The house for these settings."""
    files = FileStore(settings.files)
    keys = KeyStore(settings.keys, settings.key_passphrase)
    design = Design(settings.templates, TRANSLATIONS)
    seal = Seal(keys, settings.public_url)
    vault = Vault(settings.secret_key)
    mailer = make_mailer(settings.smtp_url, settings.mail_folder, settings.mail_from, clock)
    course_parts = CourseParts(
        kinds={one.name: one for one in KINDS},
        practice=Practice(),
        enrolments=Places(),
        panels=(panels.course_panel,),
        on_completed=(seal.on_completed,),
    )
    return House(
        settings=settings,
        clock=clock,
        engine=make_engine(settings.database_url),
        files=files,
        keys=keys,
        design=design,
        mailer=mailer,
        vault=vault,
        account_parts=AccountParts(scopes=(list_scopes,)),
        audit_parts=AuditParts(names=person_names, words=ACTIONS),
        seal=seal,
        course_parts=course_parts,
        cohort_parts=CohortParts((panels.score_column, panels.certificate_column)),
        find_viewer=viewers.find_viewer,
        handlers={
            PRINT: Printer(design, keys, files),
            ISSUE: seal.issue_later,
            emails.JOB: emails.Postman(
                vault, mailer, settings.templates, TRANSLATIONS, settings.public_url
            ),
            resets.JOB: resets.ResetClerk(vault),
        },
        rounds=(
            Round("overdue attempts", timedelta(seconds=10), CloseOverdue(course_parts)),
            Round("forgotten failures", timedelta(hours=1), rounds.forget),
        ),
    )
