"""A coordinator's view of one certificate: its history, and changing what it is worth."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext

from lms.certificates import queries
from lms.certificates.forms import ReasonForm
from lms.certificates.models import Certificate
from lms.certificates.services.status import Act, acts_on, change_status
from lms.certificates.views.blueprint import bp
from lms.core.access import Permission
from lms.db import transaction
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now

_TITLES = {
    Act.REVOKE: lazy_gettext("Revoke this certificate?"),
    Act.SUSPEND: lazy_gettext("Suspend this certificate?"),
    Act.REINSTATE: lazy_gettext("Put this certificate back in force?"),
}
_CONSEQUENCES = {
    Act.REVOKE: (
        lazy_gettext("Everyone who checks it will be told that it is revoked."),
        lazy_gettext("This cannot be undone."),
    ),
    Act.SUSPEND: (
        lazy_gettext("Everyone who checks it will be told that it is suspended."),
        lazy_gettext("You can put it back in force later."),
    ),
    Act.REINSTATE: (lazy_gettext("Everyone who checks it will be told again that it is valid."),),
}
_VERBS = {
    Act.REVOKE: lazy_gettext("Revoke"),
    Act.SUSPEND: lazy_gettext("Suspend"),
    Act.REINSTATE: lazy_gettext("Put back in force"),
}
_DONE = {
    Act.REVOKE: lazy_gettext("The certificate is revoked."),
    Act.SUSPEND: lazy_gettext("The certificate is suspended."),
    Act.REINSTATE: lazy_gettext("The certificate is in force again."),
}


@bp.get("/certificates/<serial>")
@allow(Permission.CERTIFICATE_MANAGE)
def show(serial: str) -> ResponseReturnValue:
    """One certificate and everything that became of it."""
    found = _managed(serial)
    return render_template(
        "certificates/show.html",
        found=found,
        standing=queries.standing(found, now()),
        history=queries.history(session(), found),
        acts=[(act, _VERBS[act]) for act in acts_on(found.status)],
        cohort=queries.cohort_of(session(), actor(), found),
    )


@bp.route("/certificates/<serial>/<any(revoke, suspend, reinstate):act>", methods=["GET", "POST"])
@allow(Permission.CERTIFICATE_MANAGE)
def change(serial: str, act: str) -> ResponseReturnValue:
    """Ask for the reason, then do it."""
    found, wanted = _managed(serial), Act(act)
    form = ReasonForm()
    if form.validate_on_submit():
        with transaction(session()):
            done = change_status(session(), actor(), found, wanted, form.reason.data, now())
        _tell(wanted, done)
        return redirect(url_for("certificates.show", serial=serial), 303)
    if wanted not in acts_on(found.status):
        abort(404)
    return render_template(
        "certificates/change.html",
        found=found,
        form=form,
        title=_TITLES[wanted],
        consequence=_CONSEQUENCES[wanted],
        action_url=url_for("certificates.change", serial=serial, act=act),
        action_text=_VERBS[wanted],
        cancel_url=url_for("certificates.show", serial=serial),
        kind="primary" if wanted is Act.REINSTATE else "danger",
    )


def _managed(serial: str) -> Certificate:
    found = queries.find_managed(session(), actor(), serial)
    if found is None:
        abort(404)
    return found


def _tell(act: Act, done: bool) -> None:
    if done:
        flash(str(_DONE[act]), "ok")
    else:
        flash(
            gettext("Nothing was changed: someone else has changed its status meanwhile."), "warn"
        )
