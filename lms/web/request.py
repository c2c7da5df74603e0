"""What every view needs of the current request: the moment, the actor, the house's parts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from flask import current_app, g
from flask_login import AnonymousUserMixin, UserMixin, current_user

from lms.adapters.clock import Clock
from lms.core.access import Actor

PartT = TypeVar("PartT")
NOBODY = Actor(None)


@dataclass(frozen=True, slots=True)
class Viewer(UserMixin):  # type: ignore[misc]
    """The person signed in, as pages need them; made by lms/accounts."""

    session_id: int
    token: str
    person_id: int
    name: str
    language: str
    time_zone: str
    theme: str
    actor: Actor
    pending: str = ""
    """What must be done before anything else is open: second_factor, set_up_second_factor,
    password; "" for nothing."""

    def get_id(self) -> str:
        """What Flask-Login keeps in the cookie."""
        return self.token


def viewer() -> Viewer | None:
    """The person signed in, or None."""
    # The person, not Flask-Login's stand-in, which would look them up anew for every attribute.
    found = current_user._get_current_object()
    return found if isinstance(found, Viewer) else None


def viewer_if_known() -> Viewer | None:
    """The person signed in, where this request has looked already; the database is not asked."""
    found = g.get("_login_user")
    return found if isinstance(found, Viewer) else None


def forget_viewer() -> None:
    """Go on as a stranger: for pages that must do without a database."""
    g._login_user = AnonymousUserMixin()


def actor() -> Actor:
    """Whoever makes this request."""
    found = viewer()
    return found.actor if found else NOBODY


def now() -> datetime:
    """The moment this request began: nobody is late because a page was slow."""
    if "now" not in g:
        clock: Clock = current_app.extensions["vigie"]["clock"]
        g.now = clock()
    return cast(datetime, g.now)


def part(kind: type[PartT]) -> PartT:
    """A part of the house, by its class; wiring.py made it."""
    return cast(PartT, current_app.extensions["vigie"][kind])
