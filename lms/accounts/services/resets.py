"""A new password by mail, for those who forgot theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.accounts.emails import post_to
from lms.accounts.models import RESET, AccessToken, Person
from lms.accounts.queries import find_by_login
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.passwords import set_password
from lms.accounts.services.people import find_to_manage, lock_person
from lms.accounts.services.tokens import LIFETIMES, add_link, use_link
from lms.accounts.vault import Vault
from lms.audit.services import record
from lms.core.access import Actor
from lms.db import transaction
from lms.jobs.services import enqueue

JOB = "password_reset"
MOST_LETTERS = 3
"""Reset letters a person gets within an hour, whoever asks for them."""
_HOUR = timedelta(hours=1)


def ask_for_reset(session: Session, login: str, now: datetime) -> None:
    """Note that someone asked. The worker looks whether there is such an account, so that the
    answer takes as long either way."""
    enqueue(session, JOB, {"login": login}, now)


@dataclass(frozen=True, slots=True)
class ResetClerk:
    """Answers those who asked, where there is an account with an e-mail."""

    vault: Vault

    def __call__(self, session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Send a link, unless enough were sent."""
        with transaction(session):
            person = find_by_login(session, payload["login"])
            if person is None or person.email is None or person.suspended_at is not None:
                return
            sent = select(func.count()).where(
                AccessToken.person_id == person.id,
                AccessToken.purpose == RESET,
                AccessToken.created_at > now - _HOUR,
            )
            if session.scalars(sent).one() < MOST_LETTERS:
                _send_link(session, person, self.vault, now, None)


def send_reset(session: Session, actor: Actor, person_id: int, vault: Vault, now: datetime) -> None:
    """Send the link in a person's stead. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    if person.email is None:
        raise Refused(Refusal.NO_EMAIL)
    if person.suspended_at is not None:
        raise Refused(Refusal.SUSPENDED)
    _send_link(session, person, vault, now, actor.person_id)
    subject = ("person", person_id)
    record(session, actor, "person.reset_sent", subject, now, None, person.organisation_id)


def reset_password(session: Session, token: str, password: str, now: datetime) -> None:
    """Set the password by the link. It signs nobody in: a second factor is still asked for.

    Raises `Refused`.
    """
    person = lock_person(session, use_link(session, RESET, token, now).person_id)
    if person.suspended_at is not None:
        raise Refused(Refusal.LINK_USED)
    set_password(session, person, password, now)


def _send_link(
    session: Session, person: Person, vault: Vault, now: datetime, sender: int | None
) -> None:
    token = add_link(session, RESET, person.id, now, sender)
    until = (now + LIFETIMES[RESET]).isoformat()
    post_to(session, vault, person, "accounts/reset", now, token=token, until=until)
