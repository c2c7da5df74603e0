"""Reading lessons: begun, left at a heading, checked, done. Each act may come twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from lms.core.items.base import JsonValue
from lms.core.items.registry import item_type
from lms.courses.activities import CourseParts, Place
from lms.courses.lessons import Check, LessonPage
from lms.courses.models import Activity, CheckResponse, LessonProgress
from lms.courses.services.completion import settle
from lms.db import insert_once


def note_reading(
    session: Session, place: Place, activity: Activity, language: str, now: datetime, anchor: str
) -> None:
    """The person is reading the lesson; `anchor` is the heading they are at, "" for none yet."""
    values = {"last_opened_at": now, "language": language}
    is_first = insert_once(
        session,
        LessonProgress,
        person_id=place.person_id,
        activity_id=activity.id,
        cycle_id=place.cycle_id,
        opened_at=now,
        anchor=anchor,
        **values,
    )
    if not is_first:
        known = update(LessonProgress).where(*_own(place, activity))
        session.execute(known.values(**values, **({"anchor": anchor} if anchor else {})))


def confirm(
    session: Session, page: LessonPage, place: Place, now: datetime, parts: CourseParts
) -> bool:
    """The person says they have read the lesson; whether that completed the course."""
    note_reading(session, place, page.activity, page.text.language, now, "")
    return _finish(session, page, place, now, parts)


def answer(
    session: Session,
    page: LessonPage,
    place: Place,
    check: Check,
    value: JsonValue,
    now: datetime,
    parts: CourseParts,
) -> bool:
    """Keep an answer to a check of the lesson; whether that completed the course.

    Raises `MalformedResponse`. The last answer stays; a lesson that is done by its checks is done
    when each was answered, rightly or not.
    """
    item = check.practice.item
    response = item_type(item.type).read_response(item, value)
    is_right = item_type(item.type).grade(item, response).fraction == 1
    note_reading(session, place, page.activity, page.text.language, now, "")
    _keep(session, page.activity, place, check, value, is_right, now)
    if not page.is_done_by_checks or _unanswered(session, page, place):
        return False
    return _finish(session, page, place, now, parts)


def _keep(
    session: Session,
    activity: Activity,
    place: Place,
    check: Check,
    value: JsonValue,
    is_right: bool,
    now: datetime,
) -> None:
    values = {
        "item_fingerprint": check.practice.fingerprint,
        "value": value,
        "is_right": is_right,
        "answered_at": now,
    }
    key = check.practice.key
    is_first = insert_once(
        session,
        CheckResponse,
        person_id=place.person_id,
        activity_id=activity.id,
        cycle_id=place.cycle_id,
        item_key=key,
        **values,
    )
    if not is_first:
        session.execute(
            update(CheckResponse)
            .where(
                CheckResponse.person_id == place.person_id,
                CheckResponse.activity_id == activity.id,
                CheckResponse.cycle_id == place.cycle_id,
                CheckResponse.item_key == key,
            )
            .values(**values, tries=CheckResponse.tries + 1)
        )


def _unanswered(session: Session, page: LessonPage, place: Place) -> int:
    keys = [check.practice.key for check in page.checks.values()]
    answered = session.scalar(
        select(func.count()).where(
            CheckResponse.person_id == place.person_id,
            CheckResponse.activity_id == page.activity.id,
            CheckResponse.cycle_id == place.cycle_id,
            CheckResponse.item_key.in_(keys),
        )
    )
    return len(keys) - (answered or 0)


def _finish(
    session: Session, page: LessonPage, place: Place, now: datetime, parts: CourseParts
) -> bool:
    open_still = (*_own(place, page.activity), LessonProgress.done_at.is_(None))
    session.execute(update(LessonProgress).where(*open_still).values(done_at=now))
    return settle(session, page.course, place, now, parts)


def _own(place: Place, activity: Activity) -> tuple[ColumnElement[bool], ...]:
    return (
        LessonProgress.person_id == place.person_id,
        LessonProgress.activity_id == activity.id,
        LessonProgress.cycle_id == place.cycle_id,
    )
