"""What the platform publishes so that others can check certificates by themselves.

Two small JSON documents under /.well-known/: every key that ever signed, and the status list.
Neither says anything about a person.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography.hazmat.primitives.serialization import Encoding

from lms.adapters.signing import KeyRecord, SigningKey
from lms.core.credentials import jws
from lms.core.credentials.status import BITS, StatusList, encode

KEYS_PATH = "/.well-known/certificate-keys.json"
STATUS_PATH = "/.well-known/certificate-status"
STATUS_KIND = "vc+jwt"
FRESH_FOR = timedelta(days=7)
"""A verifier without a connection may call an answer certain for so long."""

_MESSAGES = ("in force", "revoked", "suspended", "superseded")


def key_document(records: Iterable[KeyRecord], now: datetime) -> dict[str, object]:
    """A JSON Web Key Set (RFC 7517) of all keys, with whom each may speak for.

    `kid` is the COSE key id in hexadecimal digits. `untrusted_from` is the day from which a
    lost key counts for nothing, or null.
    """
    return {"version": 1, "issued_at": _time(now), "keys": [_jwk(record) for record in records]}


def status_document(
    listed: StatusList, public_url: str, key: SigningKey, now: datetime
) -> dict[str, object]:
    """The status list as a signed W3C BitstringStatusListCredential in its envelope.

    The `id` is a data URL that ends in a compact JWS (W3C Verifiable Credentials 2.0, 4.13).
    """
    address = public_url.rstrip("/") + STATUS_PATH
    credential = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": address,
        "type": ["VerifiableCredential", "BitstringStatusListCredential"],
        "issuer": {"id": public_url, "name": key.record.issuer},
        "validFrom": _time(now),
        "validUntil": _time(now + FRESH_FOR),
        "credentialSubject": {
            "id": f"{address}#list",
            "type": "BitstringStatusList",
            "statusPurpose": "message",
            "statusSize": BITS,
            "statusMessage": [
                {"status": hex(value), "message": message}
                for value, message in enumerate(_MESSAGES)
            ],
            "encodedList": encode(listed),
        },
    }
    signed = jws.sign(credential, key.private_key, STATUS_KIND)
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"data:application/{STATUS_KIND},{signed}",
        "type": "EnvelopedVerifiableCredential",
    }


def _jwk(record: KeyRecord) -> dict[str, object]:
    numbers = record.public_key.public_numbers()
    certificate = record.certificate.public_bytes(Encoding.DER)
    return {
        "kty": "EC",
        "crv": "P-256",
        "alg": "ES256",
        "use": "sig",
        "kid": record.kid.hex(),
        "x": _coordinate(numbers.x),
        "y": _coordinate(numbers.y),
        "x5c": [base64.b64encode(certificate).decode("ascii")],
        "issuer": record.issuer,
        "made_on": record.made_on.isoformat(),
        "untrusted_from": record.untrusted_from.isoformat() if record.untrusted_from else None,
    }


def _coordinate(number: int) -> str:
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).decode("ascii").rstrip("=")


def _time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
