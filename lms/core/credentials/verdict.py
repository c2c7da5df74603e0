"""One answer to the question "is this certificate good?", with its reason.

Days are counted generously for the holder: a certificate is valid from the moment its issue
date begins anywhere on earth (UTC+14) until its last date has ended everywhere (UTC-12), so
that no border post hears another answer than its neighbour on the printed days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from cryptography.hazmat.primitives.asymmetric import ec

from lms.core.credentials import cose
from lms.core.credentials.address import from_base32, payload_in
from lms.core.credentials.claim import Claim, claim_from_cbor
from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.status import Status, StatusList

_FIRST_TO_SEE_A_DAY = timedelta(hours=14)
_LAST_TO_LEAVE_A_DAY = timedelta(hours=-12)


class Kind(StrEnum):
    """What a verifier needs to know."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    NOT_YET_VALID = "not_yet_valid"
    BAD_SIGNATURE = "bad_signature"
    UNKNOWN_KEY = "unknown_key"
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class TrustedKey:
    """A public key the verifier has pinned, and for whom it may speak.

    `issuer` is the name it may put on a certificate. From `untrusted_from` on (a key that was
    lost or stolen) it counts for nothing; certificates dated before stay good.
    """

    public_key: ec.EllipticCurvePublicKey
    issuer: str
    untrusted_from: date | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """`claim` is there only when the signature is a trusted one.

    `reason` is a stable word that says more than `kind`: for `malformed` the code of the error,
    for `unknown_key` one of `kid`, `other_issuer`, `withdrawn`. `status_known` is False when no
    status list was at hand, so the answer holds only as far as the signature reaches.
    """

    kind: Kind
    claim: Claim | None = None
    reason: str = ""
    status_known: bool = False

    @property
    def is_genuine(self) -> bool:
        """Whether we signed it, whatever became of it since."""
        return self.claim is not None


def verify(
    payload: str | bytes,
    keys: Mapping[bytes, TrustedKey],
    status: StatusList | None,
    now: datetime,
) -> Verdict:
    """Judge a QR address, its base32 payload or the COSE bytes themselves.

    `keys` maps key ids (8 bytes) to pinned keys, `status` is the newest list at hand, `now` is
    an aware datetime. Never raises for bad input: that is a verdict.
    """
    try:
        message = from_base32(payload_in(payload)) if isinstance(payload, str) else payload
        signed = cose.read(message)
    except MalformedCredential as problem:
        return Verdict(Kind.MALFORMED, reason=problem.code)
    trusted = keys.get(signed.kid)
    if trusted is None:
        return Verdict(Kind.UNKNOWN_KEY, reason="kid")
    if not cose.is_signed_by(signed, trusted.public_key):
        return Verdict(Kind.BAD_SIGNATURE, reason="signature")
    try:
        claim = claim_from_cbor(signed.payload)
    except MalformedCredential as problem:
        return Verdict(Kind.MALFORMED, reason=problem.code)
    if claim.issuer != trusted.issuer:
        return Verdict(Kind.UNKNOWN_KEY, reason="other_issuer")
    if trusted.untrusted_from is not None and claim.issued_on >= trusted.untrusted_from:
        return Verdict(Kind.UNKNOWN_KEY, reason="withdrawn")
    return _standing(claim, status, now)


def validity(claim: Claim, status: Status, now: datetime) -> Kind:
    """What holds for a genuine claim at `now`: the status first, then the dates."""
    by_status = {
        Status.REVOKED: Kind.REVOKED,
        Status.SUSPENDED: Kind.SUSPENDED,
        Status.SUPERSEDED: Kind.SUPERSEDED,
    }
    if status in by_status:
        return by_status[status]
    if (now + _FIRST_TO_SEE_A_DAY).date() < claim.issued_on:
        return Kind.NOT_YET_VALID
    if claim.expires_on is not None and (now + _LAST_TO_LEAVE_A_DAY).date() > claim.expires_on:
        return Kind.EXPIRED
    return Kind.VALID


def _standing(claim: Claim, listed: StatusList | None, now: datetime) -> Verdict:
    if now.tzinfo is None:
        raise ValueError("now must be an aware datetime")
    now = now.astimezone(UTC)
    if listed is None:
        return Verdict(validity(claim, Status.IN_FORCE, now), claim, reason="no_status_list")
    if claim.status_index >= len(listed):
        return Verdict(validity(claim, Status.IN_FORCE, now), claim, reason="old_status_list")
    status = listed.at(claim.status_index)
    return Verdict(validity(claim, status, now), claim, status_known=True)
