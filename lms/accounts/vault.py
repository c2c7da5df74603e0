"""What the platform's secret protects: second factors, letters that wait, printed codes."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

from cryptography.fernet import Fernet, InvalidToken

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no letter that could be read as another sign."""
_GROUP = 5


class Vault:
    """Seals texts and takes fingerprints that mean nothing without the platform's secret."""

    def __init__(self, secret_key: str) -> None:
        self._fernet = Fernet(base64.urlsafe_b64encode(_key(secret_key, "seal")))
        self._fingerprint_key = _key(secret_key, "fingerprint")

    def seal(self, text: str) -> str:
        """Encrypt a text."""
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def unseal(self, sealed: str) -> str | None:
        """The text; None where it was not sealed here."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def fingerprint(self, *parts: str) -> str:
        """A digest of short secrets, of no use to whoever holds the database alone."""
        message = "\0".join(parts).encode()
        return hmac.new(self._fingerprint_key, message, hashlib.sha256).hexdigest()


def new_token() -> str:
    """A secret of 256 bits, for cookies and links."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What the database keeps of such a secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def new_code() -> str:
    """A secret of 50 bits that is typed from paper: K7QF2-M9XA4."""
    letters = "".join(secrets.choice(_ALPHABET) for _ in range(2 * _GROUP))
    return f"{letters[:_GROUP]}-{letters[_GROUP:]}"


def _key(secret_key: str, purpose: str) -> bytes:
    return hmac.new(secret_key.encode(), f"accounts {purpose}".encode(), hashlib.sha256).digest()
