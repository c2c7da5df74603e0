"""Adding, changing, suspending and reinstating people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.authority import may_manage
from lms.accounts.models import Person, RoleGrant
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.roles import keep_an_administrator
from lms.accounts.services.sessions import end_sessions
from lms.accounts.services.tokens import void_tokens
from lms.accounts.spelling import tidy_email, tidy_name, tidy_number
from lms.audit.services import record
from lms.core.access import Actor, Permission, Subject, may


@dataclass(frozen=True, slots=True)
class PersonData:
    """What is known of a person. An e-mail, a staff number, or both."""

    organisation_id: int
    display_name: str
    email: str | None = None
    staff_number: str | None = None
    given_names: str = ""
    family_name: str = ""
    language: str = "en"
    time_zone: str = "UTC"
    accommodation_percent: int = 0
    is_demo: bool = False


def add_person(session: Session, actor: Actor, data: PersonData, now: datetime) -> Person:
    """A new account, without a password yet. Raises `Refused`."""
    if not may(actor, Permission.PEOPLE_MANAGE, Subject(organisation_id=data.organisation_id)):
        raise Refused(Refusal.NOT_YOURS)
    person = Person(organisation_id=data.organisation_id, is_demo=data.is_demo, created_at=now)
    _check_free(session, data, None)
    _set(person, data)
    session.add(person)
    _flush(session)
    known = {name: value for name, value in _audited(person).items() if value}
    _record(session, actor, "person.added", person, now, known)
    return person


def change_person(
    session: Session, actor: Actor, person_id: int, data: PersonData, now: datetime
) -> Person:
    """Another name, address or number; the organisation is not changed. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    _check_free(session, data, person_id)
    before = _audited(person)
    _set(person, data)
    _flush(session)
    after = _audited(person)
    if after["email"] != before["email"]:
        # Links on their way to the old address open nothing any more.
        void_tokens(session, person_id, now)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if changed:
        _record(session, actor, "person.changed", person, now, changed)
    return person


def suspend(session: Session, actor: Actor, person_id: int, reason: str, now: datetime) -> None:
    """Shut the account and every session of it. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    keep_an_administrator(session, without=person_id)
    if person.suspended_at is not None:
        return
    person.suspended_at = now
    session.flush()
    end_sessions(session, person_id, now)
    void_tokens(session, person_id, now)
    _record(session, actor, "person.suspended", person, now, {"reason": reason})


def reinstate(session: Session, actor: Actor, person_id: int, reason: str, now: datetime) -> None:
    """Open a suspended account again. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    if person.suspended_at is None:
        return
    person.suspended_at = None
    session.flush()
    _record(session, actor, "person.reinstated", person, now, {"reason": reason})


def sign_out_everywhere(session: Session, actor: Actor, person_id: int, now: datetime) -> None:
    """End all sessions of a person. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    count = end_sessions(session, person_id, now)
    _record(session, actor, "person.sessions_ended", person, now, {"sessions": count})


def find_to_manage(session: Session, actor: Actor, person_id: int) -> Person:
    """The person, locked for a change the actor may make. Raises `Refused`."""
    person = lock_person(session, person_id)
    if person_id == actor.person_id:
        raise Refused(Refusal.YOURSELF)
    grants = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id == person_id, RoleGrant.ended_at.is_(None))
    )
    if not may_manage(actor, person, grants):
        raise Refused(Refusal.NOT_YOURS)
    return person


def lock_person(session: Session, person_id: int) -> Person:
    """The person as they are now, and not changed by anyone else until the commit."""
    locked = select(Person).where(Person.id == person_id).with_for_update()
    return session.scalars(locked.execution_options(populate_existing=True)).one()


def _set(person: Person, data: PersonData) -> None:
    person.display_name = tidy_name(data.display_name)
    person.given_names = tidy_name(data.given_names)
    person.family_name = tidy_name(data.family_name)
    person.email = tidy_email(data.email or "") or None
    person.staff_number = tidy_number(data.staff_number or "") or None
    person.language = data.language
    person.time_zone = data.time_zone
    person.accommodation_percent = data.accommodation_percent


def _check_free(session: Session, data: PersonData, person_id: int | None) -> None:
    email = tidy_email(data.email or "")
    number = tidy_number(data.staff_number or "")
    if not email and not number:
        raise Refused(Refusal.UNREACHABLE)
    same_email = select(Person.id).where(Person.email == email)
    if email and session.scalar(same_email) not in (None, person_id):
        raise Refused(Refusal.EMAIL_TAKEN)
    same_number = select(Person.id).where(
        Person.organisation_id == data.organisation_id, Person.staff_number == number
    )
    if number and session.scalar(same_number) not in (None, person_id):
        raise Refused(Refusal.NUMBER_TAKEN)


def _flush(session: Session) -> None:
    try:
        session.flush()
    except IntegrityError as problem:
        # Someone else was a moment faster.
        taken = Refusal.NUMBER_TAKEN if "staff_number" in str(problem.orig) else Refusal.EMAIL_TAKEN
        raise Refused(taken) from None


def _audited(person: Person) -> dict[str, object]:
    """What the log keeps of a person: no more than says what was changed."""
    return {
        "name": person.display_name,
        "given_names": person.given_names,
        "family_name": person.family_name,
        "email": person.email,
        "staff_number": person.staff_number,
        "language": person.language,
        "time_zone": person.time_zone,
        "accommodation_percent": person.accommodation_percent,
    }


def _record(
    session: Session,
    actor: Actor,
    action: str,
    person: Person,
    now: datetime,
    details: Mapping[str, object],
) -> None:
    record(session, actor, action, ("person", person.id), now, details, person.organisation_id)
