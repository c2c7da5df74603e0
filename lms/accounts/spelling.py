"""One spelling for names, addresses and numbers, so that the same person is found again."""

from __future__ import annotations

import unicodedata


def tidy_name(text: str) -> str:
    """A name in any script: composed letters, single spaces, nothing invisible."""
    composed = unicodedata.normalize("NFC", text)
    # Joiners (Cf) are letters' own in Persian and Indic scripts; other controls are noise.
    kept = "".join(" " if unicodedata.category(sign) == "Cc" else sign for sign in composed)
    return " ".join(kept.split())


def tidy_email(text: str) -> str:
    """An address in lower case, as it is compared."""
    return unicodedata.normalize("NFC", text).strip().lower()


def tidy_number(text: str) -> str:
    """A staff number in capitals: telephones write it as they like."""
    return " ".join(unicodedata.normalize("NFKC", text).split()).upper()


def tidy_code(text: str) -> str:
    """A printed code: whatever was read for a nought or a one is one."""
    capitals = "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum())
    return capitals.upper().translate(str.maketrans("OIL", "011"))
