"""The doors behind links in letters: forgotten passwords and invitations."""

from __future__ import annotations

from flask import flash, make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts import queries
from lms.accounts.forms.fields import put_back
from lms.accounts.forms.sign_in import ForgottenPasswordForm, InvitationForm, NewPasswordForm
from lms.accounts.models import INVITATION, RESET
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services.invitations import Acceptance, accept
from lms.accounts.services.resets import ask_for_reset, reset_password
from lms.accounts.services.sign_in import open_session
from lms.accounts.services.tokens import find_link
from lms.accounts.views.blueprint import begin, bp, browser, shown
from lms.core.access import Permission
from lms.db import transaction
from lms.web.database import session
from lms.web.guard import allow
from lms.web.limits import limiter
from lms.web.request import now

QUESTIONS_OF_AN_ADDRESS = "10 per minute; 60 per hour"
_SEE_OTHER = 303
_GONE = 410


@bp.route("/forgotten-password", methods=["GET", "POST"])
@allow(Permission.PUBLIC)
@limiter.limit(QUESTIONS_OF_AN_ADDRESS, methods=["POST"])
def forgotten_password() -> ResponseReturnValue:
    """Ask for a link by mail. The answer is the same for accounts that do not exist."""
    form = ForgottenPasswordForm()
    if not form.validate_on_submit():
        return shown("accounts/forgotten_password.html", form)
    with transaction(session()):
        ask_for_reset(session(), form.login.data, now())
    return render_template("accounts/reset_sent.html")


@bp.route("/reset/<token>", methods=["GET", "POST"])
@allow(Permission.PUBLIC)
@limiter.limit(QUESTIONS_OF_AN_ADDRESS, methods=["POST"])
def reset(token: str) -> ResponseReturnValue:
    """Set a new password by the link. It signs nobody in."""
    if find_link(session(), RESET, token, now()) is None:
        return _link_used()
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            with transaction(session()):
                reset_password(session(), token, form.new_password.data, now())
        except Refused as refused:
            if refused.reason is Refusal.LINK_USED:
                return _link_used()
            put_back(form, refused)
        else:
            flash(gettext("Your new password is set. Sign in with it."), "ok")
            return redirect(url_for("accounts.sign_in"), _SEE_OTHER)
    return shown("accounts/reset.html", form, token=token)


@bp.route("/invitation/<token>", methods=["GET", "POST"])
@allow(Permission.PUBLIC)
@limiter.limit(QUESTIONS_OF_AN_ADDRESS, methods=["POST"])
def invitation(token: str) -> ResponseReturnValue:
    """Open an account one was invited to, and sign in."""
    link = find_link(session(), INVITATION, token, now())
    if link is None:
        return _link_used()
    person = queries.find_own(session(), link.person_id)
    form = InvitationForm(obj=person)
    if form.validate_on_submit():
        data = Acceptance(
            display_name=form.display_name.data,
            language=form.language.data,
            time_zone=form.time_zone.data,
            password=form.new_password.data,
        )
        try:
            with transaction(session()):
                person = accept(session(), token, data, now())
                signed_in = open_session(session(), person, browser(), now())
        except Refused as refused:
            if refused.reason is Refusal.LINK_USED:
                return _link_used()
            put_back(form, refused)
        else:
            begin(signed_in)
            return redirect(url_for("home.index"), _SEE_OTHER)
    return shown("accounts/invitation.html", form, token=token, person=person)


def _link_used() -> ResponseReturnValue:
    response = make_response(render_template("accounts/link_used.html"))
    response.status_code = _GONE
    return response
