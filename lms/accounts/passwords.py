"""Passwords: which are good enough, and how they are kept."""

from __future__ import annotations

import re
from collections.abc import Iterable

from argon2 import PasswordHasher, Type
from argon2.exceptions import Argon2Error, InvalidHashError
from zxcvbn import zxcvbn

from lms.accounts.refusals import Refusal

SHORTEST, LONGEST = 8, 1024
_JUDGED = 72
"""The estimate takes longer with every letter, and these are more than enough to judge by."""
_LEAST_GUESSES = 1_000_000
"""What guessing against the sign-in page, slowed down as it is, will never reach."""
_LEAST_NAME = 4

# OWASP's minimum. Raising it renews each hash at the person's next sign-in.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, type=Type.ID)
_HASH_OF_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _hasher.hash(password)


def is_right(kept: str | None, password: str) -> bool:
    """Whether this is the password. Takes as long where there is no account or no password."""
    try:
        matches = _hasher.verify(kept or _HASH_OF_NOBODY, password)
    except (Argon2Error, InvalidHashError):
        return False
    return matches and kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with other settings than today's."""
    return _hasher.check_needs_rehash(kept)


def find_fault(password: str, own_words: Iterable[str]) -> Refusal | None:
    """Why a password is not good enough; None where it is. No signs are demanded of anyone."""
    if len(password) < SHORTEST:
        return Refusal.PASSWORD_SHORT
    if len(password) > LONGEST:
        return Refusal.PASSWORD_LONG
    words = _long_enough(own_words)
    if any(word in password.lower() for word in words):
        return Refusal.PASSWORD_OWN_NAME
    if zxcvbn(password[:_JUDGED], words, max_length=_JUDGED)["guesses"] < _LEAST_GUESSES:
        return Refusal.PASSWORD_COMMON
    return None


def _long_enough(own_words: Iterable[str]) -> list[str]:
    """The names within names and addresses; short ones are in too many good passwords."""
    parts = (part for words in own_words for part in re.split(r"[\s@.]+", words.lower()))
    return sorted({part for part in parts if len(part) >= _LEAST_NAME})
