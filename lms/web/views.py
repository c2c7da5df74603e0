"""Pages that belong to no feature: language, theme, health."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from flask import Blueprint, current_app, jsonify, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from lms.core.access import Permission
from lms.db import transaction
from lms.web.database import session
from lms.web.guard import allow, safe_next
from lms.web.languages import LANGUAGES
from lms.web.request import viewer

bp = Blueprint("web", __name__)

THEMES = ("", "light", "dark")
Remember: TypeAlias = Callable[..., None]
"""Keeps a person's language or theme; lms/accounts provides it."""


@bp.post("/language")
@allow(Permission.PUBLIC)
def set_language() -> ResponseReturnValue:
    """Show this and every later page in another language."""
    return _keep("language", request.form.get("language"), tuple(LANGUAGES))


@bp.post("/theme")
@allow(Permission.PUBLIC)
def set_theme() -> ResponseReturnValue:
    """Light, dark, or as the device prefers."""
    return _keep("theme", request.form.get("theme"), THEMES)


def _keep(what: str, value: str | None, known: tuple[str, ...]) -> ResponseReturnValue:
    if value in known:
        cookie[what] = value
        person = viewer()
        if person is not None:
            remember: Remember = current_app.extensions["vigie"]["remember"]
            with transaction(session()):
                remember(session(), person.person_id, **{what: value})
    back = safe_next(request.form.get("next")) or url_for("home.index")
    return redirect(back, code=303)


@bp.get("/healthz")
@allow(Permission.PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process is alive."""
    return jsonify(status="ok")


@bp.get("/readyz")
@allow(Permission.PUBLIC)
def readyz() -> ResponseReturnValue:
    """The process can serve: the database answers and has its tables."""
    try:
        session().execute(text("select 1 from person limit 1"))
    except SQLAlchemyError:
        return jsonify(status="database away"), 503
    return jsonify(status="ok")
