"""Serial numbers and verify codes: unguessable, and kind to people who type them.

Crockford's base 32 has no I, L, O or U. What a tired eye confuses is put right when it is
read: I and L are 1, O is 0, small letters are capitals, spaces and dashes do not count.
"""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PREFIX = "VG"
SERIAL_BITS = 60
CODE_BITS = 128

_SERIAL_LETTERS = 12
_CODE_LETTERS = 26
_GROUP = 4
_LOOK_ALIKES = str.maketrans({"I": "1", "L": "1", "O": "0"})
# What keyboards, word processors and phones put where a dash or a space was meant.
_SEPARATORS = set(" \t\r\n\u00a0\u2007\u202f-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212_.")
_LONGEST_TYPED = 80


def serial_from_bits(bits: int) -> str:
    """`VG-XXXX-XXXX-XXXX` for 60 random bits. Raises `ValueError` outside 0 <= bits < 2**60."""
    return f"{PREFIX}-{_grouped(_letters(bits, SERIAL_BITS, _SERIAL_LETTERS))}"


def code_from_bits(bits: int) -> str:
    """26 letters for 128 random bits. Raises `ValueError` outside 0 <= bits < 2**128."""
    return _letters(bits, CODE_BITS, _CODE_LETTERS)


def read_serial(typed: str) -> str | None:
    """The serial a person meant, with or without `VG`, or None."""
    letters = _typed_letters(typed)
    if letters is None:
        return None
    if len(letters) == _SERIAL_LETTERS + len(PREFIX) and letters.startswith(PREFIX):
        letters = letters[len(PREFIX) :]
    letters = letters.translate(_LOOK_ALIKES)
    if len(letters) != _SERIAL_LETTERS or not set(letters) <= set(ALPHABET):
        return None
    return f"{PREFIX}-{_grouped(letters)}"


def read_code(typed: str) -> str | None:
    """The verify code a person meant, or None."""
    letters = _typed_letters(typed)
    if letters is None:
        return None
    letters = letters.translate(_LOOK_ALIKES)
    # 26 letters hold 130 bits: the first one of a 128-bit code is at most 7.
    if len(letters) != _CODE_LETTERS or not set(letters) <= set(ALPHABET) or letters[0] > "7":
        return None
    return letters


def shown_code(code: str) -> str:
    """A verify code in groups of four, as it is printed."""
    return _grouped(code)


def is_serial(text: object) -> bool:
    """Whether the text is a serial in its one written form."""
    return isinstance(text, str) and read_serial(text) == text


def _letters(bits: int, width: int, count: int) -> str:
    if not 0 <= bits < 1 << width:
        raise ValueError(f"expected {width} bits")
    return "".join(ALPHABET[bits >> 5 * place & 31] for place in reversed(range(count)))


def _grouped(letters: str) -> str:
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def _typed_letters(typed: str) -> str | None:
    if len(typed) > _LONGEST_TYPED:
        return None
    letters = "".join(letter for letter in typed if letter not in _SEPARATORS)
    return letters.upper() if letters.isascii() else None
