"""Cohorts: the list, and one of them with its officers."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from lms.accounts.views.codes import sheet_of_codes
from lms.cohorts import queries
from lms.cohorts.models import ACTIVE, Cohort
from lms.cohorts.parts import CohortParts
from lms.core.access import Permission, Subject
from lms.core.paging import row_number
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
        subject=subject_of(cohort),
        courses=courses,
        officers=officers,
        completions=queries.completions_in(session(), cohort.cycle_id),
        columns=[
            make(session(), cohort, courses, people, now()) for make in part(CohortParts).columns
        ],
    )


@bp.post("/cohorts/<slug>/codes")
@allow(Permission.COHORT_MANAGE)
def print_codes(slug: str) -> ResponseReturnValue:
    """One-time codes on paper for officers of the cohort who have no e-mail or no password."""
    cohort = queries.find_cohort(session(), actor(), slug, Permission.COHORT_MANAGE)
    if cohort is None:
        abort(404)
    chosen = set(request.form.getlist("person", type=row_number))
    people = [
        person
        for person, enrolment in queries.officers_of(session(), cohort)
        if person.id in chosen and enrolment.state == ACTIVE
    ]
    return sheet_of_codes(people, url_for("cohorts.show", slug=slug))


def subject_of(cohort: Cohort) -> Subject:
    """The cohort as the access table asks about it."""
    return Subject(cohort.organisation_id, cohort.programme_id, cohort.id)
