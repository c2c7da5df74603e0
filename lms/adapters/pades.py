"""The signature inside the PDF: PAdES baseline B-B (ETSI EN 319 142-1), P-256 with SHA-256.

pyHanko writes the incremental update and later judges it. The CMS (RFC 5652) is put together
here, from parts prepared once per key: it has one shape, so a dozen lines of DER do in 0.1 ms
what a general ASN.1 library does in 8. The signature certifies the document: no later change
is allowed.
"""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

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
        record = _owner(certificate.dump(), keys)
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


def _owner(certificate: bytes, keys: list[KeyRecord]) -> KeyRecord | None:
    """The key with exactly this certificate (DER)."""
    return next(
        (key for key in keys if key.certificate.public_bytes(Encoding.DER) == certificate), None
    )


def _signed_data(document_digest: bytes, key: SigningKey) -> bytes:
    """The CMS SignedData over a document digest, in DER."""
    attributes = _attributes(document_digest, key.record.certificate)
    signature = key.private_key.sign(_der(_SET, attributes), ec.ECDSA(SHA256()))
    return _content_info(attributes, signature, key.record.certificate)


def _attributes(document_digest: bytes, certificate: x509.Certificate) -> bytes:
    """The signed attributes of PAdES B-B, in the order DER asks of a set."""
    digest = _attribute(_MESSAGE_DIGEST, _der(_OCTETS, document_digest))
    return b"".join(sorted((_prepared(certificate).attributes, digest, _CONTENT_IS_DATA)))


def _content_info(attributes: bytes, signature: bytes, certificate: x509.Certificate) -> bytes:
    prepared = _prepared(certificate)
    signer = _der(
        _SEQUENCE,
        _VERSION_1,
        prepared.issuer_and_serial,
        _SHA256_ALGORITHM,
        _der(_CONTEXT_0, attributes),
        _ECDSA_ALGORITHM,
        _der(_OCTETS, signature),
    )
    signed = _der(
        _SEQUENCE,
        _VERSION_1,
        _der(_SET, _SHA256_ALGORITHM),
        _der(_SEQUENCE, _DATA),
        _der(_CONTEXT_0, prepared.certificate),
        _der(_SET, signer),
    )
    return _der(_SEQUENCE, _SIGNED_DATA, _der(_CONTEXT_0, signed))


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
    """The parts of a CMS that depend on the key only, in DER."""

    certificate: bytes
    issuer_and_serial: bytes
    attributes: bytes
    """signing-certificate-v2 (RFC 5035): ties the signature to this one certificate."""


@lru_cache(maxsize=64)
def _prepared(certificate: x509.Certificate) -> _Prepared:
    der = certificate.public_bytes(Encoding.DER)
    serial = certificate.serial_number
    number = serial.to_bytes(serial.bit_length() // 8 + 1, "big")
    reference = _der(_SEQUENCE, _der(_OCTETS, hashlib.sha256(der).digest()))
    return _Prepared(
        certificate=der,
        issuer_and_serial=_der(
            _SEQUENCE, certificate.issuer.public_bytes(), _der(_INTEGER, number)
        ),
        attributes=_attribute(_SIGNING_CERTIFICATE_V2, _der(_SEQUENCE, _der(_SEQUENCE, reference))),
    )


def _der(tag: int, *content: bytes) -> bytes:
    """One DER element with a definite length in its shortest form (X.690, 10.1)."""
    inside = b"".join(content)
    size = len(inside)
    if size < 0x80:
        return bytes((tag, size)) + inside
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + inside


def _attribute(kind: bytes, value: bytes) -> bytes:
    return _der(_SEQUENCE, kind, _der(_SET, value))


_INTEGER, _OCTETS, _OBJECT, _SEQUENCE, _SET, _CONTEXT_0 = 0x02, 0x04, 0x06, 0x30, 0x31, 0xA0
_VERSION_1 = _der(_INTEGER, b"\x01")
_DATA = _der(_OBJECT, bytes.fromhex("2a864886f70d010701"))
_SIGNED_DATA = _der(_OBJECT, bytes.fromhex("2a864886f70d010702"))
_CONTENT_TYPE = _der(_OBJECT, bytes.fromhex("2a864886f70d010903"))
_MESSAGE_DIGEST = _der(_OBJECT, bytes.fromhex("2a864886f70d010904"))
_SIGNING_CERTIFICATE_V2 = _der(_OBJECT, bytes.fromhex("2a864886f70d010910022f"))
_SHA256_ALGORITHM = _der(_SEQUENCE, _der(_OBJECT, bytes.fromhex("608648016503040201")))
_ECDSA_ALGORITHM = _der(_SEQUENCE, _der(_OBJECT, bytes.fromhex("2a8648ce3d040302")))
_CONTENT_IS_DATA = _attribute(_CONTENT_TYPE, _DATA)
