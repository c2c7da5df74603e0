"""Sheets of one-time codes, for administrators and, through cohorts, for coordinators."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from lms.accounts import queries
from lms.accounts.models import Person
from lms.accounts.services.codes import PrintedCode, print_codes
from lms.accounts.views.blueprint import do_and_tell, people_bp, public_url, vault
from lms.core.access import Permission
from lms.core.paging import row_number
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now

_SEE_OTHER = 303
_MOST = 200


@people_bp.post("/people/codes")
@allow(Permission.PEOPLE_MANAGE)
def print_sheet() -> ResponseReturnValue:
    """One-time codes for the people chosen."""
    chosen = request.form.getlist("person", type=row_number)[:_MOST]
    back = url_for("people.show", person_id=chosen[0]) if len(chosen) == 1 else None
    people = queries.find_people(session(), actor(), chosen)
    return sheet_of_codes(people, back or url_for("people.index"))


def sheet_of_codes(people: Sequence[Person], back: str) -> ResponseReturnValue:
    """The page for paper, one slip a person: the only place where the codes ever stand."""
    if not people:
        flash(gettext("Choose the people who need a code first."), "warn")
        return redirect(back, _SEE_OTHER)
    codes: list[PrintedCode] = []
    if not do_and_tell(
        lambda: codes.extend(print_codes(session(), actor(), people, vault(), now()))
    ):
        return redirect(back, _SEE_OTHER)
    address = public_url() + url_for("accounts.sign_in_by_code")
    return render_template("accounts/code_sheet.html", codes=codes, back=back, address=address)
