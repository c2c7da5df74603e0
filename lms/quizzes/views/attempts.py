"""An attempt: taken, confirmed, handed in, and what came of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from lms.core.access import Permission
from lms.core.attempt import State
from lms.core.blueprint import QuizRules, Start
from lms.core.scoring import percent
from lms.core.text import Text
from lms.core.timing import seconds_left
from lms.courses.activities import CourseParts, Place
from lms.courses.models import Course
from lms.db import transaction
from lms.quizzes import queries
from lms.quizzes.models import Attempt, Result
from lms.quizzes.services import submit as services
from lms.quizzes.sheet import Question, Sheet, read_sheet
from lms.quizzes.views.blueprint import ID, bp, own_attempt
from lms.web.database import session
from lms.web.guard import allow
from lms.web.request import actor, now, part

PAGE_SIZE = 4
"""Questions on a page where there is no script to show them one at a time."""


@bp.get(f"/attempts/<{ID}:attempt_id>")
@allow(Permission.QUIZ_TAKE)
def take(attempt_id: int) -> ResponseReturnValue:
    """All questions at once, for the script; `?page=` a few of them, without one."""
    attempt = own_attempt(attempt_id)
    elsewhere = _if_ended(attempt)
    if elsewhere is not None:
        return elsewhere
    sheet = read_sheet(session(), attempt)
    page = request.args.get("page", type=int)
    if page is not None and not 1 <= page <= pages_of(sheet):
        abort(404)
    return render_template(
        "quizzes/take.html",
        sheet=sheet,
        attempt=attempt,
        shown=sheet.questions if page is None else on_page(sheet, page),
        page=page,
        pages=pages_of(sheet),
        client_id=secrets.token_hex(8),
        seconds_left=seconds_left(attempt.deadline_at, now()),
    )


@bp.get(f"/attempts/<{ID}:attempt_id>/confirm")
@allow(Permission.QUIZ_TAKE)
def confirm(attempt_id: int) -> ResponseReturnValue:
    """What is still open, before the attempt is handed in."""
    attempt = own_attempt(attempt_id)
    elsewhere = _if_ended(attempt)
    if elsewhere is not None:
        return elsewhere
    return render_template(
        "quizzes/confirm.html",
        sheet=read_sheet(session(), attempt),
        attempt=attempt,
        page_of=page_of,
        seconds_left=seconds_left(attempt.deadline_at, now()),
    )


@bp.post(f"/attempts/<{ID}:attempt_id>/submit")
@allow(Permission.QUIZ_TAKE)
def submit(attempt_id: int) -> ResponseReturnValue:
    """Hand in. Doing it again leads to the same result."""
    with transaction(session()):
        attempt = services.submit(session(), actor(), attempt_id, part(CourseParts), now())
    if attempt is None:
        abort(404)
    return redirect(url_for("quizzes.result", attempt_id=attempt.id), 303)


@bp.get(f"/attempts/<{ID}:attempt_id>/result")
@allow(Permission.QUIZ_TAKE)
def result(attempt_id: int) -> ResponseReturnValue:
    """Passed or not, why, and what comes next."""
    found = queries.find_with_course(session(), actor(), attempt_id)
    if found is None:
        abort(404)
    attempt, course = found
    if attempt.state == State.OPEN:
        return _if_ended(attempt) or redirect(url_for("quizzes.take", attempt_id=attempt.id))
    graded = queries.latest_result(session(), attempt.id)
    if graded is None or attempt.state == State.VOIDED:
        return render_template("quizzes/voided.html", attempt=attempt, course=course)
    sheet = read_sheet(session(), attempt)
    person_id = actor().person_id
    assert person_id is not None
    place = part(CourseParts).enrolments.place_in(session(), person_id, course.id, now())
    return render_template(
        "quizzes/result.html",
        sheet=sheet,
        attempt=attempt,
        course=course,
        result=graded,
        objectives=_objectives(graded, course),
        reveal=sheet.rules.reveal(graded.passed),
        missed=_missed(sheet.questions, graded),
        turn=_turn(attempt, place),
        panels=_panels(course, place) if graded.passed else [],
    )


def on_page(sheet: Sheet, page: int) -> Sequence[Question]:
    """The questions of a page, counted from 1."""
    return sheet.questions[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]


def page_of(number: int) -> int:
    """The page on which a question stands."""
    return (number - 1) // PAGE_SIZE + 1


def pages_of(sheet: Sheet) -> int:
    """How many pages an attempt has."""
    return page_of(len(sheet.questions))


def _if_ended(attempt: Attempt) -> ResponseReturnValue | None:
    """Where to go on with an attempt that has ended; None for one that is still open.

    Reading writes nothing: one whose time is up is ended by the button on this page, if the
    clock has not come round before.
    """
    if attempt.state != State.OPEN:
        return redirect(url_for("quizzes.result", attempt_id=attempt.id))
    if attempt.closes_at is not None and attempt.closes_at < now():
        return render_template("quizzes/time_up.html", attempt=attempt)
    return None


def _objectives(graded: Result, course: Course) -> list[dict[str, Any]]:
    """How the officer did by objective, under the titles the course gives them."""
    titles: dict[str, Text] = {
        objective["id"]: objective["text"] for objective in course.document.get("objectives", ())
    }
    lines = []
    for line in graded.details["objectives"]:
        points, possible = Fraction(line["points"]), Fraction(line["possible"])
        whole = percent(points / possible) if possible else 0
        lines.append({"title": titles.get(line["id"], {"en": line["id"]}), "percent": whole})
    return lines


def _missed(questions: Sequence[Question], graded: Result) -> list[Question]:
    """The questions that had to be right and were not."""
    failed = set(graded.details["critical_failed"])
    return [question for question in questions if question.number in failed]


def _turn(attempt: Attempt, place: Place | None) -> Start | None:
    """Whether another attempt may start, under today's rules; None for who has left the course."""
    if place is None or place.cycle_id != attempt.cycle_id:
        return None
    standing = queries.standings(session(), place, [attempt.quiz_id])[attempt.quiz_id]
    return standing.may_start(QuizRules.from_json(attempt.quiz.rules), now())


def _panels(course: Course, place: Place | None) -> list[Markup]:
    """What others show of a course that may be complete now: its certificate."""
    if place is None:
        return []
    made = [make(session(), course, place, now()) for make in part(CourseParts).panels]
    return [
        Markup(render_template(panel.template, **panel.values))  # noqa: S704 - Jinja has escaped it
        for panel in made
        if panel is not None
    ]
