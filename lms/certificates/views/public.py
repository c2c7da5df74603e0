"""What anyone may ask about a certificate, without an account and without leaving a trace."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import (
    Response,
    abort,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_limiter import RequestLimit

from lms.adapters.signing import KeyStore
from lms.certificates import publish, queries, verification
from lms.certificates.forms import VerifyForm
from lms.certificates.services.issue import Seal
from lms.certificates.views.blueprint import bp
from lms.core.access import Permission
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import LANGUAGES, time_zone
from lms.web.limits import limiter
from lms.web.request import now, part

UNKNOWN = "unknown"
"""Stands in the address where a number would: no certificate has it."""
_PUBLISHED_FOR = timedelta(minutes=5)
_RETRY_SECONDS = "60"


def _busy(_limit: RequestLimit) -> Response:
    response = _page("certificates/verify/busy.html", 429)
    response.headers["Retry-After"] = _RETRY_SECONDS
    return response


_thirty_a_minute = limiter.shared_limit("30 per minute", scope="verify", on_breach=_busy)
"""Many who check share one connection: nobody is locked out for longer than that minute."""


@bp.get("/verify")
@allow(Permission.PUBLIC)
def verify() -> ResponseReturnValue:
    """Ask about a certificate: whatever was typed leads to the address of its answer."""
    form = VerifyForm(request.args)
    if "certificate" not in request.args or not form.validate():
        return _page("certificates/verify/ask.html", form=form)
    typed = form.certificate.data
    number, scanned = verification.number_in(typed), verification.scanned_in(typed)
    if number is None and scanned is not None:
        return redirect(_address("certificates.check_scan", payload=scanned), 303)
    return redirect(_address("certificates.check", typed=number or UNKNOWN), 303)


@bp.get("/verify/<path:typed>")
@allow(Permission.PUBLIC)
@_thirty_a_minute
def check(typed: str) -> ResponseReturnValue:
    """The answer for the code or number printed on a certificate."""
    return _answer(verification.check_number(session(), part(KeyStore), typed, now()))


@bp.get("/V/<path:payload>")
@allow(Permission.PUBLIC)
@_thirty_a_minute
def check_scan(payload: str) -> ResponseReturnValue:
    """The answer for a scanned QR code."""
    return _answer(verification.check_payload(session(), part(KeyStore), payload, now()))


@bp.get(publish.KEYS_PATH)
@allow(Permission.PUBLIC)
def keys() -> ResponseReturnValue:
    """Every key that ever signed, for whoever checks certificates without us."""
    return _published(publish.key_document(part(KeyStore).records(), now()))


@bp.get(publish.STATUS_PATH)
@allow(Permission.PUBLIC)
def status() -> ResponseReturnValue:
    """What became of all certificates, in one list that says nothing of whom one asks about."""
    key = part(KeyStore).latest_key()
    if key is None:
        abort(404)
    listed = queries.published_statuses(session())
    return _published(publish.status_document(listed, part(Seal).public_url, key, now()))


def _answer(answer: verification.Answer | None) -> Response:
    if answer is None:
        return _page("certificates/verify/unknown.html", 404)
    return _page(
        "certificates/verify/answer.html",
        answer=answer,
        claim=answer.claim,
        at=now(),
        zone=str(time_zone()),
    )


def _page(template: str, status: int = 200, **values: object) -> Response:
    """A page in the language asked for by its address: no cookie is needed to keep it."""
    wished = request.args.get("language")
    if wished in LANGUAGES:
        g.language = wished
    response = make_response(render_template(template, **values), status)
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _address(endpoint: str, **values: Any) -> str:
    """An address that keeps the language of this one."""
    return url_for(endpoint, **values, language=request.args.get("language"))


def _published(document: dict[str, object]) -> Response:
    response = jsonify(document)
    seconds = int(_PUBLISHED_FOR.total_seconds())
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
