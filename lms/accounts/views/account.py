"""One's own account: how one is called, the password, the address, where one is signed in."""

from __future__ import annotations

from flask import abort, flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf import FlaskForm

from lms.accounts import queries
from lms.accounts.browsers import browser_words
from lms.accounts.forms.account import EmailForm, PasswordForm, ProfileForm
from lms.accounts.forms.sign_in import NewPasswordForm
from lms.accounts.models import NEW_EMAIL
from lms.accounts.services import own
from lms.accounts.services.passwords import change_password, set_password
from lms.accounts.services.sessions import end_session, end_sessions
from lms.accounts.services.tokens import find_link
from lms.accounts.views.blueprint import (
    ID,
    attempt,
    attempt_with_password,
    bp,
    shown,
    signed_in,
    vault,
)
from lms.accounts.views.roles import role_lines
from lms.core.access import Permission
from lms.db import transaction
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import now

_SEE_OTHER, _GONE = 303, 410


@bp.route("/account", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def account() -> ResponseReturnValue:
    """Name, language, time zone, appearance; and the ways to the rest."""
    viewer = signed_in()
    person = queries.find_own(session(), viewer.person_id)
    form = ProfileForm(obj=person)
    if form.validate_on_submit():
        values = {name: form[name].data for name in own.CHANGEABLE}
        with transaction(session()):
            own.change_own(session(), person.id, now(), **values)
        flash(gettext("Your changes are saved."), "ok")
        return redirect(url_for("accounts.account"), _SEE_OTHER)
    sessions = queries.list_sessions(session(), person.id, now())
    return shown(
        "accounts/account.html",
        form,
        person=person,
        roles=role_lines(queries.list_roles(session(), [person.id])[person.id]),
        sessions=[(one, browser_words(one.user_agent)) for one in sessions],
        this_session=viewer.session_id,
    )


@bp.route("/account/password", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def password() -> ResponseReturnValue:
    """A new password. Who has none, after a printed code, is not asked for the old one."""
    viewer = signed_in()
    if viewer.pending == "password":
        return _first_password()
    form = PasswordForm()
    if form.validate_on_submit() and attempt_with_password(
        form,
        lambda: change_password(
            session(),
            queries.find_own(session(), viewer.person_id),
            form.current_password.data,
            form.new_password.data,
            now(),
            viewer.session_id,
        ),
    ):
        flash(gettext("Your new password is set. Other devices are signed out."), "ok")
        return redirect(url_for("accounts.account"), _SEE_OTHER)
    return shown("accounts/password.html", form)


def _first_password() -> ResponseReturnValue:
    viewer, form = signed_in(), NewPasswordForm()
    if form.validate_on_submit() and attempt(
        form,
        lambda: set_password(
            session(),
            queries.find_own(session(), viewer.person_id),
            form.new_password.data,
            now(),
            viewer.session_id,
        ),
    ):
        flash(gettext("Your password is set. Use it from now on."), "ok")
        return redirect(url_for("home.index"), _SEE_OTHER)
    return shown("accounts/first_password.html", form)


@bp.route("/account/email", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def email() -> ResponseReturnValue:
    """Another e-mail address: a letter there proves that it is one's own."""
    viewer, form = signed_in(), EmailForm()
    if form.validate_on_submit() and attempt_with_password(
        form,
        lambda: own.ask_for_new_email(
            session(),
            vault(),
            viewer.person_id,
            form.email.data,
            form.current_password.data,
            now(),
        ),
    ):
        flash(gettext("A letter is on its way. Open the link in it to confirm."), "ok")
        return redirect(url_for("accounts.account"), _SEE_OTHER)
    return shown("accounts/email.html", form)


@bp.route("/account/email/<token>", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def confirm_email(token: str) -> ResponseReturnValue:
    """The link in that letter."""
    viewer = signed_in()
    link = find_link(session(), NEW_EMAIL, token, now())
    if link is None or link.person_id != viewer.person_id:
        return make_response(render_template("accounts/link_used.html"), _GONE)
    form = FlaskForm()
    if form.validate_on_submit() and attempt(
        form, lambda: own.confirm_new_email(session(), vault(), viewer.person_id, token, now())
    ):
        flash(gettext("Your new e-mail address is in use."), "ok")
        return redirect(url_for("accounts.account"), _SEE_OTHER)
    return shown("accounts/confirm_email.html", form, token=token, address=link.details["email"])


@bp.post(f"/account/sessions/<{ID}:session_id>/end")
@allow(Permission.ACCOUNT_OWN)
def end_own_session(session_id: int) -> ResponseReturnValue:
    """Sign one of one's devices out."""
    with transaction(session()):
        ended = end_session(session(), signed_in().person_id, session_id, now())
    if not ended:
        abort(404)
    flash(gettext("The device is signed out."), "ok")
    return redirect(url_for("accounts.account") + "#devices", _SEE_OTHER)


@bp.post("/account/sessions/end-others")
@allow(Permission.ACCOUNT_OWN)
def end_other_sessions() -> ResponseReturnValue:
    """Sign all devices out but this one."""
    viewer = signed_in()
    with transaction(session()):
        end_sessions(session(), viewer.person_id, now(), but=viewer.session_id)
    flash(gettext("Your other devices are signed out."), "ok")
    return redirect(url_for("accounts.account") + "#devices", _SEE_OTHER)
