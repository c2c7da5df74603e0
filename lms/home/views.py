"""The first page."""

from __future__ import annotations

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.core.access import STAFF, Permission
from lms.courses.activities import CourseParts
from lms.home.desk import desk_of
from lms.home.learning import learning_of
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import time_zone
from lms.web.request import actor, now, part

bp = Blueprint("home", __name__)

_NOON, _EVENING, _NIGHT = 12, 18, 4


@bp.get("/")
@allow(Permission.ACCOUNT_OWN)
def index() -> ResponseReturnValue:
    """What to do next, what is going on, what was earned; for staff, what they look after."""
    is_staff = actor().has_role(*STAFF)
    return render_template(
        "home/index.html",
        greeting=_greeting(),
        learning=learning_of(session(), actor(), part(CourseParts), now()),
        desk=desk_of(session(), actor()) if is_staff else None,
    )


def _greeting() -> str:
    hour = now().astimezone(time_zone()).hour
    if _NIGHT <= hour < _NOON:
        return str(gettext("Good morning."))
    if _NOON <= hour < _EVENING:
        return str(gettext("Good afternoon."))
    return str(gettext("Good evening."))
