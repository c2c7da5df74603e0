"""The database into files, in their canonical form: what is brought in comes out byte for byte."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.adapters.files import FileStore
from lms.content import writer
from lms.content.banks import BANK_FILE
from lms.content.courses import COURSE_FILE
from lms.content.library import BANKS, COURSES
from lms.courses.models import Activity, Course, LessonPicture, LessonText
from lms.question_banks.models import RETIRED, BankPicture, Item, ItemVersion, QuestionBank
from lms.quizzes.models import Quiz

KeyT = TypeVar("KeyT")
ValueT = TypeVar("ValueT")


class NotEmpty(ValueError):
    """The folder holds something already, which an export would mix with its own."""


def write_out(session: Session, folder: Path, files: FileStore) -> int:
    """Write all courses and banks below a folder that is empty or not there; how many files.

    What was retired is left out. Raises `NotEmpty`.
    """
    if folder.exists() and any(folder.iterdir()):
        raise NotEmpty(str(folder))
    written = 0
    for path, content in [*_banks(session, files), *_courses(session, files)]:
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written += 1
    return written


def _banks(session: Session, files: FileStore) -> Iterable[tuple[str, bytes]]:
    items = _grouped(
        (item.bank_id, (item, version))
        for item, version in session.execute(
            select(Item, ItemVersion)
            .join(ItemVersion, ItemVersion.id == Item.current_version_id)
            .where(Item.state != RETIRED)
            .order_by(Item.topic, Item.position, Item.key)
        )
    )
    pictures = _grouped((one.bank_id, one) for one in session.scalars(select(BankPicture)))
    for bank in session.scalars(select(QuestionBank).order_by(QuestionBank.slug)):
        own = items.get(bank.id, [])
        if bank.agreed_fingerprint is None and not own:
            continue
        folder = f"{BANKS}/{bank.slug}"
        yield f"{folder}/{BANK_FILE}", writer.bank_yaml(bank.document).encode()
        topics = _grouped((item.topic, version.content) for item, version in own)
        for topic, contents in topics.items():
            yield f"{folder}/{topic}.yaml", writer.items_yaml(contents).encode()
        for picture in pictures.get(bank.id, []):
            yield f"{folder}/{picture.name}", _stored(files, picture.sha256)


def _courses(session: Session, files: FileStore) -> Iterable[tuple[str, bytes]]:
    activities = _grouped(
        (one.course_id, one)
        for one in session.scalars(select(Activity).where(Activity.retired_at.is_(None)))
    )
    texts = _grouped((one.activity_id, one) for one in session.scalars(select(LessonText)))
    pictures = _grouped((one.activity_id, one) for one in session.scalars(select(LessonPicture)))
    quizzes = {quiz.activity_id: quiz for quiz in session.scalars(select(Quiz))}
    for course in session.scalars(select(Course).order_by(Course.slug)):
        own = activities.get(course.id, [])
        if not own:
            continue
        folder = f"{COURSES}/{course.slug}"
        yield f"{folder}/{COURSE_FILE}", writer.course_yaml(course.document).encode()
        for activity in own:
            lesson = f"{folder}/lessons/{activity.key}"
            for text in texts.get(activity.id, []):
                yield f"{lesson}/{text.language}.md", _markdown(text)
            for picture in pictures.get(activity.id, []):
                yield f"{lesson}/{picture.name}", _stored(files, picture.sha256)
            quiz = quizzes.get(activity.id)
            if quiz is not None:
                path = f"{folder}/quizzes/{quiz.key}.yaml"
                yield path, writer.quiz_yaml(quiz.document).encode()


def _markdown(text: LessonText) -> bytes:
    return writer.lesson_markdown(text.title, text.summary, text.translates, text.body).encode()


def _stored(files: FileStore, sha256: str) -> bytes:
    content = files.get(sha256)
    if content is None:
        raise FileNotFoundError(f"the file store holds no {sha256}")
    return content


def _grouped(pairs: Iterable[tuple[KeyT, ValueT]]) -> dict[KeyT, list[ValueT]]:
    groups: dict[KeyT, list[ValueT]] = {}
    for key, value in pairs:
        groups.setdefault(key, []).append(value)
    return groups
