"""Reading courses: which one may be opened, its outline, and what comes next in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, joinedload

from lms.core import progress
from lms.core.access import Actor, Permission, may, reach
from lms.core.progress import ActivityState, Status
from lms.core.text import Text
from lms.courses.activities import NEW, CourseParts, Description, Place
from lms.courses.models import Activity, Course, CourseCompletion, LessonText, Module


@dataclass(frozen=True, slots=True)
class OpenCourse:
    """A course someone may open: in their place, or, without one, only to look at it."""

    course: Course
    place: Place | None


@dataclass(frozen=True, slots=True)
class OutlineEntry:
    """An activity of an outline: how it is called, where it is, how far the officer is.

    `address` leads to where the officer left off. `waiting_for` are the titles of what comes
    first.
    """

    activity: Activity
    number: int
    title: Text
    path: str
    address: str
    state: ActivityState
    waiting_for: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ModuleOutline:
    """A module with its activities, and how many of them are finished."""

    module: Module | None
    entries: tuple[OutlineEntry, ...]
    finished: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A course as an officer finds it. Without a place nothing is locked and nothing is done."""

    course: Course
    place: Place | None
    modules: tuple[ModuleOutline, ...]
    finished: int
    required: int
    next: OutlineEntry | None

    @property
    def entries(self) -> list[OutlineEntry]:
        """The activities of all modules, in order."""
        return [entry for module in self.modules for entry in module.entries]

    @property
    def minutes(self) -> int:
        """What all activities together are said to take."""
        return sum(entry.activity.minutes or 0 for entry in self.entries)

    @property
    def is_complete(self) -> bool:
        """Whether everything required is finished."""
        return self.required > 0 and self.finished == self.required

    @property
    def is_begun(self) -> bool:
        """Whether anything was opened yet."""
        untouched = (Status.OPEN, Status.LOCKED)
        return any(entry.state.status not in untouched for entry in self.entries)


def find_course(
    session: Session, actor: Actor, slug: str, parts: CourseParts, now: datetime
) -> OpenCourse | None:
    """The course, if the actor is enrolled in it or may look at it; else None."""
    course = session.scalar(select(Course).where(Course.slug == slug))
    if course is None or actor.person_id is None:
        return None
    place = parts.enrolments.place_in(session, actor.person_id, course.id, now)
    if place is None and not may_preview(actor, course):
        return None
    return OpenCourse(course, place)


def may_preview(actor: Actor, course: Course) -> bool:
    """Whether the actor may read the course without being enrolled."""
    organisations = reach(actor, Permission.COURSE_PREVIEW)
    if organisations is None or course.organisation_id in organisations:
        return True
    return course.sharing == "platform" and may(actor, Permission.COURSE_PREVIEW)


def list_previews(session: Session, actor: Actor) -> list[Course]:
    """The courses the actor may read without being enrolled, by address."""
    if not may(actor, Permission.COURSE_PREVIEW):
        return []
    query = select(Course).where(_previewed(actor), _is_taught()).order_by(Course.slug)
    return list(session.scalars(query))


def list_outlines(
    session: Session, actor: Actor, parts: CourseParts, now: datetime
) -> list[Outline]:
    """The courses the actor is enrolled in, each with its outline, in the order to show them."""
    if actor.person_id is None:
        return []
    places = parts.enrolments.places(session, actor.person_id, now)
    if not places:
        return []
    courses = session.scalars(select(Course).where(Course.id.in_(places)))
    by_id = {course.id: course for course in courses}
    activities = _activities(session, by_id)
    by_course: dict[int, list[Activity]] = {course_id: [] for course_id in by_id}
    for activity in activities:
        by_course[activity.course_id].append(activity)
    found: dict[int, Description] = {}
    for place in dict.fromkeys(places.values()):
        here = [one for one in activities if places[one.course_id] == place]
        found |= describe(session, here, place, parts, now)
    return [
        _outline(by_id[course_id], place, by_course[course_id], found)
        for course_id, place in places.items()
        if by_course.get(course_id)
    ]


def outline_of(session: Session, found: OpenCourse, parts: CourseParts, now: datetime) -> Outline:
    """The outline of a course."""
    activities = activities_of(session, found.course)
    descriptions = describe(session, activities, found.place, parts, now)
    return _outline(found.course, found.place, activities, descriptions)


def activities_of(session: Session, course: Course) -> list[Activity]:
    """The activities of a course in order, with their modules and the titles of lessons."""
    return _activities(session, [course.id])


def rules_of(activities: Iterable[Activity]) -> list[progress.Activity]:
    """What the core needs to know of activities."""
    return [
        progress.Activity(activity.key, tuple(activity.requires), activity.is_required)
        for activity in activities
    ]


def describe(
    session: Session,
    activities: Sequence[Activity],
    place: Place | None,
    parts: CourseParts,
    now: datetime,
) -> dict[int, Description]:
    """Title, address and state of activities, each kind asked once."""
    found: dict[int, Description] = {}
    for name, kind in parts.kinds.items():
        own = [activity for activity in activities if activity.kind == name]
        if own:
            found |= kind.describe(session, own, place, now)
    return found


def completion_of(session: Session, course: Course, place: Place) -> CourseCompletion | None:
    """When the person completed the course in this cycle, if they did."""
    return session.scalar(
        select(CourseCompletion).where(
            CourseCompletion.person_id == place.person_id,
            CourseCompletion.course_id == course.id,
            CourseCompletion.cycle_id == place.cycle_id,
        )
    )


def is_complete(
    session: Session, course: Course, place: Place, parts: CourseParts, now: datetime
) -> bool:
    """Whether the person has met all requirements of the course."""
    activities = activities_of(session, course)
    found = describe(session, activities, place, parts, now)
    by_key = {one.key: found[one.id].state for one in activities if one.id in found}
    return progress.is_complete(rules_of(activities), by_key)


def _activities(session: Session, course_ids: Iterable[int]) -> list[Activity]:
    titles = joinedload(Activity.texts).load_only(
        LessonText.activity_id, LessonText.language, LessonText.title
    )
    query = (
        select(Activity)
        .options(joinedload(Activity.module), titles)
        .where(Activity.course_id.in_(course_ids), Activity.retired_at.is_(None))
        .order_by(Activity.course_id, Activity.position)
    )
    return list(session.scalars(query).unique())


def _outline(
    course: Course,
    place: Place | None,
    activities: Sequence[Activity],
    descriptions: Mapping[int, Description],
) -> Outline:
    shown = [activity for activity in activities if activity.id in descriptions]
    titles = {one.key: descriptions[one.id].title for one in shown}
    by_key = {one.key: descriptions[one.id].state for one in shown}
    rules = rules_of(shown)
    lines = (
        progress.outline(rules, by_key)
        if place is not None
        else tuple(progress.OutlineLine(rule, NEW) for rule in rules)
    )
    entries = [
        _entry(activity, number, descriptions[activity.id], line.state, titles)
        for number, (activity, line) in enumerate(zip(shown, lines, strict=True), start=1)
    ]
    finished, required = progress.finished_of(rules, by_key)
    coming = progress.next_activity(lines)
    return Outline(
        course=course,
        place=place,
        modules=tuple(_modules(entries)),
        finished=finished,
        required=required,
        next=next((one for one in entries if coming and one.activity.key == coming.id), None),
    )


def _entry(
    activity: Activity,
    number: int,
    description: Description,
    state: ActivityState,
    titles: Mapping[str, Text],
) -> OutlineEntry:
    resumes = state.anchor and not state.finished
    return OutlineEntry(
        activity=activity,
        number=number,
        title=description.title,
        path=description.path,
        address=f"{description.path}#{state.anchor}" if resumes else description.path,
        state=state,
        waiting_for=tuple(titles[key] for key in state.waiting_for if key in titles),
    )


def _modules(entries: Sequence[OutlineEntry]) -> list[ModuleOutline]:
    grouped: dict[Any, list[OutlineEntry]] = {}
    for entry in entries:
        grouped.setdefault(entry.activity.module_id, []).append(entry)
    return [
        ModuleOutline(
            module=group[0].activity.module,
            entries=tuple(group),
            finished=sum(entry.state.finished for entry in group),
        )
        for group in grouped.values()
    ]


def _previewed(actor: Actor) -> ColumnElement[bool]:
    organisations = reach(actor, Permission.COURSE_PREVIEW)
    if organisations is None:
        return Course.id.is_not(None)
    return or_(Course.organisation_id.in_(organisations), Course.sharing == "platform")


def _is_taught() -> ColumnElement[bool]:
    active = select(Activity.id).where(
        Activity.course_id == Course.id, Activity.retired_at.is_(None)
    )
    return active.exists()
