"""Setting and changing passwords."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.models import ONE_TIME_CODE, RESET, Person
from lms.accounts.passwords import find_fault, hash_password, is_right
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.sessions import end_sessions
from lms.accounts.services.tokens import void_tokens
from lms.audit.services import record
from lms.core.access import Actor


def set_password(
    session: Session,
    person: Person,
    password: str,
    now: datetime,
    keep_session: int | None = None,
) -> None:
    """A new password, in the person's own name; it ends their other sessions. Raises `Refused`."""
    own_words = (person.display_name, person.given_names, person.family_name, person.email or "")
    fault = find_fault(password, own_words)
    if fault is not None:
        raise Refused(fault)
    person.password_hash = hash_password(password)
    session.flush()
    end_sessions(session, person.id, now, but=keep_session)
    void_tokens(session, person.id, now, (RESET, ONE_TIME_CODE))
    themselves = Actor(person.id, person.organisation_id)
    record(session, themselves, "person.password_set", ("person", person.id), now)


def change_password(
    session: Session, person: Person, old: str, new: str, now: datetime, keep_session: int
) -> None:
    """A new password for someone who knows the old one. Raises `Refused`."""
    if not is_right(person.password_hash, old):
        raise Refused(Refusal.WRONG_PASSWORD)
    set_password(session, person, new, now, keep_session)
