"""A folder of courses/: course.yaml, lessons in their languages, quizzes, and their pictures."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lms.content import fingerprints, front_matter, markdown, pictures
from lms.content.folders import Credits, Reading, read_credits
from lms.content.front_matter import LessonSource
from lms.content.markdown import Lesson
from lms.content.pictures import PictureFile
from lms.content.problems import ContentError, problem
from lms.content.strict_yaml import Document
from lms.core.blueprint import QuizRules
from lms.core.document import LONGEST_SCALAR, DocumentError, Fields
from lms.core.progress import ALL_BEFORE, Activity, faults
from lms.core.text import Text

COURSE_FILE = "course.yaml"
LESSON, QUIZ = "lesson", "quiz"
KINDS = (LESSON, QUIZ)
CONFIRM, CHECKS = "confirm", "checks"
COMPLETIONS = (CONFIRM, CHECKS)
SOURCE_LANGUAGE = "en"

MOST_MODULES, MOST_ACTIVITIES, MOST_OBJECTIVES = 50, 100, 200
MOST_MINUTES = 600
_MONTHS = re.compile(r"([0-9]{1,3}) months")
_OBJECTIVE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,63}")


@dataclass(frozen=True, slots=True)
class ObjectiveFile:
    """What an officer can do afterwards."""

    id: str
    critical: bool
    text: Text


@dataclass(frozen=True, slots=True)
class ActivityFile:
    """A lesson or quiz in its place; `requires` as in `lms.core.progress.Activity`.

    `path` leads to it in course.yaml ("modules[0].activities[2]").
    """

    kind: str
    id: str
    module: str
    minutes: int | None
    objectives: tuple[str, ...]
    completion: str
    requires: tuple[str, ...]
    path: str


@dataclass(frozen=True, slots=True)
class ModuleFile:
    """A titled group of activities."""

    id: str
    title: Text
    activities: tuple[ActivityFile, ...]


@dataclass(frozen=True, slots=True)
class LessonFile:
    """A lesson in one language. `fingerprint` is that of the file's bytes."""

    id: str
    language: str
    file: str
    text: LessonSource
    parsed: Lesson = field(repr=False)
    fingerprint: str = ""
    source: bytes = field(repr=False, default=b"")


@dataclass(frozen=True, slots=True)
class LessonFolder:
    """A lesson in its languages, with the pictures beside it."""

    id: str
    texts: Mapping[str, LessonFile]
    pictures: Mapping[str, PictureFile]


@dataclass(frozen=True, slots=True)
class QuizFile:
    """A quiz; `document` holds its texts and rules as written."""

    id: str
    title: Text
    summary: Text
    rules: QuizRules
    fingerprint: str
    document: Document = field(repr=False)


@dataclass(frozen=True, slots=True)
class CourseFile:
    """A course as it stands in its folder; `document` is course.yaml.

    `validity_months` is how long its certificate is valid; None where it gives none.
    """

    slug: str
    title: Text
    summary: Text
    credits: Credits
    languages: tuple[str, ...]
    banks: tuple[str, ...]
    validity_months: int | None
    objectives: tuple[ObjectiveFile, ...]
    modules: tuple[ModuleFile, ...]
    lessons: Mapping[str, LessonFolder]
    quizzes: Mapping[str, QuizFile]
    document: Document = field(repr=False)

    @property
    def activities(self) -> Iterator[ActivityFile]:
        """The activities of all modules, in order."""
        return (activity for module in self.modules for activity in module.activities)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of course.yaml's document."""
        return fingerprints.of_value(self.document.value)


def read_course(folder: Path, reading: Reading) -> CourseFile | None:
    """The course in a folder; parts that are not proper are left out, with a problem each.

    None, and a problem, where there is no readable course.yaml.
    """
    document = reading.document(folder / COURSE_FILE)
    if document is None:
        return None
    fields = Fields(document.mapping, "", DocumentError)
    part = reading.part
    languages: tuple[str, ...] = part(document, lambda: _read_languages(fields), (SOURCE_LANGUAGE,))
    objectives: tuple[ObjectiveFile, ...] = part(document, lambda: _read_objectives(fields), ())
    modules = _read_modules(fields, document, reading)
    course = CourseFile(
        slug=part(document, lambda: fields.named(folder.name, ""), folder.name),
        title=part(document, lambda: fields.texts("title"), {}),
        summary=part(document, lambda: fields.texts("summary"), {}),
        credits=read_credits(reading, document, _OWN_KEYS),
        languages=languages,
        banks=part(document, lambda: fields.identifiers("banks", 0, 50), ()),
        validity_months=part(document, lambda: _read_validity(fields), None),
        objectives=objectives,
        modules=modules,
        lessons=_read_lessons(folder, languages, reading),
        quizzes=_read_quizzes(folder, reading),
        document=document,
    )
    _report_unlisted(folder, course, reading)
    _report_activities(course, reading)
    return course


_OWN_KEYS = (
    "title", "summary", "languages", "banks", "certificate", "objectives", "modules",
)  # fmt: skip


def _read_languages(fields: Fields) -> tuple[str, ...]:
    entries = fields.entries("languages", 1, 30)
    tags = tuple(fields.written(entry, path, LONGEST_SCALAR) for path, entry in entries)
    Fields({"languages": dict.fromkeys(tags, "-")}, "", DocumentError).texts("languages")
    if SOURCE_LANGUAGE not in tags:
        raise DocumentError("languages", "missing_language", language=SOURCE_LANGUAGE)
    return tags


def _read_validity(fields: Fields) -> int | None:
    if not fields.has("certificate"):
        return None
    inner = Fields.of(fields.value("certificate"), "certificate", DocumentError, ("validity",))
    match = _MONTHS.fullmatch(inner.text("validity"))
    if match is None or not int(match[1]):
        raise DocumentError("certificate.validity", "not_months")
    return int(match[1])


def _read_objectives(fields: Fields) -> tuple[ObjectiveFile, ...]:
    read: dict[str, ObjectiveFile] = {}
    for path, entry in fields.entries("objectives", 1, MOST_OBJECTIVES):
        inner = Fields.of(entry, path, DocumentError, ("id", "critical", "text"))
        name = inner.text("id")
        if not _OBJECTIVE_ID.fullmatch(name):
            raise DocumentError(inner.at("id"), "bad_identifier")
        if name in read:
            raise DocumentError(inner.at("id"), "duplicate", name=name)
        read[name] = ObjectiveFile(name, inner.yes("critical", "no"), inner.texts("text"))
    return tuple(read.values())


def _read_modules(fields: Fields, document: Document, reading: Reading) -> tuple[ModuleFile, ...]:
    entries: list[tuple[str, object]] = reading.part(
        document, lambda: fields.entries("modules", 1, MOST_MODULES), []
    )
    modules = []
    for path, entry in entries:
        module = reading.part(document, _module_reader(path, entry), None)
        if module is not None:
            modules.append(module)
    return tuple(modules)


def _module_reader(path: str, entry: object) -> Callable[[], ModuleFile | None]:
    def read() -> ModuleFile:
        fields = Fields.of(entry, path, DocumentError, ("id", "title", "activities"))
        name = fields.text("id")
        if not _OBJECTIVE_ID.fullmatch(name):
            raise DocumentError(fields.at("id"), "bad_identifier")
        return ModuleFile(
            id=name,
            title=fields.texts("title"),
            activities=tuple(
                _read_activity(inner, value, name)
                for inner, value in fields.entries("activities", 1, MOST_ACTIVITIES)
            ),
        )

    return read


def _read_activity(path: str, entry: object, module: str) -> ActivityFile:
    known = ("kind", "id", "minutes", "objectives", "completion", "requires")
    fields = Fields.of(entry, path, DocumentError, known)
    kind = fields.one_of("kind", KINDS)
    if kind == QUIZ:
        for key in ("minutes", "objectives", "completion"):
            if fields.has(key):
                raise DocumentError(fields.at(key), "unknown_key")
    minutes = fields.count("minutes") if fields.has("minutes") else None
    if minutes is not None and minutes > MOST_MINUTES:
        raise DocumentError(fields.at("minutes"), "out_of_range", most=MOST_MINUTES)
    objectives = fields.entries("objectives", 0, 20) if fields.has("objectives") else []
    return ActivityFile(
        kind=kind,
        id=fields.identifier("id"),
        module=module,
        minutes=minutes,
        objectives=tuple(fields.written(value, at, LONGEST_SCALAR) for at, value in objectives),
        completion=fields.one_of("completion", COMPLETIONS, CONFIRM),
        requires=_read_requires(fields),
        path=path,
    )


def _read_requires(fields: Fields) -> tuple[str, ...]:
    if not fields.has("requires"):
        return ()
    if fields.value("requires") == ALL_BEFORE:
        return (ALL_BEFORE,)
    return fields.identifiers("requires", 1, MOST_ACTIVITIES)


def _read_lessons(
    folder: Path, languages: tuple[str, ...], reading: Reading
) -> dict[str, LessonFolder]:
    return {
        path.name: _read_lesson(path, languages, reading)
        for path in reading.folders(folder / "lessons")
    }


def _read_lesson(folder: Path, languages: tuple[str, ...], reading: Reading) -> LessonFolder:
    found = {}
    for path in reading.files(folder):
        if pictures.is_picture(path):
            picture = pictures.read(path, reading.name(path), reading.problems)
            if picture is not None:
                found[path.name] = picture
        elif path.suffix != ".md" or path.stem not in languages:
            reading.stray(path)
    texts = {}
    for language in languages:
        text = _read_text(folder / f"{language}.md", language, found, reading)
        if text is not None:
            texts[language] = text
    return LessonFolder(folder.name, texts, found)


def _read_text(
    path: Path, language: str, found: Mapping[str, PictureFile], reading: Reading
) -> LessonFile | None:
    source = reading.source(path, front_matter.MOST_BYTES)
    if source is None:
        return None
    file = reading.name(path)
    try:
        text = front_matter.split(source, file)
    except ContentError as error:
        reading.problems.append(error.problem)
        return None
    sources = {
        name: markdown.PictureSource(name, picture.width, picture.height)
        for name, picture in found.items()
    }
    parsed = markdown.parse(text.body, pictures=sources, file=file, first_line=text.body_line)
    reading.problems += parsed.problems
    for use in parsed.pictures:
        if use.name not in found and not (path.parent / use.name).is_file():
            reading.problems.append(problem(file, use.line, "picture_missing", name=use.name))
    return LessonFile(
        id=path.parent.name,
        language=language,
        file=file,
        text=text,
        parsed=parsed,
        fingerprint=fingerprints.of_bytes(source),
        source=source,
    )


def _read_quizzes(folder: Path, reading: Reading) -> dict[str, QuizFile]:
    quizzes = {}
    for path in reading.files(folder / "quizzes"):
        if path.suffix != ".yaml":
            reading.stray(path)
            continue
        document = reading.document(path)
        quiz = None if document is None else _read_quiz(path.stem, document, reading)
        if quiz is not None:
            quizzes[path.stem] = quiz
    return quizzes


def _read_quiz(name: str, document: Document, reading: Reading) -> QuizFile | None:
    def read() -> QuizFile | None:
        fields = Fields(document.mapping, "", DocumentError)
        return QuizFile(
            id=fields.named(name, ""),
            title=fields.texts("title"),
            summary=fields.texts("summary") if fields.has("summary") else {},
            rules=QuizRules.parse(document.mapping),
            fingerprint=fingerprints.of_value(document.value),
            document=document,
        )

    return reading.part(document, read, None)


def _report_unlisted(folder: Path, course: CourseFile, reading: Reading) -> None:
    listed = {(activity.kind, activity.id) for activity in course.activities}
    for name in course.lessons:
        if (LESSON, name) not in listed:
            _unlisted(folder / "lessons" / name, reading)
    for name in course.quizzes:
        if (QUIZ, name) not in listed:
            _unlisted(folder / "quizzes" / f"{name}.yaml", reading)
    reading.only(folder, files=(COURSE_FILE,), folders=("lessons", "quizzes"))


def _unlisted(path: Path, reading: Reading) -> None:
    reading.problems.append(problem(reading.name(path), 1, "unlisted", name=path.name))


def _report_activities(course: CourseFile, reading: Reading) -> None:
    """Ids that stand twice, requirements and objectives that do not exist, files that miss."""
    activities = list(course.activities)
    document = course.document
    rules = [Activity(activity.id, activity.requires) for activity in activities]
    for fault in faults(rules):
        place, _, key = fault.path.removeprefix("activities[").partition("]")
        error = DocumentError(f"{activities[int(place)].path}{key}", fault.code, **fault.params)
        reading.problems.append(document.error_problem(error))
    objectives = {objective.id for objective in course.objectives}
    for activity in activities:
        for number, name in enumerate(activity.objectives):
            if name not in objectives:
                where = f"{activity.path}.objectives[{number}]"
                reading.problems.append(
                    document.problem(where, "unknown_reference", path="objectives", name=name)
                )
        files: Mapping[str, object] = course.lessons if activity.kind == LESSON else course.quizzes
        # A quiz that could not be read has had its own problem.
        quiz = Path(document.file).parent / "quizzes" / f"{activity.id}.yaml"
        if activity.id not in files and not (reading.root / quiz).is_file():
            where = f"{activity.path}.id"
            name = f"The {activity.kind} {activity.id}"
            reading.problems.append(document.problem(where, "not_found", name=name))
