"""`lms certificate`: issue to a cohort, and check one."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.certificates import verification
from lms.certificates.services.due import OfficerOutcome, Outcome, issue_due
from lms.certificates.verification import Answer
from lms.cohorts.models import Cohort
from lms.cohorts.queries import courses_of
from lms.core.access import SYSTEM
from lms.core.credentials.verdict import Kind
from lms.core.text import pick
from lms.courses.models import Course
from lms.db import new_session, transaction
from lms.wiring import House

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
_WORDS = {
    Outcome.ISSUED: "issued",
    Outcome.ALREADY_ISSUED: "issued before",
    Outcome.NOT_COMPLETED: "not completed",
    Outcome.WITHDRAWN: "withdrawn from the cohort",
}


@click.group()
def certificate() -> None:
    """Certificates: issue what is due, check what was issued."""


@certificate.command("issue")
@click.option("--cohort", "cohort_slug", required=True, help="The cohort's name in its address.")
@click.option("--course", "course_slug", required=True, help="The course's name in its address.")
@_as_json
@click.pass_obj
def issue_command(house: House, cohort_slug: str, course_slug: str, as_json: bool) -> None:
    """Issue to every officer of a cohort who has completed a course.

    Says of everyone else why not. Doing it again issues nothing twice. The worker prints the PDFs.
    """
    with new_session(house.engine) as session, transaction(session):
        cohort, course = _find(session, cohort_slug, course_slug)
        parts = (house.seal, house.course_parts)
        outcomes = list(issue_due(session, SYSTEM, *parts, cohort, course, house.clock()))
    if as_json:
        _print_json(_counted(cohort, course, outcomes))
    else:
        for one in outcomes:
            click.echo(_line(one))
        issued = sum(one.outcome is Outcome.ISSUED for one in outcomes)
        click.echo(f"{issued} of {len(outcomes)} issued now.")


@certificate.command("verify")
@click.argument("file_or_code")
@_as_json
@click.pass_obj
def verify_command(house: House, file_or_code: str, as_json: bool) -> None:
    """Check a PDF file, a code, a certificate number or a QR address. Exits 1 unless valid."""
    with new_session(house.engine) as session:
        answer = _check(house, session, file_or_code)
    if as_json:
        _print_json(_as_document(answer))
    else:
        for name, value in _as_document(answer).items():
            click.echo(f"{name.replace('_', ' '):<14} {value}")
    is_valid = answer is not None and answer.kind is Kind.VALID and answer.status_known
    sys.exit(0 if is_valid else 1)


def _find(session: Session, cohort_slug: str, course_slug: str) -> tuple[Cohort, Course]:
    cohort = session.scalar(select(Cohort).where(Cohort.slug == cohort_slug))
    if cohort is None:
        raise click.ClickException(f"There is no cohort {cohort_slug!r}.")
    courses = {course.slug: course for course in courses_of(session, cohort.programme_id)}
    if course_slug not in courses:
        known = ", ".join(courses) or "none"
        raise click.ClickException(f"The cohort does not take {course_slug!r}, but: {known}.")
    return cohort, courses[course_slug]


def _check(house: House, session: Session, file_or_code: str) -> Answer | None:
    path, now = Path(file_or_code), house.clock()
    if path.suffix.lower() == ".pdf" or path.is_file():
        try:
            content = path.read_bytes()
        except OSError as problem:
            raise click.ClickException(f"{path}: {problem.strerror}") from None
        return verification.check_file(session, house.keys, content, now)
    number = verification.number_in(file_or_code)
    if number is not None:
        return verification.check_number(session, house.keys, number, now)
    return verification.check_payload(session, house.keys, file_or_code, now)


def _as_document(answer: Answer | None) -> dict[str, Any]:
    if answer is None:
        return {"verdict": "unknown"}
    document: dict[str, Any] = {"verdict": answer.kind.value, "status_known": answer.status_known}
    if answer.since is not None:
        document["since"] = answer.since.isoformat()
    claim = answer.claim
    if claim is not None:
        document |= {
            "serial": claim.serial,
            "name": claim.name,
            "course": claim.course,
            "language": claim.language,
            "score": claim.score,
            "issued_on": claim.issued_on.isoformat(),
            "expires_on": claim.expires_on and claim.expires_on.isoformat(),
            "issuer": claim.issuer,
        }
    return document


def _counted(cohort: Cohort, course: Course, outcomes: list[OfficerOutcome]) -> dict[str, Any]:
    counts = Counter(one.outcome for one in outcomes)
    return {
        "cohort": cohort.slug,
        "course": course.slug,
        "counts": {outcome.value: counts[outcome] for outcome in Outcome},
        "officers": [
            {
                "person": one.person.id,
                "name": one.person.display_name,
                "outcome": one.outcome.value,
                "serial": one.certificate.serial if one.certificate else None,
                "missing": [pick(title, "en") for title in one.missing],
            }
            for one in outcomes
        ],
    }


def _line(one: OfficerOutcome) -> str:
    details = [one.certificate.serial] if one.certificate else []
    if one.missing:
        details.append("still to do: " + ", ".join(pick(title, "en") for title in one.missing))
    return "; ".join([f"{one.person.display_name}: {_WORDS[one.outcome]}", *details])


def _print_json(document: dict[str, Any]) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))
