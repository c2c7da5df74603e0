"""COSE_Sign1 with ES256 (RFC 9052, RFC 9053), read as strictly as it is written.

    18([ << {1: -7, 4: kid} >>, {}, claim bytes, r || s ])

Only this shape is a certificate. The algorithm is never taken from the message, the key only
from the caller's own set, and a signature has one form (low s), so that nobody can turn one
accepted payload into another.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lms.core.credentials.claim import LONGEST_CLAIM, strict_cbor
from lms.core.credentials.errors import MalformedCredential

ES256 = -7
KID_SIZE = 8
LONGEST_MESSAGE = LONGEST_CLAIM + 200

_SIGN1_TAG = b"\xd2"
"""Tag 18 in its shortest form. It is taken off by hand: CBOR libraries differ in what they
make of a tagged array."""
_ALGORITHM, _KID = 1, 4
_COORDINATE = 32
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of P-256 (FIPS 186-5; SEC 2, section 2.4.2)."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A message whose shape is right and whose signature nobody has checked yet."""

    kid: bytes
    payload: bytes
    protected: bytes
    signature: bytes


def key_id(key: ec.EllipticCurvePublicKey) -> bytes:
    """The first 8 bytes of SHA-256 over the key's SubjectPublicKeyInfo."""
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(spki).digest()[:KID_SIZE]


def sign(payload: bytes, key: ec.EllipticCurvePrivateKey) -> bytes:
    """Sign a payload with a P-256 key. The same payload and key give the same bytes (RFC 6979)."""
    protected = cbor2.dumps({_ALGORITHM: ES256, _KID: key_id(key.public_key())}, canonical=True)
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(_to_be_signed(protected, payload), algorithm))
    s = min(s, _ORDER - s)
    signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
    return _SIGN1_TAG + cbor2.dumps([protected, {}, payload, signature], canonical=True)


def read(message: bytes) -> Signed:
    """Take a message apart without trusting it. Raises `MalformedCredential`."""
    if message[:1] != _SIGN1_TAG:
        raise MalformedCredential("structure")
    parts = strict_cbor(message[1:], LONGEST_MESSAGE)
    if type(parts) is not list or len(parts) != 4:
        raise MalformedCredential("structure")
    protected, unprotected, payload, signature = parts
    if not all(type(part) is bytes for part in (protected, payload, signature)):
        raise MalformedCredential("structure")
    header = strict_cbor(protected, LONGEST_MESSAGE)
    if (
        type(unprotected) is not dict
        or unprotected
        or type(header) is not dict
        or set(header) != {_ALGORITHM, _KID}
    ):
        raise MalformedCredential("header")
    if type(header[_ALGORITHM]) is not int or header[_ALGORITHM] != ES256:
        raise MalformedCredential("algorithm")
    kid = header[_KID]
    if type(kid) is not bytes or len(kid) != KID_SIZE:
        raise MalformedCredential("header")
    if len(signature) != 2 * _COORDINATE:
        raise MalformedCredential("signature_size")
    return Signed(kid=kid, payload=payload, protected=protected, signature=signature)


def is_signed_by(signed: Signed, key: ec.EllipticCurvePublicKey) -> bool:
    """Whether this key made this signature over exactly these bytes."""
    r = int.from_bytes(signed.signature[:_COORDINATE], "big")
    s = int.from_bytes(signed.signature[_COORDINATE:], "big")
    if not (0 < r < _ORDER and 0 < s <= _ORDER // 2) or not isinstance(key.curve, ec.SECP256R1):
        return False
    to_be_signed = _to_be_signed(signed.protected, signed.payload)
    try:
        key.verify(encode_dss_signature(r, s), to_be_signed, ec.ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def _to_be_signed(protected: bytes, payload: bytes) -> bytes:
    return cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
