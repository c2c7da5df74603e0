"""The signature inside the PDF: PAdES baseline B-B (ETSI EN 319 142-1), P-256 with SHA-256.

pyHanko writes the incremental update and later judges it; the CMS itself is put together here
from parts prepared once per key, which takes half the time of having it built each time and
gives the same structure.
The signature certifies the document: no later change is allowed.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from asn1crypto import algos, cms, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import cms_embedder
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.sign.validation import SignatureCoverageLevel, validate_pdf_signature
from pyhanko.sign.validation.pdf_embedded import EmbeddedPdfSignature
from pyhanko_certvalidator import ValidationContext

from lms.adapters.signing import KeyRecord, SigningKey

FIELD = "Signature"
_DIGEST = "sha256"
_RESERVED = 2_048
"""Bytes kept free for the CMS, twice what it needs."""


@dataclass(frozen=True, slots=True)
class PdfCheck:
    """What a signed PDF turned out to be.

    `intact`: the signature is right and covers every byte of the file. `signer`: the pinned key
    that made it, or None. A PDF without our signature has neither.
    """

    intact: bool
    signer: KeyRecord | None

    @property
    def is_ours(self) -> bool:
        """Whether the file is, byte for byte, what one of our keys signed."""
        return self.intact and self.signer is not None


def sign_pdf(pdf: bytes, key: SigningKey, now: datetime, reason: str) -> bytes:
    """Append a certifying PAdES B-B signature. `now` is the aware time it claims."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
    steps = cms_embedder.PdfCMSEmbedder().write_cms(field_name=FIELD, writer=writer)
    next(steps)
    placeholder = SignatureObject(
        subfilter=SigSeedSubFilter.PADES,
        timestamp=now,
        name=key.record.issuer,
        reason=reason,
        bytes_reserved=2 * _RESERVED,
    )
    certifying = cms_embedder.SigMDPSetup(
        md_algorithm=_DIGEST, certify=True, docmdp_perms=MDPPerm.NO_CHANGES
    )
    steps.send(cms_embedder.SigObjSetup(sig_placeholder=placeholder, mdp_setup=certifying))
    digest, output = steps.send(cms_embedder.SigIOSetup(md_algorithm=_DIGEST, in_place=True))
    steps.send(_signed_data(digest.document_digest, key))
    return bytes(output.getbuffer())


def check_pdf(pdf: bytes, keys: list[KeyRecord]) -> PdfCheck:
    """Judge a PDF's signature against pinned keys. A file that is no PDF is simply not ours."""
    try:
        reader = PdfFileReader(io.BytesIO(pdf))
        signatures = reader.embedded_signatures
        if len(signatures) != 1:
            return PdfCheck(intact=False, signer=None)
        signature = signatures[0]
        signature.compute_integrity_info()
        certificate = signature.signer_cert
        record = next((key for key in keys if _der(key) == certificate.dump()), None)
        status = validate_pdf_signature(
            signature,
            ValidationContext(
                trust_roots=[certificate],
                allow_fetching=False,
                revocation_mode="soft-fail",
                moment=signature.self_reported_timestamp,
            ),
        )
        whole = status.coverage is SignatureCoverageLevel.ENTIRE_FILE
        intact = status.intact and status.valid and whole
        if record is not None:
            intact = intact and _is_as_we_write_it(pdf, signature, record)
    except Exception:  # noqa: BLE001
        # A parser fed with a file from a stranger may fail in any way; each means "not ours".
        return PdfCheck(intact=False, signer=None)
    return PdfCheck(intact=intact, signer=record)


def _signed_data(document_digest: bytes, key: SigningKey) -> bytes:
    """The CMS SignedData over a document digest, DER (RFC 5652, RFC 5035)."""
    attributes = _attributes(document_digest, key.record.certificate)
    signature = key.private_key.sign(attributes.dump(), ec.ECDSA(SHA256()))
    return _content_info(attributes, signature, key.record.certificate)


def _attributes(document_digest: bytes, certificate: x509.Certificate) -> cms.CMSAttributes:
    return cms.CMSAttributes(
        [
            _attribute("content_type", "data"),
            _attribute("message_digest", document_digest),
            _prepared(certificate).certificate_reference,
        ]
    )


def _content_info(
    attributes: cms.CMSAttributes, signature: bytes, certificate: x509.Certificate
) -> bytes:
    prepared = _prepared(certificate)
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": prepared.signer_id,
            "digest_algorithm": prepared.digest,
            "signed_attrs": attributes,
            "signature_algorithm": prepared.mechanism,
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [prepared.digest],
            "encap_content_info": {"content_type": "data"},
            "certificates": [prepared.certificate],
            "signer_infos": [signer],
        }
    )
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump())


def _is_as_we_write_it(pdf: bytes, signature: EmbeddedPdfSignature, record: KeyRecord) -> bool:
    """Whether the signature's own bytes, which it cannot cover, are exactly ours.

    No signature covers the room it stands in: its padding, the spelling of its hexadecimal
    digits and the unsigned parts of a CMS can be changed without any validator noticing. We
    know how we fill that room, so we fill it again and compare.
    """
    start, length, gap_end, _ = (int(number) for number in signature.byte_range)
    expected = _content_info(
        _attributes(signature.compute_digest(), record.certificate),
        signature.signer_info["signature"].native,
        record.certificate,
    )
    room = expected.ljust(_RESERVED, b"\0").hex().upper()
    return pdf[start + length : gap_end] == f"<{room}>".encode("ascii")


@dataclass(frozen=True, slots=True)
class _Prepared:
    """The parts of a CMS that depend on the key only."""

    certificate: asn1_x509.Certificate
    signer_id: cms.SignerIdentifier
    certificate_reference: cms.CMSAttribute
    digest: algos.DigestAlgorithm
    mechanism: algos.SignedDigestAlgorithm


@lru_cache(maxsize=64)
def _prepared(certificate: x509.Certificate) -> _Prepared:
    der = certificate.public_bytes(Encoding.DER)
    parsed = asn1_x509.Certificate.load(der)
    issuer_and_serial = cms.IssuerAndSerialNumber(
        {"issuer": parsed.issuer, "serial_number": parsed.serial_number}
    )
    reference = tsp.SigningCertificateV2(
        {"certs": [tsp.ESSCertIDv2({"cert_hash": hashlib.sha256(der).digest()})]}
    )
    return _Prepared(
        certificate=parsed,
        signer_id=cms.SignerIdentifier({"issuer_and_serial_number": issuer_and_serial}),
        certificate_reference=_attribute("signing_certificate_v2", reference),
        digest=algos.DigestAlgorithm({"algorithm": _DIGEST}),
        mechanism=algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"}),
    )


def _attribute(kind: str, value: object) -> cms.CMSAttribute:
    return cms.CMSAttribute({"type": cms.CMSAttributeType(kind), "values": (value,)})


def _der(record: KeyRecord) -> bytes:
    return record.certificate.public_bytes(Encoding.DER)
