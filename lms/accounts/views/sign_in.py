"""Signing in and out."""

from __future__ import annotations

from flask import Response, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import logout_user

from lms.accounts.forms.fields import put_back
from lms.accounts.forms.sign_in import CodeForm, SecondFactorForm, SignInForm
from lms.accounts.models import Person
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services import codes
from lms.accounts.services import second_factor as factor
from lms.accounts.services.sessions import end_session
from lms.accounts.services.sign_in import (
    check_password,
    forgive,
    note_failure,
    open_session,
    waiting_time,
)
from lms.accounts.services.sign_in import sign_in as sign_in_as
from lms.accounts.views.blueprint import (
    begin,
    bp,
    browser,
    forget,
    shown,
    signed_in,
    told_to_wait,
    vault,
)
from lms.core.access import Permission
from lms.db import transaction
from lms.web.database import session
from lms.web.guard import allow, safe_next
from lms.web.limits import limiter
from lms.web.request import now, viewer

FAILURES_OF_AN_ADDRESS = "30 per minute; 300 per hour"
_SEE_OTHER = 303


def _failed(response: Response) -> bool:
    return response.status_code != _SEE_OTHER


only_failures = limiter.limit(FAILURES_OF_AN_ADDRESS, methods=["POST"], deduct_when=_failed)
"""A whole class behind one address may sign in at once; a guesser may not go on for long."""


@bp.route("/sign-in", methods=["GET", "POST"])
@allow(Permission.PUBLIC)
@only_failures
def sign_in() -> ResponseReturnValue:
    """By e-mail or staff number, and password."""
    earlier = viewer()
    if earlier is not None and request.method == "GET":
        return redirect(_onward(request.args.get("next")))
    form = SignInForm(next=request.args.get("next"))
    if not form.validate_on_submit():
        return shown("accounts/sign_in.html", form)
    login, password, address = form.login.data, form.password.data, browser().address
    wait = waiting_time(session(), login, address, now())
    if wait:
        return told_to_wait("accounts/sign_in.html", form, wait)
    person = check_password(session(), login, password)
    with transaction(session()):
        token = (
            None
            if person is None
            else sign_in_as(session(), person, login, password, browser(), now())
        )
        if token is None:
            note_failure(session(), login, address, now())
        elif earlier is not None:
            end_session(session(), earlier.person_id, earlier.session_id, now())
    if person is None or token is None:
        form.form_errors = [
            gettext("This e-mail or staff number and this password do not belong together.")
        ]
        return shown("accounts/sign_in.html", form)
    begin(token)
    return redirect(_after_sign_in(person, form.next.data), _SEE_OTHER)


@bp.route("/sign-in/code", methods=["GET", "POST"])
@allow(Permission.PUBLIC)
@only_failures
def sign_in_by_code() -> ResponseReturnValue:
    """By a code from paper, for people without e-mail. Then a password must be set."""
    form = CodeForm()
    if not form.validate_on_submit():
        return shown("accounts/sign_in_by_code.html", form)
    login, address = form.login.data, browser().address
    wait = waiting_time(session(), login, address, now())
    if wait:
        return told_to_wait("accounts/sign_in_by_code.html", form, wait)
    with transaction(session()):
        person = codes.use_code(session(), vault(), login, form.code.data, now())
        if person is None:
            note_failure(session(), login, address, now())
        else:
            token = open_session(session(), person, browser(), now())
            forgive(session(), login)
    if person is None:
        form.form_errors = [
            gettext(
                "The number and the code do not belong together, or the code is used or too old."
            )
        ]
        return shown("accounts/sign_in_by_code.html", form)
    begin(token)
    return redirect(url_for("accounts.password"), _SEE_OTHER)


@bp.route("/sign-in/second-step", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
@only_failures
def second_factor() -> ResponseReturnValue:
    """The code from the app, or a recovery code."""
    person = signed_in()
    if person.pending != "second_factor":
        return redirect(url_for("home.index"))
    form = SecondFactorForm(next=request.args.get("next"))
    if not form.validate_on_submit():
        return shown("accounts/second_factor.html", form)
    counted_as = f"second step {person.person_id}"
    wait = waiting_time(session(), counted_as, browser().address, now())
    if wait:
        return told_to_wait("accounts/second_factor.html", form, wait)
    with transaction(session()):
        token = factor.pass_second_factor(
            session(), vault(), person.session_id, person.person_id, form.code.data, now()
        )
        if token is None:
            note_failure(session(), counted_as, browser().address, now())
        else:
            forgive(session(), counted_as)
    if token is None:
        put_back(form, Refused(Refusal.WRONG_CODE))
        return shown("accounts/second_factor.html", form)
    begin(token)
    return redirect(_onward(form.next.data), _SEE_OTHER)


@bp.post("/sign-out")
@allow(Permission.ACCOUNT_OWN)
def sign_out() -> ResponseReturnValue:
    """End this session. Answers not sent yet stay in the browser: they are bound to an attempt."""
    person = signed_in()
    with transaction(session()):
        end_session(session(), person.person_id, person.session_id, now())
    own_language = person.language
    logout_user()
    forget()
    cookie["language"] = own_language
    flash(gettext("You are signed out."), "ok")
    response = redirect(url_for("accounts.sign_in"), _SEE_OTHER)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _onward(address: str | None) -> str:
    return safe_next(address) or url_for("home.index")


def _after_sign_in(person: Person, address: str | None) -> str:
    onward = safe_next(address)
    if person.totp_secret is not None:
        return url_for("accounts.second_factor", next=onward)
    return onward or url_for("home.index")
