"""What every template finds: the viewer, the language, the navigation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask, g, request
from flask import session as cookie

from lms.core.access import Permission, Subject, may
from lms.web.guard import safe_next
from lms.web.languages import LANGUAGES, language
from lms.web.navigation import Entry, links
from lms.web.request import actor, viewer


def init_pages(app: Flask, entries: Sequence[Entry], demo: bool) -> None:
    """Give templates their common values."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def common() -> dict[str, Any]:
        person = viewer()
        return {
            "viewer": person,
            "language": language(),
            "languages": list(LANGUAGES.items()),
            "theme": person.theme if person else cookie.get("theme", ""),
            "navigation": links(entries) if person and not person.pending else [],
            "here": _here(),
            "request_id": g.get("request_id", ""),
            "is_demo": demo,
            "may": _may,
        }


def _here() -> str:
    """Where to come back to after a change of language or theme."""
    address = request.full_path.rstrip("?") if request.method == "GET" else None
    return safe_next(address) or "/"


def _may(permission: str, subject: Subject | None = None) -> bool:
    """For hiding what the server would refuse anyway."""
    return may(actor(), Permission(permission), subject)
