"""A lesson: read, checked, done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from markupsafe import Markup

from lms.content.markdown import Block, HtmlBlock, SpectrumBlock
from lms.core.access import Permission
from lms.core.items.base import JsonValue, MalformedResponse
from lms.core.spectra import figures
from lms.core.spectra.materials import UnknownMaterial
from lms.courses.activities import CourseParts
from lms.courses.lessons import LessonPage, open_lesson
from lms.courses.services import lessons as services
from lms.courses.views.blueprint import bp
from lms.db import transaction
from lms.items.mistakes import mistake
from lms.items.registry import FACES
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import language
from lms.web.request import actor, now, part


@dataclass(frozen=True, slots=True)
class Turn:
    """The check that is being answered, where it differs from what is kept of it.

    `given` is an answer that is shown and not kept; without one the check is asked again, with
    what was entered and what is wrong with that. On paper everything is asked.
    """

    item: str = ""
    given: JsonValue = None
    entered: JsonValue = None
    mistake: str = ""
    is_for_paper: bool = False


_ANCHOR = re.compile(r"section-[0-9]{1,3}")


@bp.get("/courses/<course>/lessons/<lesson>")
@allow(Permission.COURSE_TAKE)
def lesson(course: str, lesson: str) -> ResponseReturnValue:
    """A lesson in the language of the page. Its script, or the first post, notes it."""
    page = _open(course, lesson)
    if page.is_locked:
        return render_template("courses/locked.html", page=page), 403
    return _render(page, Turn(request.args.get("again", "")))


@bp.get("/courses/<course>/lessons/<lesson>/print")
@allow(Permission.COURSE_TAKE)
def print_lesson(course: str, lesson: str) -> ResponseReturnValue:
    """A lesson for paper."""
    page = _unlocked(course, lesson)
    blocks = [_block(block, page, Turn(is_for_paper=True)) for block in page.lesson.blocks]
    return render_template("courses/print.html", page=page, blocks=blocks)


@bp.post("/courses/<course>/lessons/<lesson>/progress")
@allow(Permission.COURSE_TAKE)
def note_progress(course: str, lesson: str) -> ResponseReturnValue:
    """The lesson was opened, or left at a heading: sent by the page's script."""
    page = _unlocked(course, lesson)
    anchor = request.form.get("anchor", "")
    if anchor and not _ANCHOR.fullmatch(anchor):
        abort(400)
    if page.place is not None:
        with transaction(session()):
            services.note_reading(
                session(), page.place, page.activity, page.text.language, now(), anchor
            )
    return "", 204


@bp.post("/courses/<course>/lessons/<lesson>/done")
@allow(Permission.COURSE_TAKE)
def confirm(course: str, lesson: str) -> ResponseReturnValue:
    """The officer has read the lesson: on to the next."""
    page = _unlocked(course, lesson)
    if page.is_done_by_checks:
        abort(409)
    if page.place is None:
        return redirect(_onward(page), 303)
    with transaction(session()):
        completed = services.confirm(session(), page, page.place, now(), part(CourseParts))
    return redirect(_completed(page) if completed else _onward(page), 303)


@bp.post("/courses/<course>/lessons/<lesson>/checks/<item>")
@allow(Permission.COURSE_TAKE)
def answer_check(course: str, lesson: str, item: str) -> ResponseReturnValue:
    """An answer to a check, and at once what is to be said about it."""
    page = _unlocked(course, lesson)
    check = page.checks.get(item)
    if check is None:
        abort(404)
    face = FACES[check.practice.item.type]
    value = face.response_from_form(request.form, check.practice.item, check.field)
    if value is None:
        return _render(page, Turn(item, mistake=mistake("empty"))), 422
    try:
        if page.place is None:
            check.review(value, language())
            # Who only looks at the course leaves no trace: the answer is in this page alone.
            return _render(page, Turn(item, given=value))
        with transaction(session()):
            completed = services.answer(
                session(), page, page.place, check, value, now(), part(CourseParts)
            )
    except MalformedResponse as malformed:
        return _render(page, Turn(item, entered=value, mistake=mistake(malformed.code))), 422
    if completed:
        return redirect(_completed(page), 303)
    return redirect(f"{page.path}#check-{item}", 303)


def _open(course: str, lesson: str) -> LessonPage:
    page = open_lesson(session(), actor(), course, lesson, language(), part(CourseParts), now())
    if page is None:
        abort(404)
    return page


def _unlocked(course: str, lesson: str) -> LessonPage:
    page = _open(course, lesson)
    if page.is_locked:
        abort(404)
    return page


def _onward(page: LessonPage) -> str:
    return page.after.path if page.after else url_for("courses.show", course=page.course.slug)


def _completed(page: LessonPage) -> str:
    flash(gettext("You have completed everything this course requires."), "ok")
    return url_for("courses.show", course=page.course.slug)


def _render(page: LessonPage, turn: Turn) -> str:
    blocks = [_block(block, page, turn) for block in page.lesson.blocks]
    return render_template("courses/lesson.html", page=page, blocks=blocks)


def _block(block: Block, page: LessonPage, turn: Turn) -> dict[str, Any]:
    """A block as templates show it; {} for one that cannot be shown any more."""
    if isinstance(block, HtmlBlock):
        return {"kind": "html", "html": Markup(block.html)}  # noqa: S704 - nh3 has cleaned it
    if isinstance(block, SpectrumBlock):
        return _spectrum(block, page)
    check = page.checks.get(block.item_id)
    if check is None:
        return {}
    shown = {"kind": "check", "id": check.item_id, "type": check.practice.item.type}
    is_its = turn.item == check.item_id
    answer = turn.given if is_its else check.given
    if answer is not None and not turn.is_for_paper:
        return shown | {"answered": True, "q": check.review(answer, language())}
    return shown | {
        "answered": False,
        "field": check.field,
        "q": check.question(language()),
        "value": turn.entered if is_its else None,
        "error": turn.mistake if is_its else "",
    }


def _spectrum(block: SpectrumBlock, page: LessonPage) -> dict[str, Any]:
    try:
        peaks = figures.peaks(block.figure)
    except UnknownMaterial:
        return {}
    return {
        "kind": "spectrum",
        "url": f"{page.path}/spectra/{figures.digest(block.figure)}.svg",
        "alt": block.alt,
        "caption": block.caption,
        "peaks": peaks,
    }
