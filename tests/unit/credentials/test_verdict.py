"""One answer for every certificate, good or bad."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from lms.core.credentials import cose
from lms.core.credentials.address import from_base32, payload_in, qr_address, to_base32
from lms.core.credentials.claim import Claim, claim_to_cbor
from lms.core.credentials.numbers import serial_from_bits
from lms.core.credentials.status import FEWEST_ENTRIES, Status, status_list
from lms.core.credentials.verdict import Kind, TrustedKey, verify

KEY = ec.derive_private_key(11, ec.SECP256R1())
OTHER = ec.derive_private_key(13, ec.SECP256R1())
CLAIM = Claim(
    serial=serial_from_bits(2**59 + 12345),
    name="Gonçalo Évora dos Santos Ṣẹ́gun",
    course="Recognising precursors in trade",
    language="pt",
    issued_on=date(2026, 11, 24),
    expires_on=date(2029, 11, 23),
    issuer="Demo Customs Administration",
    status_index=4_242,
    score=91,
)
NOW = datetime(2027, 5, 1, 12, tzinfo=UTC)
NOTHING_LISTED = status_list({})


def pinned(key: ec.EllipticCurvePrivateKey, **more) -> dict[bytes, TrustedKey]:
    trusted = TrustedKey(key.public_key(), more.pop("issuer", CLAIM.issuer), **more)
    return {cose.key_id(key.public_key()): trusted}


KEYS = pinned(KEY)


def signed(claim: Claim = CLAIM, key: ec.EllipticCurvePrivateKey = KEY) -> str:
    return qr_address("https://lms.example.org", cose.sign(claim_to_cbor(claim), key))


def test_a_certificate_in_force_is_valid_in_every_form_it_is_read():
    address = signed()
    for form in (address, address.lower(), payload_in(address), from_base32(payload_in(address))):
        verdict = verify(form, KEYS, NOTHING_LISTED, NOW)
        assert verdict.kind is Kind.VALID
        assert verdict.claim == CLAIM
        assert verdict.status_known
        assert verdict.is_genuine


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (Status.REVOKED, Kind.REVOKED),
        (Status.SUSPENDED, Kind.SUSPENDED),
        (Status.SUPERSEDED, Kind.SUPERSEDED),
    ],
)
def test_the_status_list_comes_before_the_dates(status, kind):
    listed = status_list({CLAIM.status_index: status, CLAIM.status_index + 1: Status.REVOKED})
    for now in (NOW, NOW.replace(year=2040), NOW.replace(year=2020)):
        verdict = verify(signed(), KEYS, listed, now)
        assert (verdict.kind, verdict.claim) == (kind, CLAIM)


@pytest.mark.parametrize(
    ("now", "kind"),
    [
        (datetime(2026, 11, 23, 9, 59, 59, tzinfo=UTC), Kind.NOT_YET_VALID),
        (datetime(2026, 11, 23, 10, 0, tzinfo=UTC), Kind.VALID),
        (datetime(2029, 11, 24, 11, 59, 59, tzinfo=UTC), Kind.VALID),
        (datetime(2029, 11, 24, 12, 0, tzinfo=UTC), Kind.EXPIRED),
        (datetime(2029, 11, 24, 1, 0, tzinfo=timezone(timedelta(hours=-11))), Kind.EXPIRED),
    ],
)
def test_the_printed_days_count_everywhere_on_earth(now, kind):
    assert verify(signed(), KEYS, NOTHING_LISTED, now).kind is kind


def test_without_expiry_it_stays_valid():
    claim = replace(CLAIM, expires_on=None)
    far = datetime(2200, 1, 1, tzinfo=UTC)
    assert verify(signed(claim), KEYS, NOTHING_LISTED, far).kind is Kind.VALID


def test_an_unknown_key_says_nothing_about_the_claim():
    verdict = verify(signed(key=OTHER), KEYS, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.reason, verdict.claim) == (Kind.UNKNOWN_KEY, "kid", None)


def test_a_key_speaks_only_for_its_own_issuer():
    keys = {**KEYS, **pinned(OTHER, issuer="Another administration")}
    verdict = verify(signed(key=OTHER), keys, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.reason, verdict.claim) == (Kind.UNKNOWN_KEY, "other_issuer", None)


def test_a_kid_of_another_key_is_a_bad_signature():
    keys = {cose.key_id(KEY.public_key()): TrustedKey(OTHER.public_key(), CLAIM.issuer)}
    verdict = verify(signed(), keys, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.claim) == (Kind.BAD_SIGNATURE, None)


def test_a_withdrawn_key_counts_for_what_was_signed_before():
    before = pinned(KEY, untrusted_from=CLAIM.issued_on + timedelta(days=1))
    after = pinned(KEY, untrusted_from=CLAIM.issued_on)
    assert verify(signed(), before, NOTHING_LISTED, NOW).kind is Kind.VALID
    verdict = verify(signed(), after, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.reason, verdict.claim) == (Kind.UNKNOWN_KEY, "withdrawn", None)


def test_three_rotations_leave_every_old_certificate_valid():
    keys: dict[bytes, TrustedKey] = {}
    addresses = []
    for number in range(4):
        key = ec.derive_private_key(100 + number, ec.SECP256R1())
        keys |= pinned(key)
        addresses.append(signed(key=key))
    kinds = {verify(address, keys, NOTHING_LISTED, NOW).kind for address in addresses}
    assert kinds == {Kind.VALID}


def test_without_a_list_the_answer_says_so():
    verdict = verify(signed(), KEYS, None, NOW)
    assert (verdict.kind, verdict.status_known) == (Kind.VALID, False)
    beyond = replace(CLAIM, status_index=FEWEST_ENTRIES)
    verdict = verify(signed(beyond), KEYS, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.status_known) == (Kind.VALID, False)


def test_a_signed_message_that_is_no_claim_is_malformed():
    address = qr_address("https://lms.example.org", cose.sign(b"\xa1\x00\x01", KEY))
    verdict = verify(address, KEYS, NOTHING_LISTED, NOW)
    assert (verdict.kind, verdict.reason, verdict.claim) == (Kind.MALFORMED, "claim", None)


def test_a_naive_now_is_a_mistake_of_the_caller():
    with pytest.raises(ValueError, match="aware"):
        verify(signed(), KEYS, NOTHING_LISTED, datetime(2027, 1, 1))  # noqa: DTZ001


def test_ten_thousand_changed_payloads_are_refused():
    """Row P1 of the test programme: letters changed, cut, added, swapped, spliced."""
    chance = random.Random(2026)
    payload = payload_in(signed())
    twin = payload_in(signed(replace(CLAIM, name="Another Officer", score=None)))
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
    kinds = set()
    for _ in range(10_000):
        changed = _changed(payload, twin, letters, chance)
        if changed in (payload, twin):
            continue
        verdict = verify(changed, KEYS, NOTHING_LISTED, NOW)
        assert verdict.claim is None
        kinds.add(verdict.kind)
    assert kinds == {Kind.MALFORMED, Kind.BAD_SIGNATURE, Kind.UNKNOWN_KEY}


def _changed(payload: str, twin: str, letters: str, chance: random.Random) -> str:
    place = chance.randrange(len(payload))
    match chance.randrange(5):
        case 0:
            return payload[:place] + chance.choice(letters) + payload[place + 1 :]
        case 1:
            return payload[:place] + payload[place + chance.randint(1, 9) :]
        case 2:
            return payload[:place] + chance.choice(letters) + payload[place:]
        case 3:
            return payload[:place] + twin[place:]
        case _:
            message = bytearray(from_base32(payload))
            message[chance.randrange(len(message))] ^= chance.randrange(1, 256)
            return to_base32(bytes(message))
