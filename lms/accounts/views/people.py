"""Administrators' pages of people: the list, someone new, one person."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from wtforms.fields.choices import SelectChoice

from lms.accounts import queries
from lms.accounts.authority import may_manage
from lms.accounts.forms.people import GrantForm, NewPersonForm, PersonForm, SearchForm
from lms.accounts.models import Person
from lms.accounts.services.invitations import invite
from lms.accounts.services.people import add_person, change_person
from lms.accounts.services.roles import grant_role
from lms.accounts.views.blueprint import ID, attempt, people_bp, shown, vault
from lms.accounts.views.roles import role_lines, scopes_to_grant
from lms.accounts.words import ROLES, STATES
from lms.audit import queries as audit
from lms.audit.views import lines_of
from lms.core.access import Grant, Permission, Role, Scope
from lms.core.paging import row_number
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import picked
from lms.web.request import actor, now

_SEE_OTHER = 303
_HISTORY = 20


@people_bp.get("/people")
@allow(Permission.PEOPLE_MANAGE)
def index() -> ResponseReturnValue:
    """Everyone the administrator answers for."""
    organisations = queries.list_organisations(session(), actor())
    form = SearchForm(request.args)
    form.organisation.choices = [
        SelectChoice("", gettext("All organisations")),
        *(SelectChoice(str(one.id), picked(one.name)) for one in organisations),
    ]
    search = queries.Search(
        words=form.q.data or "",
        organisation_id=request.args.get("organisation", type=row_number),
        role=form.role.data or "",
        state=form.state.data or "",
    )
    page = queries.list_people(session(), actor(), search, request.args.get("page", 1, row_number))
    roles = queries.list_roles(session(), [person.id for person in page.items])
    return render_template(
        "accounts/people.html",
        form=form,
        page=page,
        people=[
            (
                person,
                queries.state_of(person),
                sorted({str(ROLES[row.role]) for row in roles[person.id]}),
            )
            for person in page.items
        ],
        states=STATES,
        search={name: value for name, value in form.data.items() if value},
        several=len(organisations) > 1,
    )


@people_bp.route("/people/new", methods=["GET", "POST"])
@allow(Permission.PEOPLE_MANAGE)
def new() -> ResponseReturnValue:
    """Someone new, with a first role, and the invitation on its way."""
    organisations = queries.list_organisations(session(), actor())
    if not organisations:
        abort(404)
    home = organisations[0]
    form = NewPersonForm(language=home.language, time_zone=home.time_zone)
    form.organisation.choices = [SelectChoice(str(o.id), picked(o.name)) for o in organisations]
    added: list[Person] = []
    if form.validate_on_submit() and attempt(form, lambda: added.append(_add(form))):
        (person,) = added
        flash(_told_of_new(person, invited=form.send_invitation.data), "ok")
        return redirect(url_for("people.show", person_id=person.id), _SEE_OTHER)
    return shown("accounts/new_person.html", form)


@people_bp.route(f"/people/<{ID}:person_id>", methods=["GET", "POST"])
@allow(Permission.PEOPLE_MANAGE)
def show(person_id: int) -> ResponseReturnValue:
    """One person: details, roles, how they sign in, what happened."""
    found = find_person(person_id)
    form = PersonForm(obj=found)
    if form.validate_on_submit() and attempt(
        form,
        lambda: change_person(
            session(), actor(), person_id, form.values(found.organisation_id), now()
        ),
    ):
        flash(gettext("Your changes are saved."), "ok")
        return redirect(url_for("people.show", person_id=person_id), _SEE_OTHER)
    return person_page(found, form, grant_form())


def _add(form: NewPersonForm) -> Person:
    organisation_id = form.organisation.data
    person = add_person(session(), actor(), form.values(organisation_id), now())
    grant = Grant(Role(form.role.data), Scope.ORGANISATION, organisation_id)
    grant_role(session(), actor(), person.id, grant, now())
    if person.email and form.send_invitation.data:
        invite(session(), actor(), person.id, vault(), now())
    return person


def _told_of_new(person: Person, *, invited: bool) -> str:
    if person.email and invited:
        return str(gettext("%(name)s is added and invited by mail.", name=person.display_name))
    return str(gettext("%(name)s is added.", name=person.display_name))


def find_person(person_id: int) -> Person:
    """A person of the administrator's reach, or 404."""
    found = queries.find_person(session(), actor(), person_id)
    if found is None:
        abort(404)
    return found


def grant_form() -> GrantForm:
    """Which role, and where it may reach."""
    form = GrantForm()
    form.scope.choices = [SelectChoice(key, words) for key, (words, _) in scopes_to_grant().items()]
    return form


def person_page(found: Person, form: PersonForm, granting: GrantForm) -> ResponseReturnValue:
    """The page of one person, with whatever was refused on it."""
    roles = queries.list_roles(session(), [found.id])[found.id]
    history = audit.list_about(session(), actor(), ("person", found.id), _HISTORY)
    page = shown(
        "accounts/person.html",
        form,
        person=found,
        state=queries.state_of(found),
        states=STATES,
        manageable=may_manage(actor(), found, roles),
        is_self=found.id == actor().person_id,
        roles=role_lines(roles),
        granting=granting,
        sessions=len(queries.list_sessions(session(), found.id, now())),
        history=lines_of(session(), history),
    )
    if granting.errors:
        page.status_code = 422
    return page
