"""What becomes of a certificate after it was issued. The history only grows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.audit.services import record
from lms.certificates.models import ISSUED, REVOKED, SUSPENDED, Certificate, CertificateEvent
from lms.core.access import Actor


class Act(StrEnum):
    """What a coordinator can do to a certificate."""

    REVOKE = "revoke"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"


@dataclass(frozen=True, slots=True)
class Move:
    """From which statuses an act leads to which."""

    before: tuple[str, ...]
    after: str
    entry: str
    """The word of the audit log."""


MOVES: Mapping[Act, Move] = {
    Act.REVOKE: Move((ISSUED, SUSPENDED), REVOKED, "certificate.revoked"),
    Act.SUSPEND: Move((ISSUED,), SUSPENDED, "certificate.suspended"),
    Act.REINSTATE: Move((SUSPENDED,), ISSUED, "certificate.reinstated"),
}
"""All there is: what was revoked stays revoked."""


def acts_on(status: str) -> list[Act]:
    """What can be done to a certificate with this status."""
    return [act for act, move in MOVES.items() if status in move.before]


def change_status(
    session: Session, actor: Actor, certificate: Certificate, act: Act, reason: str, now: datetime
) -> bool:
    """Do it, and say whether it was done: another may have changed the status meanwhile."""
    move = MOVES[act]
    changed = session.execute(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.status.in_(move.before))
        .values(status=move.after)
        .returning(Certificate.id)
        .execution_options(synchronize_session=False)
    ).first()
    session.refresh(certificate)
    if changed is None:
        return False
    session.add(
        CertificateEvent(
            certificate_id=certificate.id,
            status=move.after,
            at=now,
            actor_id=actor.person_id,
            reason=reason,
        )
    )
    record(
        session,
        actor,
        move.entry,
        ("certificate", certificate.id),
        now,
        {"reason": reason},
        certificate.organisation_id,
    )
    return True
