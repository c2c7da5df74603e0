"""The status list follows W3C Bitstring Status List 1.0."""

import base64
import gzip
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.status import (
    FEWEST_ENTRIES,
    MOST_ENTRIES,
    Status,
    StatusList,
    decode,
    encode,
    free_index,
    status_list,
)


@given(st.dictionaries(st.integers(0, FEWEST_ENTRIES - 1), st.sampled_from(Status), max_size=50))
def test_every_status_comes_back(statuses):
    listed = decode(encode(status_list(statuses)))
    assert len(listed) == FEWEST_ENTRIES
    for index, status in statuses.items():
        assert listed.at(index) is status
    others = set(range(0, FEWEST_ENTRIES, 997)) - set(statuses)
    assert {listed.at(index) for index in others} == {Status.IN_FORCE}


def test_the_first_entry_is_leftmost_and_two_bits_wide():
    listed = status_list({0: Status.REVOKED, 1: Status.SUSPENDED, 3: Status.SUPERSEDED})
    assert listed.packed[0] == 0b01_10_00_11


def test_the_encoding_is_multibase_base64url_of_gzip():
    encoded = encode(status_list({5: Status.REVOKED}))
    assert encoded[0] == "u"
    assert "=" not in encoded
    text = encoded[1:] + "=" * (-len(encoded[1:]) % 4)
    assert (
        gzip.decompress(base64.urlsafe_b64decode(text)) == status_list({5: Status.REVOKED}).packed
    )


def test_an_empty_list_is_small_and_a_thousand_revocations_stay_small():
    assert len(encode(status_list({}))) < 120
    chance = random.Random(7)
    thousand = {chance.randrange(FEWEST_ENTRIES): Status.REVOKED for _ in range(1000)}
    assert len(encode(status_list(thousand))) < 4_000


def test_the_same_list_is_encoded_the_same():
    assert encode(status_list({9: Status.REVOKED})) == encode(status_list({9: Status.REVOKED}))
    assert status_list({9: Status.REVOKED}) == status_list({9: Status.REVOKED})
    assert status_list({9: Status.REVOKED}) != status_list({8: Status.REVOKED})


def _packed(data: bytes) -> str:
    return "u" + base64.urlsafe_b64encode(data).decode().rstrip("=")


@pytest.mark.parametrize(
    "encoded",
    [
        "",
        "u",
        "z123",
        "u!!!!",
        _packed(b"not gzip"),
        _packed(gzip.compress(bytes(10), mtime=0)),
        _packed(gzip.compress(bytes(MOST_ENTRIES // 4 + 1), mtime=0)),
        _packed(gzip.compress(bytes(50_000_000), mtime=0)),
        _packed(gzip.compress(bytes(FEWEST_ENTRIES // 4), mtime=0)[:-4]),
        _packed(gzip.compress(bytes(FEWEST_ENTRIES // 4), mtime=0) + b"more"),
        "u" + "A" * (2 * MOST_ENTRIES),
    ],
)
def test_other_lists_are_refused(encoded):
    with pytest.raises(MalformedCredential):
        decode(encoded)


@pytest.mark.parametrize("index", [-1, FEWEST_ENTRIES])
def test_places_outside_are_refused(index):
    with pytest.raises(MalformedCredential):
        status_list({}).at(index)
    with pytest.raises(ValueError, match="no place"):
        status_list({index: Status.REVOKED})


def test_a_list_of_odd_length_is_refused():
    with pytest.raises(ValueError, match="whole bytes"):
        status_list({}, FEWEST_ENTRIES + 1)
    with pytest.raises(MalformedCredential):
        StatusList(bytes(3))


def test_a_free_place_is_drawn_and_taken_ones_are_passed_over():
    taken = {5, 6}
    assert free_index(taken.__contains__, [5, FEWEST_ENTRIES + 6, 9, 10]) == 9
    with pytest.raises(LookupError):
        free_index(taken.__contains__, [5, 6])
