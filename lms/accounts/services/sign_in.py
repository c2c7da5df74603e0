"""Signing in: what is checked, and how failures slow down the next try."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, delete, func, or_, select
from sqlalchemy.orm import Session

from lms.accounts.models import Person, SignInFailure, SignInSession
from lms.accounts.passwords import hash_password, is_outdated, is_right
from lms.accounts.queries import find_by_login
from lms.accounts.services.people import lock_person
from lms.accounts.services.sessions import LONGEST
from lms.accounts.spelling import tidy_number
from lms.accounts.vault import digest, new_token

PATIENCE = 10
"""Failures after which the next try has to wait."""
KEPT = timedelta(days=1)
_RECENTLY = timedelta(minutes=15)
_LOGIN_WAITS = (timedelta(seconds=30), timedelta(minutes=15))
"""The first wait, which doubles with each further failure, and the longest."""
_ADDRESS_WAITS = (timedelta(seconds=1), timedelta(seconds=10))
"""A whole class may share one address, so that it is slowed down but never held up."""


@dataclass(frozen=True, slots=True)
class Browser:
    """Where someone signs in from."""

    address: str
    user_agent: str


def check_password(session: Session, login: str, password: str) -> Person | None:
    """The person, if the password is right and the account open. Writes nothing, and takes as
    long for accounts that do not exist."""
    person = find_by_login(session, login)
    right = is_right(person.password_hash if person else None, password)
    return person if right and person and person.suspended_at is None else None


def open_session(session: Session, person: Person, browser: Browser, now: datetime) -> str:
    """A new session of a person: the token for the cookie."""
    token = new_token()
    session.add(
        SignInSession(
            person_id=person.id,
            token_digest=digest(token),
            started_at=now,
            last_seen_at=now,
            expires_at=now + LONGEST,
            awaits_second_factor=person.totp_secret is not None,
            confirmed_at=now,
            user_agent=browser.user_agent[:200],
            address=browser.address[:64],
        )
    )
    session.flush()
    return token


def sign_in(
    session: Session,
    person: Person,
    login: str,
    password: str,
    browser: Browser,
    now: datetime,
) -> str | None:
    """Sign in whoever `check_password` found: the token for the cookie.

    None where the password was changed or the account suspended since it was checked: checking
    takes a while, and a reset must end whatever an old password opened.
    """
    checked = person.password_hash
    person = lock_person(session, person.id)
    if person.password_hash != checked or person.suspended_at is not None:
        return None
    if checked and is_outdated(checked):
        person.password_hash = hash_password(password)
    forgive(session, login)
    return open_session(session, person, browser, now)


def note_failure(session: Session, login: str, address: str, now: datetime) -> None:
    """Count a wrong sign-in against what was typed and where it came from."""
    failure = SignInFailure(login_digest=login_digest(login), address=network_of(address), at=now)
    session.add(failure)
    session.flush()


def forgive(session: Session, login: str) -> None:
    """Whoever signed in starts from nought. The address does not: others may guess from it."""
    session.execute(delete(SignInFailure).where(SignInFailure.login_digest == login_digest(login)))


def forget_failures(session: Session, now: datetime) -> None:
    """Drop what is too old to matter."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - KEPT))


def waiting_time(session: Session, login: str, address: str, now: datetime) -> timedelta:
    """How long until the next try counts; nothing for most. It never grows by waiting."""
    by_login = SignInFailure.login_digest == login_digest(login)
    by_address = (SignInFailure.address == network_of(address)) & (
        SignInFailure.at > now - _RECENTLY
    )
    login_count, login_last, address_count, address_last = session.execute(
        select(
            func.count(case((by_login, 1))),
            func.max(case((by_login, SignInFailure.at))),
            func.count(case((by_address, 1))),
            func.max(case((by_address, SignInFailure.at))),
        ).where(SignInFailure.at > now - KEPT, or_(by_login, by_address))
    ).one()
    return max(
        _wait(login_count, login_last, _LOGIN_WAITS, now),
        _wait(address_count, address_last, _ADDRESS_WAITS, now),
    )


def login_digest(login: str) -> str:
    """What is kept of a login that failed."""
    return digest(tidy_number(login))


def network_of(address: str) -> str:
    """The address, or the network that one household has in IPv6."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if parsed.version == 4:
        return str(parsed)
    return str(ipaddress.ip_network(f"{parsed}/64", strict=False))


def _wait(
    failures: int, last: datetime | None, waits: tuple[timedelta, timedelta], now: datetime
) -> timedelta:
    if failures < PATIENCE or last is None:
        return timedelta()
    first, longest = waits
    doublings = min(failures - PATIENCE, 20)
    wait: timedelta = min(first * 2**doublings, longest)
    return max(timedelta(), last + wait - now)
