"""What every response carries: security headers, a request id, compression, no stale copies."""

from __future__ import annotations

import gzip

import brotli
from flask import Flask, Response, g, request

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}
_TWO_YEARS = "max-age=63072000; includeSubDomains"
_LEAST_COMPRESSED = 500
_BROTLI_QUALITY, _GZIP_LEVEL = 4, 5
"""For pages made on the fly: little work, most of the gain."""


def init_headers(app: Flask, https: bool) -> None:
    """Finish every response, errors and static files included."""

    @app.after_request
    def finish(response: Response) -> Response:
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers["Strict-Transport-Security"] = _TWO_YEARS
        response.headers["X-Request-Id"] = g.get("request_id", "")
        response.headers.setdefault("Cache-Control", "no-store")
        return _compressed(response)


def _compressed(response: Response) -> Response:
    kind = response.mimetype or ""
    text = kind.startswith("text/") or kind in ("application/json", "image/svg+xml")
    if (
        not text
        or response.direct_passthrough
        or "Content-Encoding" in response.headers
        or (response.content_length or 0) < _LEAST_COMPRESSED
    ):
        return response
    response.vary.add("Accept-Encoding")
    accepted = request.accept_encodings
    if accepted["br"]:
        response.set_data(brotli.compress(response.get_data(), quality=_BROTLI_QUALITY))
        response.headers["Content-Encoding"] = "br"
    elif accepted["gzip"]:
        response.set_data(gzip.compress(response.get_data(), _GZIP_LEVEL, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
