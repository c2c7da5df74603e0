"""The guard at every door: each route says who may use it, and nothing is open by default."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, abort, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from lms.core.access import Permission, Subject, may
from lms.web.request import actor, viewer

ViewT = TypeVar("ViewT", bound=Callable[..., Any])

_ALWAYS_OPEN = frozenset({"accounts.sign_out"})
"""What a person who must first do something else can still do."""


def allow(permission: Permission) -> Callable[[ViewT], ViewT]:
    """Declare what a view asks for. Stands below the route."""

    def declare(view: ViewT) -> ViewT:
        view.permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def permission_of(app: Flask, endpoint: str) -> Permission | None:
    """What a route declared, or None."""
    return getattr(app.view_functions[endpoint], "permission", None)


def check() -> ResponseReturnValue | None:
    """Before every request: the door opens only for those the route allows."""
    if request.endpoint is None:
        return None
    if _is_garbled():
        abort(400)
    wanted = permission_of(current_app, request.endpoint)
    if wanted is None:
        abort(403)
    if wanted is Permission.PUBLIC:
        return None
    person = viewer()
    if person is None:
        return _to_sign_in()
    if person.pending and request.endpoint not in _ALWAYS_OPEN:
        return _to_pending(person.pending)
    if not may(actor(), wanted):
        # What is not yours does not exist.
        abort(404)
    return None


def require(permission: Permission, subject: Subject) -> None:
    """Ask again about the thing itself, once it is found. 404 where it is not the actor's."""
    if not may(actor(), permission, subject):
        abort(404)


def safe_next(address: str | None) -> str | None:
    """An address to go on to, if it stays on this site."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return None
    parts = urlsplit(address)
    printable = all(character.isprintable() for character in address)
    return address if not parts.scheme and not parts.netloc and printable else None


def _is_garbled() -> bool:
    """NUL is no character of any text: databases refuse it, and pages cannot show it."""
    typed = itertools.chain(
        request.view_args.values() if request.view_args else (),
        *request.args.listvalues(),
        *request.form.listvalues(),
    )
    return any("\0" in value for value in typed if isinstance(value, str))


def _to_sign_in() -> ResponseReturnValue:
    if request.method != "GET":
        if request.accept_mimetypes.best == "application/json" or request.is_json:
            # The quiz keeps its answers and asks for a new sign-in.
            abort(401)
        return redirect(url_for("accounts.sign_in"))
    return redirect(url_for("accounts.sign_in", next=request.full_path.rstrip("?")))


def _to_pending(pending: str) -> ResponseReturnValue | None:
    target = f"accounts.{pending}"
    return None if request.endpoint == target else redirect(url_for(target))
