"""Writing courses as their files say them. Who has begun a course keeps what was achieved."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.content.courses import ActivityFile, CourseFile, LessonFile
from lms.content.pictures import PictureFile
from lms.courses.models import Activity, Course, LessonPicture, LessonText, Module


def put_course(session: Session, file: CourseFile, organisation_id: int, now: datetime) -> Course:
    """The course and its outline as course.yaml says them. File and database agree from here on.

    Activities that are no longer listed are retired.
    """
    course = session.scalar(select(Course).where(Course.slug == file.slug))
    if course is None:
        course = Course(slug=file.slug)
        session.add(course)
    course.organisation_id = organisation_id
    course.sharing = file.credits.sharing
    course.title, course.summary = dict(file.title), dict(file.summary)
    course.languages = list(file.languages)
    course.validity_months = file.validity_months
    course.document = dict(file.document.mapping)
    course.fingerprint = course.agreed_fingerprint = file.fingerprint
    course.changed_at = now
    session.flush()
    modules = _put_modules(session, course, file)
    _put_activities(session, course, file.activities, modules, now)
    return course


def put_lesson_text(session: Session, activity: Activity, file: LessonFile) -> LessonText:
    """A lesson in one language, new or changed."""
    text = session.scalar(
        select(LessonText).where(
            LessonText.activity_id == activity.id, LessonText.language == file.language
        )
    )
    if text is None:
        text = LessonText(activity_id=activity.id, language=file.language)
        session.add(text)
    text.title, text.summary = file.text.title, file.text.summary
    text.translates, text.body = file.text.translates, file.text.body.strip("\n")
    text.fingerprint = text.agreed_fingerprint = file.fingerprint
    session.flush()
    return text


def put_pictures(session: Session, activity: Activity, files: Iterable[PictureFile]) -> bool:
    """The pictures beside a lesson, by name; whether any changed. The bytes are stored already."""
    query = select(LessonPicture).where(LessonPicture.activity_id == activity.id)
    known = {picture.name: picture for picture in session.scalars(query)}
    changed = False
    for file in files:
        picture = known.pop(file.name, None)
        if picture is not None and picture.sha256 == file.sha256:
            continue
        if picture is None:
            picture = LessonPicture(activity_id=activity.id, name=file.name)
            session.add(picture)
        picture.media_type, picture.sha256 = file.media_type, file.sha256
        picture.width, picture.height = file.width, file.height
        changed = True
    for picture in known.values():
        session.delete(picture)
        changed = True
    session.flush()
    return changed


def retire_course(session: Session, course: Course, now: datetime) -> None:
    """Take a course out: nothing of it is open any more, and what was achieved stays."""
    _put_activities(session, course, [], {}, now)
    course.agreed_fingerprint = None
    course.changed_at = now
    session.flush()


def _put_modules(session: Session, course: Course, file: CourseFile) -> dict[str, Module]:
    query = select(Module).where(Module.course_id == course.id)
    modules = {module.key: module for module in session.scalars(query)}
    for position, entry in enumerate(file.modules):
        if entry.id not in modules:
            modules[entry.id] = Module(course_id=course.id, key=entry.id)
            session.add(modules[entry.id])
        modules[entry.id].position, modules[entry.id].title = position, dict(entry.title)
    session.flush()
    return modules


def _put_activities(
    session: Session,
    course: Course,
    entries: Iterable[ActivityFile],
    modules: dict[str, Module],
    now: datetime,
) -> None:
    query = select(Activity).where(Activity.course_id == course.id)
    known = {activity.key: activity for activity in session.scalars(query)}
    listed = set()
    for position, entry in enumerate(entries):
        activity = known.get(entry.id)
        if activity is None:
            activity = Activity(course_id=course.id, key=entry.id)
            session.add(activity)
        activity.module_id = modules[entry.module].id
        activity.kind, activity.position = entry.kind, position
        activity.minutes, activity.objectives = entry.minutes, list(entry.objectives)
        activity.completion, activity.requires = entry.completion, list(entry.requires)
        activity.retired_at = None
        listed.add(entry.id)
    for key, activity in known.items():
        if key not in listed and activity.retired_at is None:
            activity.retired_at = now
    session.flush()
