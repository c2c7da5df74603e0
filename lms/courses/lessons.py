"""Lessons: the one kind of activity that courses bring themselves, and how a lesson is read."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from lms.content import markdown
from lms.content.courses import CHECKS, LESSON
from lms.content.markdown import Lesson, PictureSource
from lms.core import progress
from lms.core.access import Actor
from lms.core.items.base import JsonValue, Reveal, SpectrumFigure, View
from lms.core.items.registry import item_type
from lms.core.progress import ActivityState, Status
from lms.core.spectra import figures
from lms.core.text import Text, language_of
from lms.courses import queries
from lms.courses.activities import NEW, CourseParts, Description, Place, PracticeItem
from lms.courses.models import (
    Activity,
    CheckResponse,
    Course,
    LessonPicture,
    LessonProgress,
    LessonText,
)
from lms.courses.queries import OpenCourse

EVERYTHING = Reveal(responses=True, feedback=True, key=True)
"""Practice hides nothing."""


class Lessons:
    """The kind "lesson": `lms.courses.activities.ActivityKind`."""

    name = LESSON

    def describe(
        self, session: Session, activities: Sequence[Activity], place: Place | None, now: datetime
    ) -> Mapping[int, Description]:
        """Titles came with the activities; how far the person is takes one look."""
        known = _progress(session, place, activities) if place is not None else {}
        return {
            activity.id: Description(
                title={text.language: text.title for text in activity.texts},
                path=f"/courses/{activity.course.slug}/lessons/{activity.key}",
                state=_state(known.get(activity.id)),
            )
            for activity in activities
            if activity.texts
        }


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The activity before or after."""

    title: Text
    path: str


@dataclass(frozen=True, slots=True)
class Check:
    """A practice item within a lesson, and the answer given to it last."""

    practice: PracticeItem
    number: int
    response: CheckResponse | None

    @property
    def item_id(self) -> str:
        """The id of the item, as the lesson's text says it."""
        return self.practice.item.id

    @property
    def field(self) -> str:
        """How the item's form fields begin."""
        return f"q{self.number}"

    @property
    def given(self) -> JsonValue:
        """The last answer, if it was given to the item as it is now."""
        current = self.response and self.response.item_fingerprint == self.practice.fingerprint
        given: JsonValue = self.response.value if self.response and current else None
        return given

    def question(self, language: str) -> View:
        """The item as it is asked."""
        item = self.practice.item
        return self._with_figure(item_type(item.type).question(item, self._layout(), language))

    def review(self, value: JsonValue, language: str) -> View:
        """The item with everything about an answer."""
        item = self.practice.item
        response = item_type(item.type).read_response(item, value)
        view = item_type(item.type).review(item, self._layout(), response, language, EVERYTHING)
        return self._with_figure(view)

    def _layout(self) -> Any:
        # The same order each time: whoever tries again should think, not search.
        item = self.practice.item
        seeded = random.Random(self.practice.fingerprint)  # noqa: S311 - an order, not a secret
        return item_type(item.type).draw_layout(item, seeded, True)

    def _with_figure(self, view: View) -> View:
        address = self.practice.figure_url
        if view["figure"] is None or address is None:
            return view
        return view | {"figure": view["figure"] | {"url": address}}


@dataclass(frozen=True, slots=True)
class LessonPage:
    """A lesson in one language, with all its page needs."""

    course: Course
    place: Place | None
    activity: Activity
    number: int
    total: int
    text: LessonText
    lesson: Lesson
    checks: Mapping[str, Check]
    before: Neighbour | None
    after: Neighbour | None
    progress: LessonProgress | None
    waiting_for: tuple[Text, ...]

    @property
    def path(self) -> str:
        """The address of the page."""
        return f"/courses/{self.course.slug}/lessons/{self.activity.key}"

    @property
    def is_locked(self) -> bool:
        """Whether other activities come first."""
        return bool(self.waiting_for)

    @property
    def is_done(self) -> bool:
        """Whether it counts as achieved."""
        return self.progress is not None and self.progress.done_at is not None

    @property
    def is_done_by_checks(self) -> bool:
        """Whether answering every check completes it; else a confirmation does."""
        return self.activity.completion == CHECKS and bool(self.checks)

    @property
    def unanswered(self) -> int:
        """How many checks wait for a first answer."""
        return sum(check.response is None for check in self.checks.values())

    @property
    def left_off(self) -> markdown.Heading | None:
        """The heading where the officer left off, if there is some way behind it."""
        anchor = self.progress.anchor if self.progress else ""
        return next((one for one in self.lesson.headings[1:] if one.anchor == anchor), None)


def open_lesson(
    session: Session,
    actor: Actor,
    slug: str,
    key: str,
    language: str,
    parts: CourseParts,
    now: datetime,
) -> LessonPage | None:
    """A lesson of a course the actor may open; None where there is none."""
    found = queries.find_course(session, actor, slug, parts, now)
    if found is None:
        return None
    activities = queries.activities_of(session, found.course)
    place_of = {activity.key: place for place, activity in enumerate(activities)}
    at = place_of.get(key)
    if at is None or activities[at].kind != LESSON or not activities[at].texts:
        return None
    activity = activities[at]
    text, pictures = _text(session, activity, language)
    lesson = parsed(found.course, activity, text, pictures)
    known, responses = _own(session, found.place, activity)
    return LessonPage(
        course=found.course,
        place=found.place,
        activity=activity,
        number=at + 1,
        total=len(activities),
        text=text,
        lesson=lesson,
        checks=_checks(session, found.course, lesson, responses, parts),
        **_neighbours(session, activities, at, parts, now),
        progress=known,
        waiting_for=_waiting_for(session, found, activities, at, known, parts, now),
    )


def parsed(
    course: Course, activity: Activity, text: LessonText, pictures: Sequence[LessonPicture]
) -> Lesson:
    """A lesson's text, read once for as long as it and its pictures stay as they are."""
    path = f"/courses/{course.slug}/lessons/{activity.key}/pictures"
    sources = tuple(
        (one.name, f"{path}/{one.sha256}/{one.name}", one.width, one.height)
        for one in sorted(pictures, key=lambda one: one.name)
    )
    return _parsed(text.body, sources)


def find_picture(
    session: Session, found: OpenCourse, key: str, sha256: str, name: str
) -> LessonPicture | None:
    """A picture of a lesson, by what it shows and its name."""
    return session.scalar(
        select(LessonPicture)
        .join(Activity, Activity.id == LessonPicture.activity_id)
        .where(
            Activity.course_id == found.course.id,
            Activity.key == key,
            LessonPicture.name == name,
            LessonPicture.sha256 == sha256,
        )
    )


def find_spectrum(
    session: Session, found: OpenCourse, key: str, digest: str
) -> SpectrumFigure | None:
    """A spectrum of a lesson, in whatever language it is read, by the digest of its picture."""
    query = (
        select(LessonText.body)
        .join(Activity, Activity.id == LessonText.activity_id)
        .where(Activity.course_id == found.course.id, Activity.key == key)
    )
    for body in session.scalars(query):
        for block in _parsed(body, ()).spectra:
            if figures.digest(block.figure) == digest:
                return block.figure
    return None


@lru_cache(maxsize=512)
def _parsed(body: str, pictures: tuple[tuple[str, str, int | None, int | None], ...]) -> Lesson:
    sources = {name: PictureSource(url, width, height) for name, url, width, height in pictures}
    return markdown.parse(body, pictures=sources)


def _state(known: LessonProgress | None) -> ActivityState:
    if known is None:
        return NEW
    return ActivityState(
        Status.DONE if known.done_at is not None else Status.STARTED,
        left_at=known.last_opened_at,
        anchor=known.anchor,
    )


def _progress(
    session: Session, place: Place, activities: Sequence[Activity]
) -> dict[int, LessonProgress]:
    query = select(LessonProgress).where(
        LessonProgress.person_id == place.person_id,
        LessonProgress.cycle_id == place.cycle_id,
        LessonProgress.activity_id.in_([activity.id for activity in activities]),
    )
    return {known.activity_id: known for known in session.scalars(query)}


def _text(
    session: Session, activity: Activity, language: str
) -> tuple[LessonText, list[LessonPicture]]:
    """The text in the best language there is, and the pictures beside it."""
    titles = {text.language: text.title for text in activity.texts}
    rows = session.execute(
        select(LessonText, LessonPicture)
        .outerjoin(LessonPicture, LessonPicture.activity_id == LessonText.activity_id)
        .where(
            LessonText.activity_id == activity.id,
            LessonText.language == language_of(titles, language),
        )
    ).all()
    return rows[0][0], [picture for _, picture in rows if picture is not None]


def _own(
    session: Session, place: Place | None, activity: Activity
) -> tuple[LessonProgress | None, dict[str, CheckResponse]]:
    """How far the person is, and their answers. Whoever answered has begun."""
    if place is None:
        return None, {}
    theirs = and_(
        CheckResponse.person_id == LessonProgress.person_id,
        CheckResponse.activity_id == LessonProgress.activity_id,
        CheckResponse.cycle_id == LessonProgress.cycle_id,
    )
    rows = session.execute(
        select(LessonProgress, CheckResponse)
        .outerjoin(CheckResponse, theirs)
        .where(
            LessonProgress.person_id == place.person_id,
            LessonProgress.activity_id == activity.id,
            LessonProgress.cycle_id == place.cycle_id,
        )
    ).all()
    known = rows[0][0] if rows else None
    return known, {response.item_key: response for _, response in rows if response is not None}


def _checks(
    session: Session,
    course: Course,
    lesson: Lesson,
    responses: Mapping[str, CheckResponse],
    parts: CourseParts,
) -> dict[str, Check]:
    """The checks of a lesson that can be shown, by item id; they come from the first bank."""
    banks = course.document.get("banks") or []
    ids = list(dict.fromkeys(lesson.checks))
    if not ids or not banks:
        return {}
    found = parts.practice.find(session, banks[0], ids)
    known = [found[name] for name in ids if name in found]
    return {
        practice.item.id: Check(practice, number, responses.get(practice.key))
        for number, practice in enumerate(known, start=1)
    }


def _neighbours(
    session: Session, activities: Sequence[Activity], at: int, parts: CourseParts, now: datetime
) -> dict[str, Neighbour | None]:
    """What comes before and after; only their kinds are asked."""
    beside = {"before": activities[at - 1 : at] if at else [], "after": activities[at + 1 : at + 2]}
    found = queries.describe(
        session, [one for pair in beside.values() for one in pair], None, parts, now
    )
    return {
        side: next(
            (Neighbour(found[one.id].title, found[one.id].path) for one in ones if one.id in found),
            None,
        )
        for side, ones in beside.items()
    }


def _waiting_for(
    session: Session,
    found: OpenCourse,
    activities: Sequence[Activity],
    at: int,
    known: LessonProgress | None,
    parts: CourseParts,
    now: datetime,
) -> tuple[Text, ...]:
    """The titles of what comes first; asked only where something may, and nothing was begun."""
    if found.place is None or known is not None or not activities[at].requires:
        return ()
    before = activities[:at]
    descriptions = queries.describe(session, before, found.place, parts, now)
    states = {one.key: descriptions[one.id].state for one in before if one.id in descriptions}
    shown = [one for one in [*before, activities[at]] if one.key in states or one == activities[at]]
    line = progress.outline(queries.rules_of(shown), states)[-1]
    titles = {one.key: descriptions[one.id].title for one in before if one.id in descriptions}
    return tuple(titles[key] for key in line.state.waiting_for if key in titles)
