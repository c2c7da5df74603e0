"""JSON signed as a compact JWS with ES256 (RFC 7515, RFC 7518): for lists that programs fetch."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from cryptography.hazmat.primitives.hashes import SHA256

from lms.core.credentials.cose import key_id
from lms.core.credentials.errors import MalformedCredential

_COORDINATE = 32


def sign(document: Mapping[str, object], key: ec.EllipticCurvePrivateKey, kind: str) -> str:
    """A compact JWS; `kind` is its media type (`vc+jwt`), the key id is in hexadecimal digits."""
    header = {"alg": "ES256", "kid": key_id(key.public_key()).hex(), "typ": kind}
    signed = f"{_packed(_json(header))}.{_packed(_json(document))}"
    algorithm = ec.ECDSA(SHA256(), deterministic_signing=True)
    r, s = decode_dss_signature(key.sign(signed.encode("ascii"), algorithm))
    signature = r.to_bytes(_COORDINATE, "big") + s.to_bytes(_COORDINATE, "big")
    return f"{signed}.{_packed(signature)}"


def read(text: str, keys: Mapping[bytes, ec.EllipticCurvePublicKey], kind: str) -> object:
    """The document inside, if one of the pinned `keys` (by key id) signed it as this `kind`.

    Raises `MalformedCredential` for anything else.
    """
    try:
        header_text, body_text, signature_text = text.split(".")
        header = json.loads(_unpacked(header_text))
        key = keys[bytes.fromhex(header["kid"])]
        signature = _unpacked(signature_text)
        if header != {"alg": "ES256", "kid": header["kid"], "typ": kind} or len(signature) != 64:
            raise MalformedCredential("jws")
        r = int.from_bytes(signature[:_COORDINATE], "big")
        s = int.from_bytes(signature[_COORDINATE:], "big")
        signed = f"{header_text}.{body_text}".encode("ascii")
        key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(SHA256()))
        document: object = json.loads(_unpacked(body_text))
    except (ValueError, TypeError, KeyError, RecursionError, InvalidSignature):
        raise MalformedCredential("jws") from None
    return document


def _json(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def _packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")


def _unpacked(text: str) -> bytes:
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise MalformedCredential("jws") from None
    if _packed(data) != text:
        raise MalformedCredential("jws")
    return data
