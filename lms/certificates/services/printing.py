"""Printing: the PDF is made once, kept under its digest, and never made again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.adapters.files import FileStore
from lms.adapters.pades import sign_pdf
from lms.adapters.signing import KeyStore
from lms.certificates.models import Certificate
from lms.certificates.page import Design, Page
from lms.certificates.queries import claim_in
from lms.core.credentials.address import qr_address
from lms.core.credentials.numbers import shown_code
from lms.db import transaction

_REASON = "Training certificate"


@dataclass(frozen=True, slots=True)
class Printer:
    """The job that follows each issue."""

    design: Design
    keys: KeyStore
    files: FileStore

    def __call__(self, session: Session, payload: Mapping[str, Any], now: datetime) -> None:
        """Print one certificate, unless another worker has."""
        certificate = session.get_one(Certificate, payload["certificate"])
        if certificate.pdf_sha256 is not None:
            return
        digest = self.files.put(self._signed_pdf(certificate, now))
        with transaction(session):
            session.execute(
                update(Certificate)
                .where(Certificate.id == certificate.id, Certificate.pdf_sha256.is_(None))
                .values(pdf_sha256=digest)
            )

    def _signed_pdf(self, certificate: Certificate, now: datetime) -> bytes:
        pdf = self.design.pdf(page_of(certificate))
        # The day of issue finds the key that signed the claim, or one as good.
        key = self.keys.signing_key(certificate.issuer, certificate.issued_on)
        return sign_pdf(pdf, key, now, _REASON)


def page_of(certificate: Certificate) -> Page:
    """What goes on paper."""
    return Page(
        claim=claim_in(certificate),
        code=certificate.code,
        verify_url=f"{certificate.public_url}/verify/{shown_code(certificate.code)}",
        qr_address=qr_address(certificate.public_url, certificate.message),
        organisation=certificate.holder_organisation,
    )
