"""Secrets that open one door once: links in letters, printed codes."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.accounts.models import (
    INVITATION,
    NEW_EMAIL,
    ONE_TIME_CODE,
    RECOVERY_CODE,
    RESET,
    AccessToken,
)
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.vault import digest, new_token

LIFETIMES = {
    RESET: timedelta(hours=1),
    NEW_EMAIL: timedelta(hours=24),
    INVITATION: timedelta(days=14),
    ONE_TIME_CODE: timedelta(days=14),
    RECOVERY_CODE: timedelta(days=3650),
}
_LINKS_AND_CODES = (RESET, NEW_EMAIL, INVITATION, ONE_TIME_CODE)


def add_link(
    session: Session,
    purpose: str,
    person_id: int,
    now: datetime,
    created_by: int | None = None,
    details: dict[str, str] | None = None,
) -> str:
    """A secret for a letter. Earlier ones for the same purpose open nothing any more."""
    void_tokens(session, person_id, now, (purpose,))
    token = new_token()
    add_token(session, purpose, person_id, digest(token), now, created_by, details)
    return token


def add_token(
    session: Session,
    purpose: str,
    person_id: int,
    fingerprint: str,
    now: datetime,
    created_by: int | None = None,
    details: dict[str, str] | None = None,
) -> None:
    """Keep the digest of a secret."""
    session.add(
        AccessToken(
            purpose=purpose,
            digest=fingerprint,
            person_id=person_id,
            details=details or {},
            created_by=created_by,
            created_at=now,
            expires_at=now + LIFETIMES[purpose],
        )
    )
    session.flush()


def find_link(session: Session, purpose: str, token: str, now: datetime) -> AccessToken | None:
    """The link's row, where it still opens something. For showing the form behind it."""
    return session.scalar(
        select(AccessToken).where(
            AccessToken.digest == digest(token),
            AccessToken.purpose == purpose,
            AccessToken.used_at.is_(None),
            AccessToken.expires_at > now,
        )
    )


def use_link(session: Session, purpose: str, token: str, now: datetime) -> AccessToken:
    """Use up a link: of any number who try, one succeeds. Raises `Refused`."""
    row = use_token(session, purpose, digest(token), now)
    if row is None:
        raise Refused(Refusal.LINK_USED)
    return row


def use_token(
    session: Session, purpose: str, fingerprint: str, now: datetime
) -> AccessToken | None:
    """Use up a secret by its digest; None where it opens nothing."""
    used = (
        update(AccessToken)
        .where(
            AccessToken.digest == fingerprint,
            AccessToken.purpose == purpose,
            AccessToken.used_at.is_(None),
            AccessToken.expires_at > now,
        )
        .values(used_at=now)
        .returning(AccessToken)
        .execution_options(populate_existing=True)
    )
    return session.scalar(used)


def void_tokens(
    session: Session, person_id: int, now: datetime, purposes: tuple[str, ...] = _LINKS_AND_CODES
) -> None:
    """Let a person's unused secrets open nothing any more."""
    unused = update(AccessToken).where(
        AccessToken.person_id == person_id,
        AccessToken.purpose.in_(purposes),
        AccessToken.used_at.is_(None),
    )
    session.execute(unused.values(used_at=now))
