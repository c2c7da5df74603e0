"""Signed JSON: our own comes back, everything else is refused."""

import base64
import json
import random

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lms.core.credentials import jws
from lms.core.credentials.cose import key_id
from lms.core.credentials.errors import MalformedCredential

KEY = ec.derive_private_key(17, ec.SECP256R1())
KEYS = {key_id(KEY.public_key()): KEY.public_key()}
DOCUMENT = {"name": "Évora", "list": [1, 2, 3]}


def _header(text: str) -> dict[str, str]:
    part = text.split(".")[0]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def test_a_document_comes_back():
    text = jws.sign(DOCUMENT, KEY, "vc+jwt")
    assert jws.read(text, KEYS, "vc+jwt") == DOCUMENT
    assert _header(text) == {"alg": "ES256", "kid": next(iter(KEYS)).hex(), "typ": "vc+jwt"}
    assert jws.sign(DOCUMENT, KEY, "vc+jwt") == text


def test_another_kind_or_key_is_refused():
    text = jws.sign(DOCUMENT, KEY, "vc+jwt")
    other = ec.derive_private_key(19, ec.SECP256R1()).public_key()
    for keys, kind in ((KEYS, "jwt"), ({}, "vc+jwt"), ({next(iter(KEYS)): other}, "vc+jwt")):
        with pytest.raises(MalformedCredential):
            jws.read(text, keys, kind)


@pytest.mark.parametrize("change", [{"alg": "none"}, {"alg": "HS256"}, {"jku": "https://x"}])
def test_other_headers_are_refused(change):
    header, body, signature = jws.sign(DOCUMENT, KEY, "vc+jwt").split(".")
    changed = {**_header(f"{header}.."), **change}
    packed = base64.urlsafe_b64encode(json.dumps(changed).encode()).decode().rstrip("=")
    for end in (signature, ""):
        with pytest.raises(MalformedCredential):
            jws.read(f"{packed}.{body}.{end}", KEYS, "vc+jwt")


def test_two_thousand_mutations_are_refused():
    chance = random.Random(5)
    text = jws.sign(DOCUMENT, KEY, "vc+jwt")
    for _ in range(2_000):
        place = chance.randrange(len(text))
        changed = text[:place] + chance.choice("AZaz09-_.=") + text[place + chance.choice((0, 1)) :]
        if changed != text:
            with pytest.raises(MalformedCredential):
                jws.read(changed, KEYS, "vc+jwt")


@pytest.mark.parametrize("text", ["", "a.b", "a.b.c.d", "..", "é.é.é", "e30.e30.e30", "W10.W10.AA"])
def test_other_text_is_refused(text):
    with pytest.raises(MalformedCredential):
        jws.read(text, KEYS, "vc+jwt")
