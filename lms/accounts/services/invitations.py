"""Inviting people by mail, and their first sign-in by the link."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.emails import post_to
from lms.accounts.models import INVITATION, Organisation, Person
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import find_to_manage, lock_person
from lms.accounts.services.tokens import LIFETIMES, add_link, use_link
from lms.accounts.spelling import tidy_name
from lms.accounts.vault import Vault
from lms.audit.services import record
from lms.core.access import Actor
from lms.core.text import pick


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What an invited person says of themselves."""

    display_name: str
    language: str
    time_zone: str
    password: str


def invite(session: Session, actor: Actor, person_id: int, vault: Vault, now: datetime) -> None:
    """Send a link by which a person opens their account; the last one sent counts.

    Raises `Refused`.
    """
    person = find_to_manage(session, actor, person_id)
    if person.email is None:
        raise Refused(Refusal.NO_EMAIL)
    if person.suspended_at is not None:
        raise Refused(Refusal.SUSPENDED)
    token = add_link(session, INVITATION, person_id, now, actor.person_id)
    organisation = session.get_one(Organisation, person.organisation_id)
    post_to(
        session,
        vault,
        person,
        "accounts/invitation",
        now,
        token=token,
        organisation=pick(organisation.name, person.language),
        until=(now + LIFETIMES[INVITATION]).isoformat(),
    )
    subject = ("person", person_id)
    record(session, actor, "person.invited", subject, now, None, person.organisation_id)


def accept(session: Session, token: str, data: Acceptance, now: datetime) -> Person:
    """Open the account behind an invitation: of any number who try, one succeeds.

    Raises `Refused`.
    """
    person = lock_person(session, use_link(session, INVITATION, token, now).person_id)
    if person.suspended_at is not None:
        raise Refused(Refusal.LINK_USED)
    person.display_name = tidy_name(data.display_name)
    person.language = data.language
    person.time_zone = data.time_zone
    set_password(session, person, data.password, now)
    themselves = Actor(person.id, person.organisation_id)
    record(session, themselves, "person.invitation_accepted", ("person", person.id), now)
    return person
