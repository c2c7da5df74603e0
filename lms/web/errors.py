"""Every error has a page that says what happened and what to do, even without a database."""

from __future__ import annotations

import structlog
from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InterfaceError, OperationalError
from werkzeug.exceptions import HTTPException, InternalServerError, ServiceUnavailable

from lms.web.request import forget_viewer, viewer

_AWAY = (OperationalError, InterfaceError)
_PAGES = frozenset({400, 403, 404, 405, 409, 413, 429, 500, 503})
_RETRY_SECONDS = "5"
_log = structlog.get_logger("error")


def init_errors(app: Flask) -> None:
    """Answer every error in the house's own words."""
    app.register_error_handler(HTTPException, _http_error)
    for away in _AWAY:
        app.register_error_handler(away, _database_away)
    app.register_error_handler(Exception, _unexpected)


def _http_error(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    status = error.code or 500
    reason = "csrf" if isinstance(error, CSRFError) else ""
    response = answer(status, reason)
    for name, value in error.get_headers():
        if name not in ("Content-Type", "Content-Length"):
            response.headers[name] = value
    return response


def _database_away(error: Exception) -> ResponseReturnValue:
    _log.error("database_away", exc_info=error)
    forget_viewer()
    return answer(ServiceUnavailable.code, "database")


def _unexpected(error: Exception) -> ResponseReturnValue:
    _log.error("unexpected", exc_info=error)
    forget_viewer()
    return answer(InternalServerError.code)


def answer(status: int, reason: str = "") -> Response:
    """The error as a page, or as JSON where a script asked."""
    try:
        viewer()
    except _AWAY:
        # Nobody could be looked up, so that also what is not there cannot be told for sure.
        forget_viewer()
        status, reason = ServiceUnavailable.code, "database"
    response = _in_words(status, reason)
    if status == ServiceUnavailable.code:
        response.headers["Retry-After"] = _RETRY_SECONDS
    return response


def _in_words(status: int, reason: str) -> Response:
    if request.is_json or request.accept_mimetypes.best == "application/json":
        response = jsonify(error=status, reason=reason, request_id=g.get("request_id", ""))
    else:
        page = status if status in _PAGES else (400 if status < 500 else 500)
        response = make_response(render_template(f"errors/{page}.html", reason=reason))
    response.status_code = status
    return response
