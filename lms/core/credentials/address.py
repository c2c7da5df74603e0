"""The signed claim as the address inside the QR code.

`HTTPS://HOST/V/<BASE32>`: capitals, digits, `:`, `/`, `.` and `-` only, so that the QR code
stays in its alphanumeric mode (5.5 bits a character) and a phone's camera still sees a link.
"""

from __future__ import annotations

import base64
import binascii
from urllib.parse import urlsplit

from lms.core.credentials.cose import LONGEST_MESSAGE
from lms.core.credentials.errors import MalformedCredential

PATH = "/V/"
LONGEST_PAYLOAD = (LONGEST_MESSAGE * 8 + 4) // 5
_LONGEST_ADDRESS = LONGEST_PAYLOAD + 300


def qr_address(public_url: str, message: bytes) -> str:
    """The address to draw as a QR code.

    `public_url` is where the platform is reached (`https://lms.example.org`). Scheme and host
    are raised to capitals, which changes nothing for a browser; a path in front is kept as it
    is, because paths do tell small letters from capitals. Raises `ValueError` for no URL.
    """
    parts = urlsplit(public_url)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment:
        raise ValueError(f"not a public address: {public_url!r}")
    return (
        f"{parts.scheme}://{parts.netloc}".upper()
        + parts.path.rstrip("/")
        + PATH
        + to_base32(message)
    )


def payload_in(address: str) -> str:
    """The base32 part of a scanned address, or of the bare payload. Raises `MalformedCredential`.

    The host is not looked at: what counts is the signature.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise MalformedCredential("address")
    _, found, payload = address.strip().upper().rpartition(PATH)
    if not found and "/" in payload:
        raise MalformedCredential("address")
    return payload


def to_base32(message: bytes) -> str:
    """RFC 4648 base32 without padding."""
    return base64.b32encode(message).decode("ascii").rstrip("=")


def from_base32(payload: str) -> bytes:
    """The bytes of a payload. Padding, small letters, stray last bits: `MalformedCredential`."""
    if not payload or len(payload) > LONGEST_PAYLOAD or not payload.isascii():
        raise MalformedCredential("base32")
    try:
        message = base64.b32decode(payload + "=" * (-len(payload) % 8))
    except binascii.Error:
        raise MalformedCredential("base32") from None
    if to_base32(message) != payload:
        raise MalformedCredential("base32")
    return message
