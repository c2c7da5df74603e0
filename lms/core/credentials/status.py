"""The status list: one small file in which every certificate has a place that only it knows.

W3C Bitstring Status List 1.0 (Recommendation, 15 May 2025): at least 131,072 entries, the
first one leftmost, gzip, base64url without padding behind the multibase letter `u`. Each entry
has two bits here (`statusSize` 2, purpose `message`). Whoever checks a certificate fetches the
whole list, so we never learn which one is being checked, and a place drawn at random tells
nothing about when a certificate was issued.
"""

from __future__ import annotations

import base64
import binascii
import gzip
import zlib
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum

from lms.core.credentials.errors import MalformedCredential

FEWEST_ENTRIES = 131_072
MOST_ENTRIES = 4_194_304
"""Bounds what an encoded list may unpack to: 1 MiB."""
BITS = 2
_PER_BYTE = 8 // BITS
_MASK = (1 << BITS) - 1


class Status(IntEnum):
    """What the list says of one certificate."""

    IN_FORCE = 0
    REVOKED = 1
    SUSPENDED = 2
    SUPERSEDED = 3


class StatusList:
    """A list of statuses, read by place."""

    def __init__(self, packed: bytes) -> None:
        """`packed` holds four entries a byte; its size must be a whole list's."""
        if not FEWEST_ENTRIES <= len(packed) * _PER_BYTE <= MOST_ENTRIES:
            raise MalformedCredential("status_list")
        self._packed = bytes(packed)

    def __len__(self) -> int:
        return len(self._packed) * _PER_BYTE

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StatusList) and self._packed == other._packed

    __hash__ = None  # type: ignore[assignment]

    @property
    def packed(self) -> bytes:
        """The raw bits."""
        return self._packed

    def at(self, index: int) -> Status:
        """The status at a place. A place outside the list is `MalformedCredential`."""
        if not 0 <= index < len(self):
            raise MalformedCredential("status_list")
        return Status(self._packed[index // _PER_BYTE] >> _shift(index) & _MASK)


def status_list(statuses: Mapping[int, Status], entries: int = FEWEST_ENTRIES) -> StatusList:
    """A list of `entries` places in which all but the given ones are in force."""
    if entries % _PER_BYTE:
        raise ValueError("entries must fill whole bytes")
    packed = bytearray(entries // _PER_BYTE)
    for index, status in statuses.items():
        if not 0 <= index < entries:
            raise ValueError(f"no place {index} in a list of {entries}")
        packed[index // _PER_BYTE] |= int(status) << _shift(index)
    return StatusList(bytes(packed))


def free_index(
    taken: Callable[[int], bool], draws: Iterable[int], entries: int = FEWEST_ENTRIES
) -> int:
    """The first of the random `draws` (taken modulo `entries`) whose place is free.

    Raises `LookupError` when the draws run out.
    """
    for draw in draws:
        index = draw % entries
        if not taken(index):
            return index
    raise LookupError("no free place found in the status list")


def encode(listed: StatusList) -> str:
    """The `encodedList` of the recommendation. The same list gives the same text."""
    packed = gzip.compress(listed.packed, compresslevel=9, mtime=0)
    return "u" + base64.urlsafe_b64encode(packed).decode("ascii").rstrip("=")


def decode(encoded: str) -> StatusList:
    """Read an `encodedList`, whoever wrote it. Raises `MalformedCredential`."""
    if not encoded.startswith("u") or len(encoded) > 2 * MOST_ENTRIES:
        raise MalformedCredential("status_list")
    text = encoded[1:]
    try:
        packed = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        unpacker = zlib.decompressobj(wbits=31)
        bits = unpacker.decompress(packed, MOST_ENTRIES // _PER_BYTE + 1)
    except (binascii.Error, zlib.error, ValueError):
        raise MalformedCredential("status_list") from None
    if not unpacker.eof or unpacker.unused_data:
        raise MalformedCredential("status_list")
    return StatusList(bits)


def _shift(index: int) -> int:
    return 8 - BITS - BITS * (index % _PER_BYTE)
