"""The address in the QR code: alphanumeric, and one form only."""

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st

from lms.core.credentials.address import from_base32, payload_in, qr_address, to_base32
from lms.core.credentials.errors import MalformedCredential


@given(st.binary(min_size=1, max_size=600))
def test_bytes_come_back(message):
    address = qr_address("https://lms.example.org", message)
    assert from_base32(payload_in(address)) == message
    assert from_base32(payload_in(address.lower())) == message


def test_the_address_stays_in_the_alphanumeric_mode():
    address = qr_address("https://lms.example.org:8443", bytes(range(203)) + b"\xff")
    assert address.startswith("HTTPS://LMS.EXAMPLE.ORG:8443/V/")
    assert segno.make_qr(address, error="m").mode == "alphanumeric"


def test_a_path_in_front_keeps_its_letters():
    assert qr_address("https://example.org/learn/", b"\x00").startswith(
        "HTTPS://EXAMPLE.ORG/learn/V/"
    )


@pytest.mark.parametrize("url", ["", "lms.example.org", "ftp://a", "javascript:1", "https://a?b"])
def test_only_web_addresses_are_public(url):
    with pytest.raises(ValueError, match="public address"):
        qr_address(url, b"\x00")


@pytest.mark.parametrize(
    "payload",
    ["", "A", "AAA", "AAAAAA", "AB", "aa", "AA======", "A1", "A A", "ÄÄ", "AA\n", "7" * 9999],
)
def test_other_spellings_of_base32_are_refused(payload):
    with pytest.raises(MalformedCredential):
        from_base32(payload)


def test_every_spelling_has_one_meaning():
    payload = to_base32(b"\x01\x02\x03")
    assert payload == "AEBAG"
    # The last letter carries 4 of its 5 bits; the 16 letters that set the fifth say nothing new.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    for last in letters[::2]:
        assert to_base32(from_base32(payload[:-1] + last)) == payload[:-1] + last
    for last in letters[1::2]:
        with pytest.raises(MalformedCredential):
            from_base32(payload[:-1] + last)


@pytest.mark.parametrize("address", ["https://example.org/other/AAAA", "/", "x" * 9999])
def test_other_addresses_hold_no_payload(address):
    with pytest.raises(MalformedCredential):
        payload_in(address)
