"""Reading certificates: one's own, those of one's reach, and the one that a stranger asks for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from lms.accounts.models import Person
from lms.certificates.models import (
    ISSUED,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    Certificate,
    CertificateEvent,
)
from lms.cohorts.models import Cohort
from lms.cohorts.queries import within
from lms.core.access import Actor, Permission, reach
from lms.core.credentials import cose
from lms.core.credentials.claim import Claim, claim_from_cbor
from lms.core.credentials.status import FEWEST_ENTRIES, Status, StatusList, status_list
from lms.core.credentials.verdict import Kind, validity
from lms.courses.activities import Place
from lms.courses.models import Activity
from lms.jobs.models import FAILED, Job
from lms.quizzes.models import Attempt, Quiz, Result

STATUSES = {
    ISSUED: Status.IN_FORCE,
    REVOKED: Status.REVOKED,
    SUSPENDED: Status.SUSPENDED,
    SUPERSEDED: Status.SUPERSEDED,
}
"""The statuses of the database as the published list writes them."""


@dataclass(frozen=True, slots=True)
class Change:
    """A line of a certificate's history."""

    status: str
    at: datetime
    by: str | None
    """Who did it; None for the platform itself."""
    reason: str


def claim_in(certificate: Certificate) -> Claim:
    """The facts, as they were signed."""
    return claim_from_cbor(cose.read(certificate.message).payload)


def standing(certificate: Certificate, now: datetime) -> Kind:
    """What the certificate is worth now."""
    return validity(claim_in(certificate), STATUSES[certificate.status], now)


def list_own(session: Session, actor: Actor) -> list[Certificate]:
    """The actor's certificates, newest first."""
    query = (
        select(Certificate)
        .where(Certificate.person_id == actor.person_id)
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
    )
    return list(session.scalars(query))


def find_readable(session: Session, actor: Actor, serial: str) -> Certificate | None:
    """A certificate of the actor's own, or one that lies in their reach."""
    query = select(Certificate).where(
        Certificate.serial == serial,
        or_(Certificate.person_id == actor.person_id, _in_reach(actor)),
    )
    return session.scalar(query)


def find_managed(session: Session, actor: Actor, serial: str) -> Certificate | None:
    """A certificate whose status the actor may change."""
    query = select(Certificate).where(Certificate.serial == serial, _in_reach(actor))
    return session.scalar(query)


def cohort_of(session: Session, actor: Actor, certificate: Certificate) -> Cohort | None:
    """The cohort in which a certificate was earned, where the actor may see it."""
    query = select(Cohort).where(
        Cohort.id == certificate.cohort_id, within(actor, Permission.COHORT_READ)
    )
    return session.scalar(query)


def find_held(session: Session, course_id: int, place: Place) -> Certificate | None:
    """What the holder of a place has got for a course in this cycle."""
    query = select(Certificate).where(
        Certificate.person_id == place.person_id,
        Certificate.programme_id == place.programme_id,
        Certificate.cycle_id == place.cycle_id,
        Certificate.course_id == course_id,
        Certificate.status != SUPERSEDED,
    )
    return session.scalar(query)


def held_in(session: Session, cycle_id: int) -> dict[tuple[int, int], Certificate]:
    """All certificates of a cycle, by (person id, course id)."""
    query = select(Certificate).where(
        Certificate.cycle_id == cycle_id, Certificate.status != SUPERSEDED
    )
    return {(found.person_id, found.course_id): found for found in session.scalars(query)}


def find_by_number(session: Session, code: str | None, serial: str | None) -> Certificate | None:
    """The certificate with a verify code or a serial, for anyone who has it in hand."""
    query = select(Certificate).where(
        or_(Certificate.code == (code or ""), Certificate.serial == (serial or ""))
    )
    return session.scalar(query)


def find_by_file(session: Session, digest: str) -> Certificate | None:
    """The certificate that was printed as this file."""
    return session.scalar(select(Certificate).where(Certificate.pdf_sha256 == digest))


def history(session: Session, certificate: Certificate) -> list[Change]:
    """Everything that became of a certificate, oldest first."""
    query = (
        select(
            CertificateEvent.status,
            CertificateEvent.at,
            Person.display_name,
            CertificateEvent.reason,
        )
        .outerjoin(Person, Person.id == CertificateEvent.actor_id)
        .where(CertificateEvent.certificate_id == certificate.id)
        .order_by(CertificateEvent.id)
    )
    return [Change(*row) for row in session.execute(query)]


def status_since(session: Session, certificate: Certificate) -> datetime | None:
    """When the certificate got the status it has."""
    query = select(func.max(CertificateEvent.at)).where(
        CertificateEvent.certificate_id == certificate.id,
        CertificateEvent.status == certificate.status,
    )
    return session.scalar(query)


def printing_failed(session: Session, certificate: Certificate) -> bool:
    """Whether the printing was given up."""
    query = select(Job.id).where(
        Job.unique_key == f"print_certificate:{certificate.id}", Job.state == FAILED
    )
    return session.scalar(query) is not None


def published_statuses(session: Session) -> StatusList:
    """The status list: every place but those of certificates that are not in force is empty."""
    highest = session.scalar(select(func.max(Certificate.status_index))) or 0
    entries = FEWEST_ENTRIES
    while entries <= highest:
        entries *= 2
    listed = select(Certificate.status_index, Certificate.status).where(
        Certificate.status != ISSUED
    )
    return status_list(
        {index: STATUSES[status] for index, status in session.execute(listed)}, entries
    )


def best_scores(
    session: Session, cycle_id: int, course_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """The best percent of each person in the last quiz of each course, by (person, course)."""
    return _scores(session, cycle_id, course_ids, person_ids, only_passed=False)


def passing_scores(
    session: Session, cycle_id: int, course_ids: Collection[int], person_ids: Collection[int]
) -> dict[tuple[int, int], int]:
    """The same, of attempts that were passed: what a certificate prints."""
    return _scores(session, cycle_id, course_ids, person_ids, only_passed=True)


def _scores(
    session: Session,
    cycle_id: int,
    course_ids: Collection[int],
    person_ids: Collection[int],
    only_passed: bool,
) -> dict[tuple[int, int], int]:
    newer = aliased(Result)
    superseded = select(newer.id).where(
        newer.attempt_id == Result.attempt_id, newer.sequence > Result.sequence
    )
    query = (
        select(Attempt.person_id, Quiz.course_id, Activity.position, func.max(Result.percent))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Activity, Activity.id == Quiz.activity_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(
            Attempt.cycle_id == cycle_id,
            Attempt.person_id.in_(person_ids),
            Attempt.state != "voided",
            Quiz.course_id.in_(course_ids),
            Activity.is_required,
            ~superseded.exists(),
        )
        .group_by(Attempt.person_id, Quiz.course_id, Activity.position)
        .order_by(Activity.position)
    )
    if only_passed:
        query = query.where(Result.passed)
    # In the order of the course, so that the last quiz is what stays.
    return {(person, course): percent for person, course, _, percent in session.execute(query)}


def _in_reach(actor: Actor) -> ColumnElement[bool]:
    """Of a cohort or an organisation in which the actor manages certificates."""
    cohorts = select(Cohort.id).where(within(actor, Permission.CERTIFICATE_MANAGE))
    organisations = reach(actor, Permission.CERTIFICATE_MANAGE)
    if organisations is None:
        return true()
    return or_(Certificate.cohort_id.in_(cohorts), Certificate.organisation_id.in_(organisations))
