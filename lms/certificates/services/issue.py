"""Issuing: one certificate per person, programme, cycle and course, signed once and for ever."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.models import Organisation, Person
from lms.adapters.signing import KeyStore, SigningKeyError
from lms.audit.services import record
from lms.certificates.models import ISSUED, Certificate, CertificateEvent
from lms.certificates.page import LANGUAGES
from lms.certificates.queries import find_held, passing_scores
from lms.cohorts.models import Programme
from lms.core.access import SYSTEM, Actor
from lms.core.credentials import cose
from lms.core.credentials.claim import Claim, claim_to_cbor, printed_text
from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.numbers import (
    CODE_BITS,
    SERIAL_BITS,
    code_from_bits,
    serial_from_bits,
)
from lms.core.credentials.status import FEWEST_ENTRIES
from lms.core.credentials.term import last_day
from lms.core.text import pick
from lms.courses.activities import Place
from lms.courses.models import Course
from lms.db import transaction
from lms.jobs.services import enqueue

ISSUE, PRINT = "issue_certificate", "print_certificate"
_DRAWS = 20
"""How often numbers are drawn anew when one of them is taken."""


@dataclass(frozen=True, slots=True)
class Seal:
    """With which keys certificates are signed, and the address their QR codes lead to."""

    keys: KeyStore
    public_url: str

    def on_completed(self, session: Session, course: Course, place: Place, now: datetime) -> None:
        """Issue in the transaction that completes the course.

        Where that cannot be (a key that does not open, a full disk), the officer's completion
        counts nevertheless, and the worker issues as soon as it can.
        """
        try:
            with session.begin_nested():
                issue(session, SYSTEM, self, course, place, now)
        except (SigningKeyError, MalformedCredential, OSError):
            payload = {
                "place": asdict(place),
                "course": course.id,
                "completed_at": now.isoformat(),
            }
            key = f"{ISSUE}:{place.cycle_id}:{course.id}:{place.person_id}"
            enqueue(session, ISSUE, payload, now, key)

    def issue_later(self, session: Session, payload: Mapping[str, Any], _now: datetime) -> None:
        """The job of `on_completed`: issue with the day of the completion."""
        with transaction(session):
            course = session.get_one(Course, payload["course"])
            completed_at = datetime.fromisoformat(payload["completed_at"])
            issue(session, SYSTEM, self, course, Place(**payload["place"]), completed_at)


def issue(
    session: Session, actor: Actor, seal: Seal, course: Course, place: Place, now: datetime
) -> Certificate:
    """Issue the certificate of a completed course, or give the one that was issued already.

    Any number of requests may do this at once: the database lets one of them through.
    """
    for _ in range(_DRAWS):
        held = find_held(session, course.id, place)
        if held is not None:
            return held
        certificate = _new(session, actor, seal, course, place, now)
        try:
            with session.begin_nested():
                session.add(certificate)
        except IntegrityError:
            continue
        _note(session, actor, certificate, now)
        return certificate
    raise LookupError("no free numbers found for a certificate")


def _new(
    session: Session, actor: Actor, seal: Seal, course: Course, place: Place, now: datetime
) -> Certificate:
    person = session.get_one(Person, place.person_id)
    programme = session.get_one(Programme, place.programme_id)
    issuing = session.get_one(Organisation, programme.organisation_id)
    claim = _claim(session, course, place, person, programme, issuing, now)
    key = seal.keys.signing_key(claim.issuer, claim.issued_on)
    return Certificate(
        serial=claim.serial,
        code=code_from_bits(secrets.randbits(CODE_BITS)),
        status_index=claim.status_index,
        person_id=person.id,
        programme_id=programme.id,
        cycle_id=place.cycle_id,
        course_id=course.id,
        cohort_id=place.cohort_id,
        organisation_id=issuing.id,
        name=claim.name,
        course_title=claim.course,
        language=claim.language,
        issuer=claim.issuer,
        holder_organisation=_other_organisation(session, person, issuing, claim.language),
        issued_on=claim.issued_on,
        expires_on=claim.expires_on,
        score=claim.score,
        kid=key.record.kid.hex(),
        message=cose.sign(claim_to_cbor(claim), key.private_key),
        public_url=seal.public_url,
        status=ISSUED,
        issued_by=actor.person_id,
        issued_at=now,
    )


def _claim(
    session: Session,
    course: Course,
    place: Place,
    person: Person,
    programme: Programme,
    issuing: Organisation,
    now: datetime,
) -> Claim:
    """What is printed and signed, with numbers drawn anew."""
    language = person.language if person.language in LANGUAGES else LANGUAGES[0]
    issued_on = now.astimezone(ZoneInfo(place.time_zone)).date()
    months = programme.validity_months or course.validity_months
    scores = passing_scores(session, place.cycle_id, [course.id], [person.id])
    return Claim(
        serial=serial_from_bits(secrets.randbits(SERIAL_BITS)),
        name=printed_text(person.display_name),
        course=printed_text(pick(course.title, language)),
        language=language,
        issued_on=issued_on,
        expires_on=last_day(issued_on, months) if months else None,
        # A name that is official in one language: one organisation has one key at a time.
        issuer=printed_text(pick(issuing.name, issuing.language)),
        status_index=secrets.randbelow(_places(session)),
        score=scores.get((person.id, course.id)),
    )


def _places(session: Session) -> int:
    """How many places the status list has: at least twice as many as certificates."""
    issued = session.scalar(select(func.count()).select_from(Certificate)) or 0
    places = FEWEST_ENTRIES
    while places < 2 * issued:
        places *= 2
    return places


def _other_organisation(
    session: Session, person: Person, issuing: Organisation, language: str
) -> str:
    """The holder's own organisation, where it is another than the one that issues."""
    if person.organisation_id == issuing.id:
        return ""
    own = session.get_one(Organisation, person.organisation_id)
    return printed_text(pick(own.name, language))


def _note(session: Session, actor: Actor, certificate: Certificate, now: datetime) -> None:
    """Everything that goes with a new certificate: its history, the log, the printing."""
    session.add(
        CertificateEvent(
            certificate_id=certificate.id, status=ISSUED, at=now, actor_id=actor.person_id
        )
    )
    record(
        session,
        actor,
        "certificate.issued",
        ("certificate", certificate.id),
        now,
        {"person": certificate.person_id, "course": certificate.course_id},
        certificate.organisation_id,
    )
    enqueue(
        session,
        PRINT,
        {"certificate": certificate.id},
        now,
        f"{PRINT}:{certificate.id}",
    )
