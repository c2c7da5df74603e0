"""Administrators' pages of organisations."""

from __future__ import annotations

from babel import Locale
from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from lms.accounts import queries
from lms.accounts.forms.people import NewOrganisationForm, OrganisationForm
from lms.accounts.services.organisations import add_organisation, change_organisation
from lms.accounts.views.blueprint import attempt, organisations_bp, shown
from lms.accounts.words import KINDS
from lms.core.access import Permission
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import LANGUAGES, current_locale
from lms.web.request import actor, now

_SEE_OTHER = 303


@organisations_bp.get("/organisations")
@allow(Permission.ORGANISATION_MANAGE)
def index() -> ResponseReturnValue:
    """The organisations the administrator answers for."""
    found = queries.list_organisations(session(), actor())
    return render_template(
        "accounts/organisations.html",
        organisations=found,
        kinds=KINDS,
        territories=current_locale().territories,
        counts=queries.count_people(session(), [one.id for one in found]),
    )


@organisations_bp.route("/organisations/new", methods=["GET", "POST"])
@allow(Permission.ORGANISATION_ADD)
def new() -> ResponseReturnValue:
    """Another administration, or a partner of one."""
    form = NewOrganisationForm(_countries(current_locale()))
    if form.validate_on_submit() and attempt(
        form, lambda: add_organisation(session(), actor(), form.values(form.slug.data), now())
    ):
        flash(gettext("The organisation is added."), "ok")
        return redirect(url_for("organisations.index"), _SEE_OTHER)
    return shown("accounts/new_organisation.html", form)


@organisations_bp.route("/organisations/<slug>", methods=["GET", "POST"])
@allow(Permission.ORGANISATION_MANAGE)
def show(slug: str) -> ResponseReturnValue:
    """One organisation and its switches."""
    found = queries.find_organisation(session(), actor(), slug)
    if found is None:
        abort(404)
    names = {f"name_{tag}": found.name.get(tag, "") for tag in LANGUAGES}
    form = OrganisationForm(_countries(current_locale()), obj=found, **names)
    if form.validate_on_submit() and attempt(
        form,
        lambda: change_organisation(session(), actor(), found.id, form.values(slug), now()),
    ):
        flash(gettext("Your changes are saved."), "ok")
        return redirect(url_for("organisations.show", slug=slug), _SEE_OTHER)
    return shown("accounts/organisation.html", form, organisation=found)


def _countries(locale: Locale) -> list[SelectChoice]:
    """Countries by the names the reader knows, in the reader's alphabet."""
    named = (
        (name, code)
        for code, name in locale.territories.items()
        if len(code) == 2 and code.isalpha()
    )
    return [SelectChoice(code, name) for name, code in sorted(named) if code not in _NO_COUNTRIES]


_NO_COUNTRIES = frozenset({"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"})
"""Two letters, but unions, pseudo-locales and places unknown."""
