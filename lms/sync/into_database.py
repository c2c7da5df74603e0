"""Files into the database: what changed in them and not here, and nothing else.

A course or bank with an error is left out as a whole, and a course whose bank is left out waits
for it: the site goes on with the last good content.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.adapters.files import FileStore
from lms.audit.services import record
from lms.content.checks import check_library
from lms.content.library import BANKS, COURSES, Library
from lms.core.access import Actor
from lms.courses.models import Course
from lms.question_banks.models import QuestionBank
from lms.sync.banks import Banks
from lms.sync.courses import Courses
from lms.sync.report import Outcome, Report


class NoContent(ValueError):
    """There is no courses/ and no question_banks/ where content was looked for."""


def bring_in(
    session: Session, actor: Actor, library: Library, files: FileStore, now: datetime
) -> Report:
    """Bring a library in, within the caller's transaction. Raises `NoContent`.

    Doing it again writes nothing.
    """
    if not any((library.root / folder).is_dir() for folder in (COURSES, BANKS)):
        raise NoContent(str(library.root))
    report = Report(problems=check_library(library))
    left_out = _left_out(library, report)
    banks = Banks(session, actor, files, now, report)
    for slug, bank in library.banks.items():
        if f"{BANKS}/{slug}" not in left_out:
            banks.bring_in(bank)
    courses = Courses(session, files, now, report)
    for slug, course in library.courses.items():
        if f"{COURSES}/{slug}" not in left_out:
            courses.bring_in(course)
    _take_out(session, library, left_out, courses, banks)
    if report.has_written:
        counts = {"counts": report.counts}
        record(session, actor, "content.synced", ("content", "files"), now, counts)
    return report


def _left_out(library: Library, report: Report) -> set[str]:
    """The folders that cannot be brought in, such as "courses/raman"."""
    broken = {"/".join(problem.file.split("/")[:2]) for problem in report.errors}
    for folder in sorted(broken):
        kind = "course" if folder.startswith(COURSES) else "bank"
        report.add(kind, folder.split("/")[-1], Outcome.LEFT_OUT, "see its problems")
    waiting = set()
    for slug, course in library.courses.items():
        missing = [bank for bank in course.banks if f"{BANKS}/{bank}" in broken]
        if missing and f"{COURSES}/{slug}" not in broken:
            waiting.add(f"{COURSES}/{slug}")
            report.add("course", slug, Outcome.LEFT_OUT, f"waits for the bank {missing[0]}")
    return broken | waiting


def _take_out(
    session: Session, library: Library, left_out: set[str], courses: Courses, banks: Banks
) -> None:
    """Courses and banks whose folders are gone."""
    for course in session.scalars(select(Course).where(Course.agreed_fingerprint.is_not(None))):
        if course.slug not in library.courses and f"{COURSES}/{course.slug}" not in left_out:
            courses.take_out(course)
    known = select(QuestionBank).where(QuestionBank.agreed_fingerprint.is_not(None))
    for bank in session.scalars(known):
        if bank.slug not in library.banks and f"{BANKS}/{bank.slug}" not in left_out:
            banks.take_out(bank)
