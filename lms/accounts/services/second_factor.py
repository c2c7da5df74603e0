"""The second factor: six digits from an app, each code good once."""

from __future__ import annotations

from datetime import datetime

import pyotp
from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from lms.accounts.models import RECOVERY_CODE, Person, SignInSession
from lms.accounts.queries import demands_second_factor
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.people import find_to_manage, lock_person
from lms.accounts.services.sessions import end_sessions
from lms.accounts.services.tokens import add_token, use_token, void_tokens
from lms.accounts.spelling import tidy_code
from lms.accounts.vault import Vault, digest, new_code, new_token
from lms.audit.services import record
from lms.core.access import Actor

STEP = 30
"""Seconds for which an app shows a code."""
_DRIFT = (0, -1, 1)
"""Steps by which a telephone's clock may be wrong."""
_RECOVERY_CODES = 10


def new_secret() -> str:
    """A secret to be shared with an app."""
    return pyotp.random_base32()


def address_of(secret: str, account: str) -> str:
    """What the QR code for the app says."""
    return pyotp.TOTP(secret).provisioning_uri(name=account, issuer_name="Vigie")


def set_up(
    session: Session, vault: Vault, person_id: int, secret: str, code: str, now: datetime
) -> list[str]:
    """Turn the second factor on with the app's first code; the recovery codes, shown once.

    Raises `Refused`.
    """
    step = _find_step(secret, code, now)
    if step is None:
        raise Refused(Refusal.WRONG_CODE)
    person = lock_person(session, person_id)
    person.totp_secret = vault.seal(secret)
    person.totp_last_step = step
    session.flush()
    _record_own(session, person, "person.second_factor_set_up", now)
    return _new_recovery_codes(session, vault, person_id, now)


def renew_recovery_codes(
    session: Session, vault: Vault, person_id: int, now: datetime
) -> list[str]:
    """New recovery codes; the earlier ones open nothing any more."""
    person = lock_person(session, person_id)
    if person.totp_secret is None:
        raise Refused(Refusal.WRONG_CODE)
    _record_own(session, person, "person.recovery_codes_renewed", now)
    return _new_recovery_codes(session, vault, person_id, now)


def pass_second_factor(
    session: Session, vault: Vault, session_id: int, person_id: int, code: str, now: datetime
) -> str | None:
    """Open the session for good, under a new token; None where the code is wrong or was used."""
    person = session.get_one(Person, person_id)
    if not _use_app_code(session, vault, person, code, now) and not _use_recovery_code(
        session, vault, person, code, now
    ):
        return None
    token = new_token()
    opened = update(SignInSession).where(
        SignInSession.id == session_id,
        SignInSession.person_id == person_id,
        SignInSession.ended_at.is_(None),
    )
    session.execute(
        opened.values(awaits_second_factor=False, token_digest=digest(token), confirmed_at=now)
    )
    return token


def turn_off(session: Session, person_id: int, now: datetime) -> None:
    """Do without, where the organisation leaves it to the person. Raises `Refused`."""
    person = lock_person(session, person_id)
    if demands_second_factor(session, person_id):
        raise Refused(Refusal.FACTOR_DEMANDED)
    _forget(session, person, now)
    _record_own(session, person, "person.second_factor_turned_off", now)


def remove_second_factor(
    session: Session, actor: Actor, person_id: int, reason: str, now: datetime
) -> None:
    """For someone who lost telephone and recovery codes. Raises `Refused`."""
    person = find_to_manage(session, actor, person_id)
    _forget(session, person, now)
    end_sessions(session, person_id, now)
    subject, details = ("person", person_id), {"reason": reason}
    home = person.organisation_id
    record(session, actor, "person.second_factor_removed", subject, now, details, home)


def _find_step(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is."""
    digits = "".join(sign for sign in code if sign.isdigit())
    totp, current = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    for drift in _DRIFT:
        if pyotp.utils.strings_equal(totp.generate_otp(current + drift), digits):
            return current + drift
    return None


def _use_app_code(session: Session, vault: Vault, person: Person, code: str, now: datetime) -> bool:
    secret = vault.unseal(person.totp_secret or "")
    step = _find_step(secret, code, now) if secret else None
    if step is None:
        return False
    # Only forward: a code that was seen over a shoulder opens nothing.
    used = (
        update(Person)
        .where(
            Person.id == person.id,
            or_(Person.totp_last_step.is_(None), Person.totp_last_step < step),
        )
        .values(totp_last_step=step)
        .returning(Person.id)
    )
    return session.scalar(used) is not None


def _use_recovery_code(
    session: Session, vault: Vault, person: Person, code: str, now: datetime
) -> bool:
    fingerprint = _fingerprint(vault, person.id, code)
    if use_token(session, RECOVERY_CODE, fingerprint, now) is None:
        return False
    _record_own(session, person, "person.recovery_code_used", now)
    return True


def _new_recovery_codes(session: Session, vault: Vault, person_id: int, now: datetime) -> list[str]:
    void_tokens(session, person_id, now, (RECOVERY_CODE,))
    codes = [new_code() for _ in range(_RECOVERY_CODES)]
    for code in codes:
        add_token(session, RECOVERY_CODE, person_id, _fingerprint(vault, person_id, code), now)
    return codes


def _forget(session: Session, person: Person, now: datetime) -> None:
    person.totp_secret = None
    person.totp_last_step = None
    session.flush()
    void_tokens(session, person.id, now, (RECOVERY_CODE,))


def _fingerprint(vault: Vault, person_id: int, code: str) -> str:
    return vault.fingerprint(RECOVERY_CODE, str(person_id), tidy_code(code))


def _record_own(session: Session, person: Person, action: str, now: datetime) -> None:
    themselves = Actor(person.id, person.organisation_id)
    record(session, themselves, action, ("person", person.id), now)
