"""What we publish is enough for a stranger to check a certificate without asking us."""

from __future__ import annotations

import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from lms.adapters.signing import KeyStore
from lms.certificates.publish import STATUS_KIND, key_document, status_document
from lms.core.credentials import jws
from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.status import Status, decode, status_list
from lms.core.credentials.verdict import Kind, TrustedKey, verify
from tests.integration.certificates import samples


@pytest.fixture
def keys(tmp_path) -> KeyStore:
    return KeyStore(tmp_path / "keys", "a passphrase for tests")


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=="), "big")


def _pinned(document: str) -> dict[bytes, TrustedKey]:
    """The keys as a stranger reads them."""
    pinned = {}
    for key in json.loads(document)["keys"]:
        numbers = ec.EllipticCurvePublicNumbers(
            _number(key["x"]), _number(key["y"]), ec.SECP256R1()
        )
        pinned[bytes.fromhex(key["kid"])] = TrustedKey(numbers.public_key(), key["issuer"])
    return pinned


def test_a_stranger_checks_a_certificate_with_the_two_files(keys):
    key = keys.signing_key(samples.ISSUER, samples.ISSUED_ON)
    page = samples.page(key)
    revoked = samples.page(key, 2)
    listed = status_list({revoked.claim.status_index: Status.REVOKED})
    published_keys = json.dumps(key_document(keys.records(), samples.NOW))
    published_status = json.dumps(status_document(listed, samples.PUBLIC_URL, key, samples.NOW))

    pinned = _pinned(published_keys)
    envelope = json.loads(published_status)
    signed = envelope["id"].removeprefix(f"data:application/{STATUS_KIND},")
    public_keys = {kid: trusted.public_key for kid, trusted in pinned.items()}
    credential = jws.read(signed, public_keys, STATUS_KIND)
    read_list = decode(credential["credentialSubject"]["encodedList"])

    assert read_list == listed
    assert verify(page.qr_address, pinned, read_list, samples.NOW).kind is Kind.VALID
    assert verify(revoked.qr_address, pinned, read_list, samples.NOW).kind is Kind.REVOKED
    with pytest.raises(MalformedCredential):
        jws.read(signed[:-2] + "AA", public_keys, STATUS_KIND)


def test_every_key_is_published_with_its_certificate(keys):
    old = keys.signing_key(samples.ISSUER, samples.ISSUED_ON).record
    keys.withdraw(old.kid, samples.ISSUED_ON)
    keys.signing_key(samples.ISSUER, samples.ISSUED_ON)
    document = key_document(keys.records(), samples.NOW)
    assert len(document["keys"]) == 2
    by_kid = {key["kid"]: key for key in document["keys"]}
    assert by_kid[old.kid.hex()]["untrusted_from"] == samples.ISSUED_ON.isoformat()
    for key in document["keys"]:
        certificate = x509.load_der_x509_certificate(base64.b64decode(key["x5c"][0]))
        assert certificate.public_key().public_numbers().x == _number(key["x"])
        assert set(key) & {"d", "k", "p", "q"} == set()


def test_the_status_list_says_how_long_it_is_fresh(keys):
    key = keys.signing_key(samples.ISSUER, samples.ISSUED_ON)
    envelope = status_document(status_list({}), samples.PUBLIC_URL, key, samples.NOW)
    body = envelope["id"].split(".")[1]
    credential = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    assert credential["validFrom"] == "2026-11-24T12:30:00Z"
    assert credential["validUntil"] == "2026-12-01T12:30:00Z"
    assert credential["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
    assert len(json.dumps(envelope)) < 2_500
