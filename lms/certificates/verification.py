"""Answering a stranger: what was typed or scanned, and whether that certificate is good.

Every answer rests on the signature. The database adds what became of the certificate since.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.adapters.pades import check_pdf
from lms.adapters.signing import KeyStore
from lms.certificates.models import ISSUED, Certificate
from lms.certificates.queries import find_by_file, find_by_number, standing, status_since
from lms.core.credentials.address import from_base32, payload_in
from lms.core.credentials.claim import Claim
from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.numbers import read_code, read_serial, shown_code
from lms.core.credentials.verdict import Kind, Verdict, verify

_AFTER_THE_PATH = re.compile("[?#].*")


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a certificate. `since` is when it got its present status.

    `status_known` is False for one that we signed and do not find in the register.
    """

    kind: Kind
    claim: Claim | None = None
    since: datetime | None = None
    status_known: bool = True


def number_in(typed: str) -> str | None:
    """The verify code or certificate number in what was typed, in its written form.

    The printed address with the code at its end does as well.
    """
    number = _AFTER_THE_PATH.sub("", typed.strip()).rstrip("/").rpartition("/")[2]
    code = read_code(number)
    return shown_code(code) if code else read_serial(number)


def scanned_in(typed: str) -> str | None:
    """The payload in a scanned QR address, or the bare payload."""
    try:
        payload = payload_in("".join(typed.split()))
        from_base32(payload)
    except MalformedCredential:
        return None
    return payload


def check_number(session: Session, keys: KeyStore, typed: str, now: datetime) -> Answer | None:
    """The answer for a verify code or a certificate number; None where there is none."""
    code, serial = read_code(typed), read_serial(typed)
    if code is None and serial is None:
        return None
    certificate = find_by_number(session, code, serial)
    if certificate is None:
        return None
    verdict = verify(certificate.message, keys.trusted(), None, now)
    return _answer(session, verdict, certificate, now)


def check_payload(session: Session, keys: KeyStore, payload: str, now: datetime) -> Answer | None:
    """The answer for the contents of a QR code; None for what we never signed.

    A payload that names one of our keys and is not signed by it was forged, and is called so.
    """
    verdict = verify(payload, keys.trusted(), None, now)
    if verdict.claim is None:
        is_told = verdict.kind is Kind.BAD_SIGNATURE or verdict.reason == "withdrawn"
        return Answer(verdict.kind) if is_told else None
    certificate = find_by_number(session, None, verdict.claim.serial)
    if certificate is None or certificate.message != from_base32(payload_in(payload)):
        return Answer(verdict.kind, verdict.claim, status_known=False)
    return _answer(session, verdict, certificate, now)


def check_file(session: Session, keys: KeyStore, pdf: bytes, now: datetime) -> Answer | None:
    """The answer for a PDF; None for a file that is not, byte for byte, one of ours."""
    if not check_pdf(pdf, keys.records()).is_ours:
        return None
    certificate = find_by_file(session, hashlib.sha256(pdf).hexdigest())
    if certificate is None:
        return Answer(Kind.VALID, status_known=False)
    verdict = verify(certificate.message, keys.trusted(), None, now)
    return _answer(session, verdict, certificate, now)


def _answer(session: Session, verdict: Verdict, certificate: Certificate, now: datetime) -> Answer:
    if verdict.claim is None:
        return Answer(verdict.kind)
    is_in_force = certificate.status == ISSUED
    since = None if is_in_force else status_since(session, certificate)
    return Answer(standing(certificate, now), verdict.claim, since)
