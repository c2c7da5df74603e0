"""The list of courses, and a course with its outline."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.access import Permission
from lms.courses import queries
from lms.courses.activities import CourseParts
from lms.courses.queries import OpenCourse
from lms.courses.views.blueprint import bp
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now, part


@bp.get("/courses")
@allow(Permission.COURSE_TAKE)
def index() -> ResponseReturnValue:
    """One's own courses; for staff also those they may look at."""
    outlines = queries.list_outlines(session(), actor(), part(CourseParts), now())
    own = {outline.course.id for outline in outlines}
    others = [one for one in queries.list_previews(session(), actor()) if one.id not in own]
    return render_template("courses/index.html", outlines=outlines, others=others)


@bp.get("/courses/<course>")
@allow(Permission.COURSE_TAKE)
def show(course: str) -> ResponseReturnValue:
    """A course: what comes next, its outline, what others add to it."""
    parts = part(CourseParts)
    found = queries.find_course(session(), actor(), course, parts, now())
    if found is None:
        abort(404)
    return render_template(
        "courses/show.html",
        course=found.course,
        outline=queries.outline_of(session(), found, parts, now()),
        panels=_panels(found, parts),
    )


def _panels(found: OpenCourse, parts: CourseParts) -> list[Markup]:
    """What other features show of this course to those who have a place in it."""
    if found.place is None:
        return []
    made = [make(session(), found.course, found.place, now()) for make in parts.panels]
    return [
        Markup(render_template(panel.template, **panel.values))  # noqa: S704 - Jinja has escaped it
        for panel in made
        if panel is not None
    ]
