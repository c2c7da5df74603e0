"""Setting up the second step of one's own sign-in, and changing it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta

import segno
from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts import queries
from lms.accounts.forms.account import ConfirmForm, SetUpForm
from lms.accounts.models import RECOVERY_CODE, Person
from lms.accounts.passwords import is_right
from lms.accounts.refusals import Refusal, Refused
from lms.accounts.services import second_factor as factor
from lms.accounts.views.blueprint import (
    attempt,
    attempt_with_password,
    bp,
    shown,
    signed_in,
    vault,
)
from lms.core.access import Permission
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import now

_SEE_OTHER = 303
_TIME_TO_SCAN = timedelta(minutes=15)


@bp.route("/account/second-step", methods=["GET", "POST"])
@allow(Permission.ACCOUNT_OWN)
def set_up_second_factor() -> ResponseReturnValue:
    """Connect an app; or, once it is, see that it is and change it."""
    person = queries.find_own(session(), signed_in().person_id)
    form = SetUpForm()
    if request.method == "GET" and person.totp_secret is not None:
        return _state_page(person, ConfirmForm())
    secret = _unseal(person, form.sealed.data)
    if secret is None and person.totp_secret is not None:
        return redirect(url_for("accounts.set_up_second_factor"), _SEE_OTHER)
    if secret is None:
        return _set_up_page(person, SetUpForm(formdata=None), factor.new_secret())
    codes: list[str] = []
    if form.validate_on_submit() and attempt(
        form,
        lambda: codes.extend(
            factor.set_up(session(), vault(), person.id, secret, form.code.data, now())
        ),
    ):
        return render_template("accounts/recovery_codes.html", codes=codes)
    return _set_up_page(person, form, secret)


@bp.post("/account/second-step/change")
@allow(Permission.ACCOUNT_OWN)
def change_second_factor() -> ResponseReturnValue:
    """New recovery codes, another telephone, or none: all of it asks for the password."""
    person = queries.find_own(session(), signed_in().person_id)
    if person.totp_secret is None:
        abort(404)
    form, codes = ConfirmForm(), list[str]()
    wanted = _CHANGES.get(request.form.get("act", ""), _nothing)
    if not form.validate_on_submit() or not attempt_with_password(
        form, lambda: codes.extend(_changed(person, form.current_password.data, wanted))
    ):
        return _state_page(person, form)
    if codes:
        return render_template("accounts/recovery_codes.html", codes=codes)
    if wanted is _nothing:
        return _set_up_page(person, SetUpForm(formdata=None), factor.new_secret())
    flash(gettext("The second step is turned off."), "ok")
    return redirect(url_for("accounts.account"), _SEE_OTHER)


def _changed(person: Person, password: str, change: Callable[[int], list[str]]) -> list[str]:
    if not is_right(person.password_hash, password):
        raise Refused(Refusal.WRONG_PASSWORD)
    return change(person.id)


def _renew(person_id: int) -> list[str]:
    return factor.renew_recovery_codes(session(), vault(), person_id, now())


def _turn_off(person_id: int) -> list[str]:
    factor.turn_off(session(), person_id, now())
    return []


def _nothing(_person_id: int) -> list[str]:
    """Another telephone is connected by the page that follows, with its first code."""
    return []


_CHANGES = {"renew": _renew, "turn-off": _turn_off}


def _state_page(person: Person, form: ConfirmForm) -> ResponseReturnValue:
    return shown(
        "accounts/second_step.html",
        form,
        demanded=queries.demands_second_factor(session(), person.id),
        codes_left=queries.count_tokens(session(), person.id, RECOVERY_CODE, now()),
    )


def _set_up_page(person: Person, form: SetUpForm, secret: str) -> ResponseReturnValue:
    address = factor.address_of(secret, person.email or person.staff_number or "")
    until = (now() + _TIME_TO_SCAN).isoformat()
    form.sealed.data = vault().seal(json.dumps([person.id, secret, until]))
    return shown(
        "accounts/set_up_second_step.html",
        form,
        picture=segno.make(address, micro=False).svg_data_uri(scale=4, light="white"),
        # In fours, for those who must type it.
        secret=" ".join(secret[start : start + 4] for start in range(0, len(secret), 4)),
    )


def _unseal(person: Person, sealed: str | None) -> str | None:
    """The secret of a page this person was shown a short while ago."""
    opened = vault().unseal(sealed or "")
    if opened is None:
        return None
    person_id, secret, until = json.loads(opened)
    good = person_id == person.id and datetime.fromisoformat(until) > now()
    return str(secret) if good else None
