"""Cohorts: the list, and one of them with its officers."""

from __future__ import annotations

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from lms.cohorts import queries
from lms.cohorts.parts import CohortParts
from lms.core.access import Permission
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now, part

bp = Blueprint("cohorts", __name__)


@bp.get("/cohorts")
@allow(Permission.COHORT_READ)
def index() -> ResponseReturnValue:
    """The cohorts of one's reach."""
    return render_template("cohorts/index.html", cohorts=queries.list_cohorts(session(), actor()))


@bp.get("/cohorts/<slug>")
@allow(Permission.COHORT_READ)
def show(slug: str) -> ResponseReturnValue:
    """A cohort: who is in it, and how far everyone is in each course."""
    cohort = queries.find_cohort(session(), actor(), slug)
    if cohort is None:
        abort(404)
    courses = queries.courses_of(session(), cohort.programme_id)
    officers = queries.officers_of(session(), cohort)
    people = [person.id for person, _ in officers]
    return render_template(
        "cohorts/show.html",
        cohort=cohort,
        courses=courses,
        officers=officers,
        completions=queries.completions_in(session(), cohort.cycle_id),
        columns=[
            make(session(), cohort, courses, people, now()) for make in part(CohortParts).columns
        ],
    )
