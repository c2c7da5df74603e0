"""Pictures from content, served so that they can only be looked at."""

from __future__ import annotations

from flask import Response

_YEAR = 365 * 24 * 3600
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def kept_picture(content: bytes, media_type: str) -> Response:
    """A picture whose address changes with it: the reader's browser keeps it for a year.

    Opened by itself, an SVG is a document: it may load nothing and run nothing.
    """
    response = Response(content, mimetype=media_type)
    response.headers["Cache-Control"] = f"private, max-age={_YEAR}, immutable"
    response.headers["Content-Security-Policy"] = _POLICY
    return response
