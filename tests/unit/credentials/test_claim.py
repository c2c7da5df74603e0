"""The claim has one written form, and only what is printed gets in."""

from dataclasses import replace
from datetime import date

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.credentials.claim import (
    LONGEST_CLAIM,
    LONGEST_TEXT,
    Claim,
    claim_from_cbor,
    claim_to_cbor,
    printed_text,
)
from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.numbers import serial_from_bits

CLAIM = Claim(
    serial=serial_from_bits(0x123456789ABCDEF),
    name="Ọláyínká Ŋgɔ̃ɖɛ́ N’Diaye",
    course="Using a handheld Raman spectrometer",
    language="fr",
    issued_on=date(2026, 11, 24),
    expires_on=date(2029, 11, 23),
    issuer="Demo Customs Administration",
    status_index=70_001,
    score=82,
)


def printable(limit: int = LONGEST_TEXT) -> st.SearchStrategy[str]:
    letters = st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cn", "Co", "Cs"))
    return st.text(letters, min_size=1, max_size=limit).map(_printed_or_name)


def _printed_or_name(text: str) -> str:
    try:
        return printed_text(text)
    except MalformedCredential:
        return "A"


@given(
    name=printable(),
    course=printable(),
    issuer=printable(),
    issued_on=st.dates(date(1970, 1, 1), date(2500, 1, 1)),
    days=st.none() | st.integers(0, 5000),
    index=st.integers(0, 2**31 - 1),
    score=st.none() | st.integers(0, 100),
    bits=st.integers(0, 2**60 - 1),
)
def test_every_claim_comes_back_as_it_went(
    name, course, issuer, issued_on, days, index, score, bits
):
    expires_on = None if days is None else date.fromordinal(issued_on.toordinal() + days)
    claim = Claim(
        serial=serial_from_bits(bits),
        name=name,
        course=course,
        language="pt",
        issued_on=issued_on,
        expires_on=expires_on,
        issuer=issuer,
        status_index=index,
        score=score,
    )
    data = claim_to_cbor(claim)
    assert claim_from_cbor(data) == claim
    assert claim_to_cbor(claim_from_cbor(data)) == data


def test_the_longest_texts_in_a_two_byte_script_fit():
    long = "ש" * LONGEST_TEXT
    claim = replace(CLAIM, name=long, course=long, issuer=long)
    assert len(claim_to_cbor(claim)) < LONGEST_CLAIM


@pytest.mark.parametrize(
    "change",
    [
        {"serial": "VG-0000-0000-000"},
        {"serial": "vg-0000-0000-0000"},
        {"serial": "VG-OOOO-0000-0000"},
        {"name": ""},
        {"name": " Awa"},
        {"name": "Awa\nDiop"},
        {"name": "Awa\u202eDiop"},
        {"name": "e\u0301"},
        {"name": "A" * (LONGEST_TEXT + 1)},
        {"language": "FR"},
        {"language": "f" * 36},
        {"expires_on": date(2026, 11, 23)},
        {"issued_on": date(1969, 12, 31), "expires_on": None},
        {"status_index": -1},
        {"status_index": 2**31},
        {"status_index": True},
        {"score": 101},
        {"score": -1},
        {"kind": "other"},
        {"version": 2},
    ],
)
def test_what_could_not_be_printed_is_refused(change):
    with pytest.raises(MalformedCredential):
        replace(CLAIM, **change)


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ("  Awa \t\n Diop ", "Awa Diop"),
        ("e\u0301", "é"),
        ("Awa\u202e Diop\u0000", "Awa Diop"),
        ("A\u200bwa\ufeff", "Awa"),
        ("ن\u200cن", "ن\u200cن"),
        ("x" * 300, "x" * LONGEST_TEXT),
    ],
)
def test_printed_text_keeps_what_a_reader_sees(given, printed):
    assert printed_text(given) == printed
    assert printed_text(printed) == printed


def test_text_without_a_visible_letter_is_refused():
    with pytest.raises(MalformedCredential):
        printed_text(" \u200b\u202e ")


def _fields(**change):
    fields = cbor2.loads(claim_to_cbor(CLAIM))
    for key, value in change.items():
        number = int(key[1:])
        if value is None:
            fields.pop(number)
        else:
            fields[number] = value
    return cbor2.dumps(fields, canonical=True)


@pytest.mark.parametrize(
    "data",
    [
        _fields(k2=None),
        _fields(k0=2),
        _fields(k0=True),
        _fields(k1=7),
        _fields(k2=b"bytes"),
        _fields(k5="2026"),
        _fields(k5=20781.0),
        _fields(k5=-1),
        _fields(k5=10**9),
        _fields(k10=101),
        _fields(k11=1),
        cbor2.dumps([1, 2, 3]),
        cbor2.dumps("claim"),
        cbor2.dumps({"0": 1}),
        b"",
        claim_to_cbor(CLAIM) + b"\x00",
        claim_to_cbor(CLAIM)[:-1],
        b"\xbf" + claim_to_cbor(CLAIM)[1:] + b"\xff",
        b"\xd9\xd9\xf7" + claim_to_cbor(CLAIM),
        b"\x9f" * 500,
        b"\xbb\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"\xd8\x1c\x81\xd8\x1d\x00",
    ],
)
def test_other_bytes_are_no_claim(data):
    with pytest.raises(MalformedCredential):
        claim_from_cbor(data)


def test_a_repeated_key_is_refused():
    data = claim_to_cbor(CLAIM)
    assert data[0] == 0xAB
    repeated = bytes([0xAC]) + data[1:] + b"\x0a\x18\x53"
    with pytest.raises(MalformedCredential):
        claim_from_cbor(repeated)


def test_unsorted_keys_and_long_numbers_are_refused():
    data = claim_to_cbor(CLAIM)
    assert data[1:3] == b"\x00\x01"
    with pytest.raises(MalformedCredential):
        claim_from_cbor(data[:1] + data[3:] + data[1:3])
    with pytest.raises(MalformedCredential):
        claim_from_cbor(data[:2] + b"\x18\x01" + data[3:])


@given(st.binary(max_size=400))
def test_noise_never_raises_anything_else(data):
    with pytest.raises(MalformedCredential):
        claim_from_cbor(data)
