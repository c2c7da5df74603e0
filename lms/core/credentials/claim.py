"""The claim: exactly what is printed on a certificate, and nothing more.

On the wire it is one CBOR map with small whole numbers as keys, in deterministic encoding
(RFC 8949, section 4.2.1), so that one claim has one sequence of bytes:

    0  version                     whole number, 1
    1  serial                      text, "VG-XXXX-XXXX-XXXX"
    2  name as printed             text
    3  course title as printed     text
    4  language of the certificate text, BCP 47 ("fr")
    5  issued on                   days since 1970-01-01
    6  expires on                  days since 1970-01-01; absent = no expiry
    7  issuer name                 text
    8  kind of credential          text, "training"
    9  status index                place in the published status list
    10 score                       whole percent, 0..100; absent = not printed
"""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta

import cbor2

from lms.core.credentials.errors import MalformedCredential
from lms.core.credentials.numbers import is_serial

VERSION = 1
KIND = "training"
LONGEST_TEXT = 200
LONGEST_CLAIM = 2_000
"""Bytes. Four texts of the longest length in a two-byte script stay below it."""
LARGEST_STATUS_INDEX = 2**31 - 1

_EPOCH = date(1970, 1, 1)
_LAST_DAY = (date.max - _EPOCH).days
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_NEVER_PRINTED = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
# Zero width (non-)joiners shape Arabic and N'Ko names; every other format character is
# invisible and could make two different names look alike or run backwards.
_KEPT_FORMAT_CHARACTERS = {"\u200c", "\u200d"}


@dataclass(frozen=True, slots=True)
class Claim:
    """The signed facts. Every text is in the form `printed_text` gives."""

    serial: str
    name: str
    course: str
    language: str
    issued_on: date
    expires_on: date | None
    issuer: str
    status_index: int
    score: int | None = None
    kind: str = KIND
    version: int = VERSION

    def __post_init__(self) -> None:
        """Refuse a claim that could not be printed or read back (`MalformedCredential`)."""
        texts = (self.name, self.course, self.issuer)
        whole = [self.version, self.status_index]
        whole += [] if self.score is None else [self.score]
        proper = (
            all(type(number) is int for number in whole)
            and self.version == VERSION
            and self.kind == KIND
            and is_serial(self.serial)
            and all(_is_printed(text) for text in texts)
            and isinstance(self.language, str)
            and len(self.language) <= 35
            and _LANGUAGE.fullmatch(self.language) is not None
            and type(self.issued_on) is date
            and self.issued_on >= _EPOCH
            and (self.expires_on is None or type(self.expires_on) is date)
            and (self.expires_on is None or self.expires_on >= self.issued_on)
            and 0 <= self.status_index <= LARGEST_STATUS_INDEX
            and (self.score is None or 0 <= self.score <= 100)
        )
        if not proper:
            raise MalformedCredential("claim")


def printed_text(text: str) -> str:
    """The text as a certificate prints and signs it.

    Composed letters (NFC), single spaces, nothing invisible, at most `LONGEST_TEXT` characters
    (cut at the end). Raises `MalformedCredential` when nothing is left.
    """
    composed = unicodedata.normalize("NFC", text)
    visible = "".join(
        " " if character.isspace() else character
        for character in composed
        if character.isspace() or not _is_invisible(character)
    )
    result = " ".join(visible.split())[:LONGEST_TEXT].rstrip()
    result = unicodedata.normalize("NFC", result)
    if not result:
        raise MalformedCredential("claim")
    return result


def _is_invisible(character: str) -> bool:
    category = unicodedata.category(character)
    if category == "Cf":
        return character not in _KEPT_FORMAT_CHARACTERS
    return category in _NEVER_PRINTED


def _is_printed(text: object) -> bool:
    if not isinstance(text, str) or not text or len(text) > LONGEST_TEXT:
        return False
    try:
        return printed_text(text) == text
    except MalformedCredential:
        return False


def claim_to_cbor(claim: Claim) -> bytes:
    """The claim's one sequence of bytes."""
    fields: dict[int, object] = {
        0: claim.version,
        1: claim.serial,
        2: claim.name,
        3: claim.course,
        4: claim.language,
        5: (claim.issued_on - _EPOCH).days,
        7: claim.issuer,
        8: claim.kind,
        9: claim.status_index,
    }
    if claim.expires_on is not None:
        fields[6] = (claim.expires_on - _EPOCH).days
    if claim.score is not None:
        fields[10] = claim.score
    return cbor2.dumps(fields, canonical=True)


def claim_from_cbor(data: bytes) -> Claim:
    """Read a claim. Other bytes than `claim_to_cbor` writes are `MalformedCredential`."""
    fields = strict_cbor(data, LONGEST_CLAIM)
    if type(fields) is not dict:
        raise MalformedCredential("claim")
    required, optional = {0, 1, 2, 3, 4, 5, 7, 8, 9}, {6, 10}
    keys = set(fields)
    if not all(type(key) is int for key in fields) or keys - optional != required:
        raise MalformedCredential("claim")
    for key, value in fields.items():
        expected = str if key in {1, 2, 3, 4, 7, 8} else int
        if type(value) is not expected:
            raise MalformedCredential("claim")
    return Claim(
        version=fields[0],
        serial=fields[1],
        name=fields[2],
        course=fields[3],
        language=fields[4],
        issued_on=_day(fields[5]),
        expires_on=_day(fields[6]) if 6 in fields else None,
        issuer=fields[7],
        kind=fields[8],
        status_index=fields[9],
        score=fields.get(10),
    )


def _day(number: int) -> date:
    if not 0 <= number <= _LAST_DAY:
        raise MalformedCredential("claim")
    return _EPOCH + timedelta(days=number)


def strict_cbor(data: bytes, limit: int) -> object:
    """Decode one CBOR item of at most `limit` bytes in deterministic encoding.

    Longer forms of numbers, repeated or unsorted keys, indefinite lengths and bytes left over
    are all `MalformedCredential("cbor")`: they encode again to other bytes, or to none.
    """
    if not data or len(data) > limit:
        raise MalformedCredential("cbor")
    try:
        stream = io.BytesIO(data)
        value = cbor2.CBORDecoder(stream).decode()
        again = cbor2.dumps(value, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, OverflowError, RecursionError, MemoryError):
        raise MalformedCredential("cbor") from None
    if again != data:
        raise MalformedCredential("cbor")
    result: object = value
    return result
