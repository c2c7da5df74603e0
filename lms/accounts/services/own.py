"""What people change of their own account."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.accounts.emails import Letter, post, post_to
from lms.accounts.models import NEW_EMAIL, Person
from lms.accounts.passwords import is_right
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.people import lock_person
from lms.accounts.services.tokens import LIFETIMES, add_link, use_link, void_tokens
from lms.accounts.spelling import tidy_email, tidy_name
from lms.accounts.vault import Vault
from lms.audit.services import record
from lms.core.access import Actor

CHANGEABLE = frozenset({"display_name", "language", "time_zone", "theme"})


def change_own(session: Session, person_id: int, now: datetime, **values: str) -> None:
    """Another display name, language, time zone or theme."""
    person = lock_person(session, person_id)
    for column, value in values.items():
        if column not in CHANGEABLE:
            raise ValueError(f"people do not change {column} themselves")
        setattr(person, column, tidy_name(value))
    session.flush()
    themselves = Actor(person_id, person.organisation_id)
    details = {"name" if key == "display_name" else key: value for key, value in values.items()}
    record(session, themselves, "person.changed", ("person", person_id), now, details)


def remember(session: Session, person_id: int, **values: str) -> None:
    """Keep language or theme, as chosen in the menu."""
    person = lock_person(session, person_id)
    for column in ("language", "theme"):
        setattr(person, column, values.get(column, getattr(person, column)))
    session.flush()


def ask_for_new_email(
    session: Session, vault: Vault, person_id: int, email: str, password: str, now: datetime
) -> None:
    """Send a link to a new address, which proves that it is theirs. Raises `Refused`."""
    person = lock_person(session, person_id)
    if not is_right(person.password_hash, password):
        raise Refused(Refusal.WRONG_PASSWORD)
    address = tidy_email(email)
    token = add_link(session, NEW_EMAIL, person_id, now, person_id, {"email": address})
    values = {
        "name": person.display_name,
        "token": token,
        "until": (now + LIFETIMES[NEW_EMAIL]).isoformat(),
    }
    letter = Letter("accounts/new_email", address, person.language, person.time_zone, values)
    post(session, vault, letter, now)


def confirm_new_email(
    session: Session, vault: Vault, person_id: int, token: str, now: datetime
) -> str:
    """The new address is good from now on; the old one is told. Raises `Refused`."""
    row = use_link(session, NEW_EMAIL, token, now)
    if row.person_id != person_id:
        raise Refused(Refusal.LINK_USED)
    person = lock_person(session, person_id)
    address = str(row.details["email"])
    owner = session.scalar(select(Person.id).where(Person.email == address))
    if owner not in (None, person_id):
        raise Refused(Refusal.EMAIL_TAKEN)
    if person.email:
        post_to(session, vault, person, "accounts/email_changed", now)
    person.email = address
    try:
        session.flush()
    except IntegrityError:
        raise Refused(Refusal.EMAIL_TAKEN) from None
    void_tokens(session, person_id, now)
    themselves = Actor(person_id, person.organisation_id)
    details = {"email": address}
    record(session, themselves, "person.changed", ("person", person_id), now, details)
    return address
