"""One-time codes on paper, for people without e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.accounts.authority import may_take_over
from lms.accounts.models import ONE_TIME_CODE, Organisation, Person, RoleGrant
from lms.accounts.queries import find_by_login
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.sessions import end_sessions
from lms.accounts.services.tokens import LIFETIMES, add_token, use_token, void_tokens
from lms.accounts.spelling import tidy_code
from lms.accounts.vault import Vault, new_code
from lms.audit.services import record
from lms.core.access import Actor


@dataclass(frozen=True, slots=True)
class PrintedCode:
    """One line of a sheet. It is shown once: what is kept cannot be turned back into it."""

    person: Person
    login: str
    code: str
    expires_at: datetime


def print_codes(
    session: Session, actor: Actor, people: Sequence[Person], vault: Vault, now: datetime
) -> list[PrintedCode]:
    """A code for each of these people; earlier codes open nothing any more. Raises `Refused`.

    The caller found the people within the actor's reach, for managing accounts or a cohort.
    """
    ids = [person.id for person in people]
    grants = session.scalars(
        select(RoleGrant).where(RoleGrant.person_id.in_(ids), RoleGrant.ended_at.is_(None))
    )
    if actor.person_id in ids:
        raise Refused(Refusal.YOURSELF)
    if not may_take_over(actor, grants):
        raise Refused(Refusal.REACHES_FURTHER)
    homes = {person.organisation_id for person in people}
    named = session.execute(
        select(Organisation.id, Organisation.slug).where(Organisation.id.in_(homes))
    )
    slugs = {row.id: row.slug for row in named}
    return [
        PrintedCode(
            person=person,
            login=_login(person, slugs[person.organisation_id]),
            code=_new_code(session, actor, person, vault, now),
            expires_at=now + LIFETIMES[ONE_TIME_CODE],
        )
        for person in people
    ]


def use_code(session: Session, vault: Vault, login: str, code: str, now: datetime) -> Person | None:
    """The person whose code this is, used up; None where it opens nothing.

    From here on a new password must be set: the old one is gone, and so are other sessions.
    """
    person = find_by_login(session, login)
    person_id = person.id if person and person.suspended_at is None else 0
    used = use_token(session, ONE_TIME_CODE, _fingerprint(vault, person_id, code), now)
    if used is None or person is None:
        return None
    person.password_hash = None
    session.flush()
    end_sessions(session, person.id, now)
    themselves = Actor(person.id, person.organisation_id)
    record(session, themselves, "person.code_used", ("person", person.id), now)
    return person


def _new_code(session: Session, actor: Actor, person: Person, vault: Vault, now: datetime) -> str:
    if person.suspended_at is not None:
        raise Refused(Refusal.SUSPENDED)
    void_tokens(session, person.id, now, (ONE_TIME_CODE,))
    code = new_code()
    fingerprint = _fingerprint(vault, person.id, code)
    add_token(session, ONE_TIME_CODE, person.id, fingerprint, now, actor.person_id)
    subject = ("person", person.id)
    record(session, actor, "person.code_printed", subject, now, None, person.organisation_id)
    return code


def _login(person: Person, slug: str) -> str:
    """What surely names this person: another organisation may have the same number."""
    return f"{slug}/{person.staff_number}" if person.staff_number else person.email or ""


def _fingerprint(vault: Vault, person_id: int, code: str) -> str:
    return vault.fingerprint(ONE_TIME_CODE, str(person_id), tidy_code(code))
