"""Saving: one address for the page's script, which sends changes, and for its form."""

from __future__ import annotations

import re

from flask import abort, current_app, flash, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_time, gettext

from lms.core.access import Permission
from lms.core.attempt import State
from lms.core.timing import seconds_left
from lms.courses.activities import CourseParts
from lms.db import transaction
from lms.quizzes.forms import BadChange, read_changes, read_client, read_page
from lms.quizzes.models import Attempt
from lms.quizzes.services.save import Change, NoSuchAttempt, Saved, save, what_changed
from lms.quizzes.services.submit import expire
from lms.quizzes.sheet import RESPONSE, problem_with, read_sheet
from lms.quizzes.views.attempts import on_page, page_of, pages_of
from lms.quizzes.views.blueprint import ID, bp, own_attempt
from lms.web.database import session
from lms.web.guard import allow
from lms.web.languages import language
from lms.web.request import actor, now, part

_QUESTION = re.compile(r"q([0-9]{1,4})")
OUTBOX_KEY = "X-Outbox-Key"
"""The header that binds a script's save to its attempt."""


@bp.post(f"/attempts/<{ID}:attempt_id>/responses")
@allow(Permission.QUIZ_TAKE)
def save_responses(attempt_id: int) -> ResponseReturnValue:
    """Keep what was entered, and say so only once it is kept."""
    return _from_script(attempt_id) if request.is_json else _from_form(attempt_id)


def _from_script(attempt_id: int) -> ResponseReturnValue:
    try:
        changes = read_changes(request.get_json())
    except BadChange:
        abort(400)
    saved = _save(attempt_id, request.headers.get(OUTBOX_KEY, ""), changes)
    return jsonify(
        acks=[
            {"client_id": ack.client_id, "client_seq": ack.client_seq, "rev": ack.rev}
            | ({"newer": True} if ack.newer else {})
            for ack in saved.acks
        ],
        seconds_left=seconds_left(saved.deadline_at, now()),
        state=State.EXPIRED if saved.is_overdue(now()) else saved.state,
        saved_at=format_time(now(), "short"),
    )


def _from_form(attempt_id: int) -> ResponseReturnValue:
    current_app.extensions["csrf"].protect()
    attempt = own_attempt(attempt_id)
    sheet = read_sheet(session(), attempt)
    page = request.form.get("page", type=int)
    if page is not None and not 1 <= page <= pages_of(sheet):
        abort(404)
    questions = sheet.questions if page is None else on_page(sheet, page)
    try:
        client_id = read_client(request.form)
        wanted, bases = read_page(request.form, questions)
    except BadChange:
        abort(400)
    changes = what_changed(sheet.events, client_id, wanted, bases, language())
    saved = _save(attempt_id, attempt.outbox_key, changes)
    if saved.state != State.OPEN or saved.is_overdue(now()):
        flash(
            gettext("The attempt had ended. What you entered after that is kept as late."), "warn"
        )
        return redirect(url_for("quizzes.result", attempt_id=attempt_id), 303)
    unread = (
        one.number for one in questions if problem_with(one.item, wanted[one.number, RESPONSE])
    )
    return redirect(_onward(attempt, page, pages_of(sheet), next(unread, None)), 303)


def _save(attempt_id: int, outbox_key: str, changes: list[Change]) -> Saved:
    """Save; an attempt that the clock should have ended is ended with the same commit."""
    try:
        with transaction(session()):
            saved = save(session(), actor(), attempt_id, outbox_key, changes, now())
            if saved.is_overdue(now()):
                expire(session(), actor(), attempt_id, part(CourseParts), now())
    except NoSuchAttempt:
        abort(404)
    return saved


def _onward(attempt: Attempt, page: int | None, pages: int, unread: int | None) -> str:
    """To what cannot be read, else where the button leads, else to the next page."""
    wish = request.form.get("go", "")
    wished = _QUESTION.fullmatch(wish)
    number = unread or (int(wished[1]) if wished else None)
    if number is not None and 1 <= number <= len(attempt.slots):
        target = None if page is None else page_of(number)
        return url_for("quizzes.take", attempt_id=attempt.id, page=target, _anchor=f"q{number}")
    if wish == "confirm" or page is None or page >= pages:
        return url_for("quizzes.confirm", attempt_id=attempt.id)
    return url_for("quizzes.take", attempt_id=attempt.id, page=page + 1)
