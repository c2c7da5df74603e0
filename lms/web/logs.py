"""One structured line for every request, under an id that error pages show."""

from __future__ import annotations

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

from lms.web.request import viewer_if_known

_log = structlog.get_logger("request")
_QUIET = frozenset({"web.healthz", "web.readyz", "assets.static"})


def set_up_logs(json: bool) -> None:
    """JSON lines for machines, or readable ones for people."""
    renderer = (
        structlog.processors.JSONRenderer() if json else structlog.dev.ConsoleRenderer(colors=False)
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )


def init_logs(app: Flask) -> None:
    """Give every request an id and log how it ended. Addresses hold ids, never names."""

    @app.before_request
    def begin() -> None:
        g.request_id = secrets.token_hex(8)
        g.began = time.perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def log(response: Response) -> Response:
        if request.endpoint not in _QUIET:
            person = viewer_if_known()
            _log.info(
                "request",
                method=request.method,
                route=request.url_rule.rule if request.url_rule else None,
                status=response.status_code,
                person=person.person_id if person else None,
                ms=round((time.perf_counter() - g.began) * 1000, 1),
            )
        return response
