"""A quiz before it is taken: its rules, one's attempts, the start."""

from __future__ import annotations

import random

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import LazyString, lazy_gettext

from lms.core.access import Permission
from lms.core.blueprint import QuizRules
from lms.core.timing import deadline
from lms.courses.activities import CourseParts
from lms.courses.models import Course
from lms.courses.queries import OpenCourse, OutlineEntry, outline_of
from lms.db import transaction
from lms.quizzes import queries
from lms.quizzes.activity import state_of
from lms.quizzes.models import Quiz
from lms.quizzes.services.start import CannotStart, Draft, LeftOpen, prepare, start
from lms.quizzes.services.submit import expire
from lms.quizzes.views.blueprint import ID, bp, open_course
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import language
from lms.web.request import actor, now, part

_REFUSALS: dict[str, LazyString] = {
    "locked": lazy_gettext("This quiz is locked: something else comes first."),
    "passed": lazy_gettext("You have passed this quiz: there is nothing more to do in it."),
    "no_attempts_left": lazy_gettext("You have no attempts left at this quiz."),
    "cooling_down": lazy_gettext("The next attempt cannot start yet."),
    "not_enrolled": lazy_gettext("Only officers who are enrolled can take this quiz."),
    "short": lazy_gettext(
        "This quiz cannot start: its question bank holds too few questions. Tell your coordinator."
    ),
}
_RANDOM = random.SystemRandom()


@bp.get("/quizzes")
@allow(Permission.QUIZ_TAKE)
def index() -> ResponseReturnValue:
    """One's own quizzes, and all attempts so far."""
    person_id = actor().person_id
    assert person_id is not None
    places = part(CourseParts).enrolments.places(session(), person_id, now())
    own = queries.taught_in(session(), places)
    standing = queries.standings_in(session(), person_id, places, [quiz for quiz, _ in own])
    lines = [
        (quiz, course, state_of(standing[quiz.id], QuizRules.from_json(quiz.rules), now()))
        for quiz, course in own
    ]
    history = queries.history(session(), actor())
    return render_template("quizzes/index.html", lines=lines, history=history)


@bp.get("/quizzes/signed-in")
@allow(Permission.QUIZ_TAKE)
def signed_in() -> ResponseReturnValue:
    """Where a sign-in leads that was asked for in the middle of an attempt."""
    return render_template("quizzes/signed_in.html")


@bp.get(f"/quizzes/<{ID}:quiz_id>")
@allow(Permission.QUIZ_TAKE)
def show(quiz_id: int) -> ResponseReturnValue:
    """The rules in words, earlier attempts, and the button to start."""
    quiz, course = _find(quiz_id)
    found = open_course(course)
    rules = QuizRules.from_json(quiz.rules)
    standing = queries.Standing()
    limit = rules.time_limit
    if found.place is not None:
        standing = queries.standings(session(), found.place, [quiz.id])[quiz.id]
        added = queries.accommodation_of(session(), found.place.person_id)
        ends = deadline(now(), rules.time_limit, added)
        limit = None if ends is None else round((ends - now()).total_seconds())
    return render_template(
        "quizzes/show.html",
        quiz=quiz,
        course=course,
        place=found.place,
        rules=rules,
        limit=limit,
        standing=standing,
        turn=standing.may_start(rules, now()),
        entry=_entry(found, quiz),
        overdue=standing.open is not None and standing.open.is_overdue(now()),
    )


@bp.post(f"/quizzes/<{ID}:quiz_id>/start")
@allow(Permission.QUIZ_TAKE)
def begin(quiz_id: int) -> ResponseReturnValue:
    """Start an attempt, or go on with the one that is open."""
    quiz, course = _find(quiz_id)
    found = open_course(course)
    try:
        drawn = _draw(found, quiz)
    except CannotStart as refused:
        flash(str(_REFUSALS[refused.code]), "warn")
        return redirect(url_for("quizzes.show", quiz_id=quiz.id), 303)
    if isinstance(drawn, Draft):
        with transaction(session()):
            drawn = start(session(), actor(), drawn, language(), now())
    return redirect(url_for("quizzes.take", attempt_id=drawn), 303)


def _find(quiz_id: int) -> tuple[Quiz, Course]:
    found = queries.find_quiz(session(), quiz_id)
    if found is None:
        abort(404)
    return found


def _entry(found: OpenCourse, quiz: Quiz) -> OutlineEntry | None:
    outline = outline_of(session(), found, part(CourseParts), now())
    return next((one for one in outline.entries if one.activity.id == quiz.activity_id), None)


def _draw(found: OpenCourse, quiz: Quiz) -> Draft | int:
    parts = part(CourseParts)
    try:
        return prepare(session(), found, quiz, parts, now(), _RANDOM)
    except LeftOpen as left:
        # What the clock should have ended does not stand in the way of the next.
        with transaction(session()):
            expire(session(), actor(), left.attempt_id, parts, now())
        return prepare(session(), found, quiz, parts, now(), _RANDOM)
