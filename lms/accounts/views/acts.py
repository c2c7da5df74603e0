"""What an administrator does to one account: roles, suspension, links, codes, sessions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, gettext, lazy_gettext
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session

from lms.accounts import queries
from lms.accounts.forms.people import PersonForm, ReasonForm
from lms.accounts.services.invitations import invite
from lms.accounts.services.people import reinstate, sign_out_everywhere, suspend
from lms.accounts.services.resets import send_reset
from lms.accounts.services.roles import end_role, grant_role
from lms.accounts.services.second_factor import remove_second_factor
from lms.accounts.views.blueprint import ID, attempt, do_and_tell, people_bp, shown, vault
from lms.accounts.views.people import find_person, grant_form, person_page
from lms.accounts.views.roles import scopes_to_grant
from lms.core.access import Actor, Grant, Permission, Role, Scope
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now

_SEE_OTHER = 303
ReasonedAct: TypeAlias = Callable[[Session, Actor, int, str, datetime], None]


@dataclass(frozen=True, slots=True)
class _Act:
    """An act that asks for a reason first."""

    do: ReasonedAct
    title: LazyString
    consequence: LazyString
    verb: LazyString
    done: LazyString
    kind: str = "danger"


_ACTS = {
    "suspend": _Act(
        suspend,
        lazy_gettext("Suspend this account?"),
        lazy_gettext("The person is signed out everywhere and cannot sign in. Results stay."),
        lazy_gettext("Suspend"),
        lazy_gettext("The account is suspended."),
    ),
    "reinstate": _Act(
        reinstate,
        lazy_gettext("Reinstate this account?"),
        lazy_gettext("The person can sign in again, with the same password and roles."),
        lazy_gettext("Reinstate"),
        lazy_gettext("The account is reinstated."),
        kind="primary",
    ),
    "remove-second-step": _Act(
        remove_second_factor,
        lazy_gettext("Remove the second step?"),
        lazy_gettext(
            "For someone who lost the telephone and the recovery codes. Make sure that it is "
            "really this person who asks. The password alone is then enough."
        ),
        lazy_gettext("Remove"),
        lazy_gettext("The second step is removed."),
    ),
}


@people_bp.route(
    f"/people/<{ID}:person_id>/<any(suspend, reinstate, 'remove-second-step'):act>",
    methods=["GET", "POST"],
)
@allow(Permission.PEOPLE_MANAGE)
def reasoned_act(person_id: int, act: str) -> ResponseReturnValue:
    """Ask for the reason, then do it."""
    found, wanted, form = find_person(person_id), _ACTS[act], ReasonForm()
    if form.validate_on_submit() and attempt(
        form, lambda: wanted.do(session(), actor(), person_id, form.reason.data, now())
    ):
        flash(str(wanted.done), "ok")
        return _back(person_id)
    return shown(
        "accounts/reasoned_act.html",
        form,
        person=found,
        title=str(wanted.title),
        consequence=str(wanted.consequence),
        action_url=url_for("people.reasoned_act", person_id=person_id, act=act),
        action_text=str(wanted.verb),
        cancel_url=url_for("people.show", person_id=person_id),
        kind=wanted.kind,
    )


@people_bp.post(f"/people/<{ID}:person_id>/roles")
@allow(Permission.ROLE_GRANT)
def give_role(person_id: int) -> ResponseReturnValue:
    """Give a role."""
    found, granting = find_person(person_id), grant_form()
    if granting.validate_on_submit() and attempt(granting, lambda: _grant(person_id, granting)):
        flash(gettext("The role is given."), "ok")
        return _back(person_id, "roles")
    return person_page(found, PersonForm(formdata=None, obj=found), granting)


@people_bp.post(f"/people/<{ID}:person_id>/roles/<{ID}:grant_id>/end")
@allow(Permission.ROLE_GRANT)
def take_role(person_id: int, grant_id: int) -> ResponseReturnValue:
    """Take a role away."""
    find_person(person_id)
    if grant_id not in {row.id for row in queries.list_roles(session(), [person_id])[person_id]}:
        abort(404)
    if do_and_tell(lambda: end_role(session(), actor(), grant_id, now())):
        flash(gettext("The role is taken away."), "ok")
    return _back(person_id, "roles")


@people_bp.post(f"/people/<{ID}:person_id>/invite")
@allow(Permission.PEOPLE_MANAGE)
def send_invitation(person_id: int) -> ResponseReturnValue:
    """Send the invitation, again or for the first time."""
    found = find_person(person_id)
    if do_and_tell(lambda: invite(session(), actor(), person_id, vault(), now())):
        flash(gettext("An invitation is on its way to %(email)s.", email=found.email), "ok")
    return _back(person_id)


@people_bp.post(f"/people/<{ID}:person_id>/reset")
@allow(Permission.PEOPLE_MANAGE)
def send_reset_link(person_id: int) -> ResponseReturnValue:
    """Send a link for a new password."""
    found = find_person(person_id)
    if do_and_tell(lambda: send_reset(session(), actor(), person_id, vault(), now())):
        flash(gettext("A link is on its way to %(email)s.", email=found.email), "ok")
    return _back(person_id)


@people_bp.post(f"/people/<{ID}:person_id>/sessions/end")
@allow(Permission.PEOPLE_MANAGE)
def end_sessions_of(person_id: int) -> ResponseReturnValue:
    """Sign a person out everywhere."""
    find_person(person_id)
    if do_and_tell(lambda: sign_out_everywhere(session(), actor(), person_id, now())):
        flash(gettext("The person is signed out everywhere."), "ok")
    return _back(person_id)


def _grant(person_id: int, form: FlaskForm) -> None:
    _, choice = scopes_to_grant()[form.scope.data]
    role = Role(form.role.data)
    if choice is None:
        grant_role(session(), actor(), person_id, Grant(role, Scope.PLATFORM), now())
    else:
        grant = Grant(role, choice.scope, choice.scope_id)
        grant_role(session(), actor(), person_id, grant, now(), choice.organisation_id)


def _back(person_id: int, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("people.show", person_id=person_id, _anchor=anchor), _SEE_OTHER)
