"""Where the pages of quizzes hang, and what all of them need."""

from __future__ import annotations

from flask import Blueprint, abort
from flask.blueprints import BlueprintSetupState

from lms.courses.activities import CourseParts
from lms.courses.models import Course
from lms.courses.queries import OpenCourse, may_preview
from lms.items.mistakes import mistake
from lms.quizzes.models import Attempt
from lms.quizzes.queries import find_attempt
from lms.web.database import session
from lms.web.request import actor, now, part

bp = Blueprint("quizzes", __name__)
bp.add_app_template_filter(mistake, "mistake")

ID = "int(max=9223372036854775807)"
"""What the database can hold as an id; more is no page of ours."""


@bp.record_once
def _let_scripts_save(state: BlueprintSetupState) -> None:
    # A script's save carries the attempt's own token instead; a form's save is checked in its view.
    state.app.extensions["csrf"].exempt("lms.quizzes.views.responses.save_responses")


def own_attempt(attempt_id: int) -> Attempt:
    """The viewer's attempt; whose it is not does not know that it exists."""
    attempt = find_attempt(session(), actor(), attempt_id)
    if attempt is None:
        abort(404)
    return attempt


def open_course(course: Course) -> OpenCourse:
    """The course with the viewer's place in it; 404 for who may not even look at it."""
    person_id = actor().person_id
    assert person_id is not None  # the guard lets in only who has signed in
    place = part(CourseParts).enrolments.place_in(session(), person_id, course.id, now())
    if place is None and not may_preview(actor(), course):
        abort(404)
    return OpenCourse(course, place)
