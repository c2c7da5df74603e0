"""Where the pages of accounts hang, and what several of them need."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    abort,
    current_app,
    flash,
    make_response,
    render_template,
    request,
)
from flask import session as cookie
from flask_babel import gettext, ngettext
from flask_login import login_user
from flask_wtf import FlaskForm

from lms.accounts.forms.fields import put_back
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.sessions import TOUCH_AFTER, touch
from lms.accounts.services.sign_in import Browser, forgive, note_failure, waiting_time
from lms.accounts.vault import Vault
from lms.accounts.viewers import SignedIn, find_viewer
from lms.db import transaction
from lms.web.database import session
from lms.web.request import Viewer, now, part, viewer, viewer_if_known

bp = Blueprint("accounts", __name__)
people_bp = Blueprint("people", __name__)
organisations_bp = Blueprint("organisations", __name__)

ID = "int(max=9223372036854775807)"
"""What stands for an id in an address: a number the database can hold."""
_KEPT = ("language", "theme")
"""What a browser remembers of a stranger."""
_MINUTE = timedelta(minutes=1)


@bp.before_app_request
def note_presence() -> None:
    """Write down that the person is here, at most every few minutes.

    Only where the guard has looked who it is: public pages need not know.
    """
    person = viewer_if_known()
    if not isinstance(person, SignedIn) or person.last_seen_at is None:
        return
    if now() - person.last_seen_at >= TOUCH_AFTER:
        with transaction(session()):
            touch(session(), person.session_id, now())


def signed_in() -> Viewer:
    """The viewer of a page that only people who are signed in may open."""
    person = viewer()
    if person is None:
        raise RuntimeError("the guard let a stranger in")
    return person


def vault() -> Vault:
    """The platform's vault."""
    return part(Vault)


def browser() -> Browser:
    """Where this request comes from."""
    return Browser(request.remote_addr or "", request.user_agent.string)


def begin(token: str) -> None:
    """Put a new session into a cookie that keeps nothing of the one before."""
    forget()
    cookie.permanent = True
    login_user(find_viewer(token))


def forget() -> None:
    """Empty the cookie, but for what a stranger may choose."""
    kept = {name: cookie[name] for name in _KEPT if name in cookie}
    cookie.clear()
    cookie.update(kept)


def shown(template: str, form: FlaskForm, **values: Any) -> Response:
    """A page with a form; one that was refused is no success."""
    response = make_response(render_template(template, form=form, **values))
    if form.errors:
        response.status_code = 422
    return response


def told_to_wait(template: str, form: FlaskForm, wait: timedelta) -> Response:
    """The page again, with how long to wait."""
    form.form_errors = [*form.form_errors, wait_sentence(wait)]
    response = shown(template, form)
    response.status_code = 429
    response.headers["Retry-After"] = str(_whole_seconds(wait))
    return response


def attempt(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Do it, in a transaction; a refusal comes back to the form."""
    try:
        with transaction(session()):
            act()
    except Refused as refused:
        if refused.reason is Refusal.NOT_YOURS:
            abort(404)
        put_back(form, refused)
        return False
    return True


def do_and_tell(act: Callable[[], object]) -> bool:
    """Do what needs no form; a refusal is told on the next page."""
    form = FlaskForm()
    done = attempt(form, act)
    for message in form.form_errors:
        flash(message, "error")
    return done


def attempt_with_password(form: FlaskForm, act: Callable[[], object]) -> bool:
    """The same, where the form asks for the current password: wrong ones are counted."""
    counted_as, address = f"password of {signed_in().person_id}", browser().address
    wait = waiting_time(session(), counted_as, address, now())
    if wait:
        form.form_errors = [*form.form_errors, wait_sentence(wait)]
        return False
    done = attempt(form, act)
    with transaction(session()):
        if done:
            forgive(session(), counted_as)
        elif form["current_password"].errors:
            note_failure(session(), counted_as, address, now())
    return done


def public_url() -> str:
    """Where the platform is reached from outside."""
    return str(current_app.extensions["vigie"]["public_url"])


def wait_sentence(wait: timedelta) -> str:
    """How long to wait, in seconds or minutes."""
    seconds = _whole_seconds(wait)
    if wait <= _MINUTE:
        written = ngettext("%(num)d second", "%(num)d seconds", seconds)
    else:
        written = ngettext("%(num)d minute", "%(num)d minutes", -(-seconds // 60))
    return str(gettext("Too many tries went wrong. Wait %(wait)s, then try again.", wait=written))


def _whole_seconds(wait: timedelta) -> int:
    return -int(-wait.total_seconds() // 1)
