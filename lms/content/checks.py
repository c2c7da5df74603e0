"""Everything that is wrong with courses/ and question_banks/, in one sorted list.

Reading finds what is not proper in itself; here come the things that need a second look: other
languages, other files, other banks.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from lms.content import canonical, fingerprints, inline, strict_yaml
from lms.content.banks import BankFile, ItemFile
from lms.content.courses import (
    CHECKS,
    LESSON,
    SOURCE_LANGUAGE,
    CourseFile,
    LessonFile,
    LessonFolder,
    QuizFile,
)
from lms.content.front_matter import PENDING
from lms.content.library import Library, read_library
from lms.content.markdown import CheckBlock
from lms.content.pictures import PictureFile
from lms.content.problems import ERROR, WARNING, ContentError, Problem, problem
from lms.content.shapes import BANK, COURSE, QUIZ, Shape, item_shape, texts_in
from lms.content.strict_yaml import Document, Value
from lms.core.blueprint import BlueprintShort, Candidate, draw
from lms.core.items.base import SpectrumFigure
from lms.core.spectra.materials import MATERIALS

SHORTEST_COMPARED = 40
"""Characters of an English text from which the length of its translations is looked at."""
LEAST_RATIO, GREATEST_RATIO = 0.6, 1.8
LONGEST_OBJECTIVE = 64


def check(root: Path) -> list[Problem]:
    """All problems of the courses and banks below `root`, sorted by file and line."""
    return check_library(read_library(root))


def check_library(library: Library) -> list[Problem]:
    """All problems of what was read, those met in reading included."""
    found = {*library.problems}
    for bank in library.banks.values():
        found |= {*_bank_problems(bank, library)}
    for course in library.courses.values():
        found |= {*_course_problems(course, library)}
    return sorted(found)


def has_errors(problems: list[Problem]) -> bool:
    """Whether any of them is more than a warning."""
    return any(one.severity == ERROR for one in problems)


def _bank_problems(bank: BankFile, library: Library) -> Iterator[Problem]:
    yield from _text_problems(bank.document, bank.document.value, BANK, bank.languages)
    yield from _layout_problems(bank.document)
    objectives = _objectives_of(bank, library)
    for topic in bank.topics:
        yield from _layout_problems(topic.document)
    for item in bank.items:
        shape = item_shape(item.content)
        content = dict(item.content)
        yield from _text_problems(item.document, content, shape, bank.languages, item.path)
        yield from _item_problems(item)
        if objectives and item.item.objective not in objectives:
            yield item.document.problem(
                f"{item.path}.objective",
                "objective_unknown",
                severity=WARNING,
                name=item.item.objective,
            )
    used = {item.picture.name for item in bank.items if item.picture}
    yield from _unused(bank.pictures.values(), used)


def _objectives_of(bank: BankFile, library: Library) -> set[str]:
    return {
        objective.id
        for course in library.courses.values()
        if bank.slug in course.banks
        for objective in course.objectives
    }


def _item_problems(item: ItemFile) -> Iterator[Problem]:
    for place, option in enumerate(_list(item.content.get("options"))):
        at = f"{item.path}.options[{place}]"
        if item.item.type in ("choice", "choices") and "feedback" not in option:
            yield item.document.problem(at, "feedback_missing", path=f"options[{place}]")
    if len(item.item.objective) > LONGEST_OBJECTIVE:
        found = len(item.item.objective)
        yield item.document.problem(
            f"{item.path}.objective",
            "too_long",
            path="objective",
            found=found,
            most=LONGEST_OBJECTIVE,
        )
    if item.item.critical != ("critical" in item.item.tags):
        yield item.document.problem(f"{item.path}.critical", "critical_tag")
    figure = item.item.figure
    if figure is not None and figure.spectrum is not None:
        place_of = item.document.place(f"{item.path}.figure.spectrum")
        yield from _material_problems(figure.spectrum, item.document.file, place_of.line)


def _material_problems(figure: SpectrumFigure, file: str, line: int) -> Iterator[Problem]:
    for name in (figure.material, figure.overlay):
        if name is not None and name not in MATERIALS:
            expected = ", ".join(MATERIALS)
            yield problem(file, line, "unknown_material", name=name, expected=expected)


def _course_problems(course: CourseFile, library: Library) -> Iterator[Problem]:
    document = course.document
    yield from _text_problems(document, document.value, COURSE, course.languages)
    yield from _layout_problems(document)
    for place, name in enumerate(course.banks):
        if name not in library.banks:
            at = f"banks[{place}]"
            yield document.problem(at, "unknown_reference", path="banks", name=name)
    for quiz in course.quizzes.values():
        yield from _text_problems(quiz.document, quiz.document.value, QUIZ, course.languages)
        yield from _layout_problems(quiz.document)
        yield from _blueprint_problems(quiz, course, library)
    needs_checks = {
        activity.id
        for activity in course.activities
        if activity.kind == LESSON and activity.completion == CHECKS
    }
    first_bank = library.banks.get(course.banks[0]) if course.banks else None
    for lesson in course.lessons.values():
        yield from _lesson_problems(lesson, first_bank, lesson.id in needs_checks)


def _blueprint_problems(quiz: QuizFile, course: CourseFile, library: Library) -> Iterator[Problem]:
    objectives = {objective.id for objective in course.objectives}
    for place, line in enumerate(quiz.rules.blueprint):
        at = f"blueprint[{place}]"
        if line.bank not in course.banks:
            yield quiz.document.problem(f"{at}.bank", "bank_not_listed", name=line.bank)
        if line.objective and line.objective not in objectives:
            yield quiz.document.problem(
                f"{at}.objective", "unknown_reference", path="objective", name=line.objective
            )
    try:
        draw(quiz.rules.blueprint, _candidates(library), random.Random(0))  # noqa: S311
    except BlueprintShort as short:
        yield quiz.document.problem(
            f"blueprint[{short.line}]", "blueprint_short", wanted=short.wanted, found=short.found
        )


def _candidates(library: Library) -> list[Candidate[str]]:
    return [
        Candidate(
            item_key=f"{bank.slug}/{item.id}",
            version_id=item.fingerprints.version,
            bank=bank.slug,
            objective=item.item.objective,
            tags=frozenset(item.item.tags),
            difficulty=item.item.difficulty,
            use=item.item.use,
        )
        for bank in library.banks.values()
        for item in bank.items
    ]


def _lesson_problems(
    lesson: LessonFolder, bank: BankFile | None, needs_checks: bool
) -> Iterator[Problem]:
    english = lesson.texts.get(SOURCE_LANGUAGE)
    practice = {item.id: item.item.use for item in bank.items} if bank else {}
    for text in lesson.texts.values():
        yield from _check_problems(text, practice, needs_checks)
        for block in text.parsed.spectra:
            yield from _material_problems(block.figure, text.file, block.line)
        line = canonical.first_difference(text.source, canonical.of_lesson(text.text))
        if line:
            yield problem(text.file, line, "layout", severity=WARNING)
        if text.language == SOURCE_LANGUAGE:
            if text.text.translates:
                yield text.text.header.problem("translates", "translates_in_source")
        elif english is not None:
            yield from _translation_problems(text, english)
    used = {use.name for text in lesson.texts.values() for use in text.parsed.pictures}
    yield from _unused(lesson.pictures.values(), used)


def _check_problems(
    text: LessonFile, practice: dict[str, str], needs_checks: bool
) -> Iterator[Problem]:
    seen: set[str] = set()
    for block in text.parsed.blocks:
        if not isinstance(block, CheckBlock):
            continue
        name = block.item_id
        if name not in practice:
            yield problem(text.file, block.line, "unknown_reference", path="::: check", name=name)
        elif practice[name] != "practice":
            yield problem(text.file, block.line, "check_not_practice", name=name)
        if name in seen:
            yield problem(text.file, block.line, "check_twice", name=name)
        seen.add(name)
    if needs_checks and not seen:
        yield problem(text.file, 1, "no_checks")


def _translation_problems(text: LessonFile, english: LessonFile) -> Iterator[Problem]:
    header = text.text.header
    current = fingerprints.translates(english.source)
    follows = text.text.translates
    if not follows:
        yield header.problem("title", "translates_missing")
    elif follows == PENDING:
        yield header.problem("translates", "translation_pending", current=current)
    elif follows != current:
        yield header.problem(
            "translates",
            "translation_older",
            severity=WARNING,
            language=text.language,
            current=current,
        )
    yield from _ratio(header, "", "text", text.language, english.text.body, text.text.body)
    ours, theirs = _outline(text), _outline(english)
    for what, found in ours.items():
        if found != theirs[what]:
            severity = ERROR if what == "checks" else WARNING
            yield problem(
                text.file,
                1,
                "shape_differs",
                severity=severity,
                what=what,
                found=found or "none",
                expected=theirs[what] or "none",
            )


def _outline(text: LessonFile) -> dict[str, str]:
    """What must be alike in all languages of a lesson."""
    parsed = text.parsed
    return {
        "checks": ", ".join(parsed.checks),
        "headings": ", ".join(f"h{heading.level}" for heading in parsed.headings),
        "pictures": ", ".join(use.name.split(".")[0] for use in parsed.pictures),
        "spectra": ", ".join(f"{one.figure.material} {one.figure.drift}" for one in parsed.spectra),
    }


def _text_problems(
    document: Document,
    value: Value,
    shape: Shape,
    languages: tuple[str, ...],
    prefix: str = "",
) -> Iterator[Problem]:
    """Missing languages, HTML and links, and lengths that do not match."""
    for path, texts in texts_in(value, shape):
        at = f"{prefix}.{path}" if prefix else path
        for language in languages:
            if language not in texts:
                yield document.problem(at, "missing_language", path=path, language=language)
        for language, sentence in texts.items():
            for code, found in inline.faults(sentence):
                yield document.problem(f"{at}.{language}", code, found=found)
            if language != SOURCE_LANGUAGE:
                english = texts.get(SOURCE_LANGUAGE, "")
                yield from _ratio(document, f"{at}.{language}", path, language, english, sentence)


def _ratio(
    document: Document, at: str, path: str, language: str, english: str, translated: str
) -> Iterator[Problem]:
    if len(english) < SHORTEST_COMPARED:
        return
    ratio = len(translated) / len(english)
    if not LEAST_RATIO <= ratio <= GREATEST_RATIO:
        yield document.problem(
            at,
            "length_ratio",
            severity=WARNING,
            path=path,
            language=language,
            percent=round(ratio * 100),
        )


def _layout_problems(document: Document) -> Iterator[Problem]:
    notes = strict_yaml.comments(document)
    for line in notes:
        yield problem(document.file, line, "comment", severity=WARNING)
    if notes:
        return
    try:
        line = canonical.first_difference(document.source, canonical.of_document(document))
    except ContentError:
        return  # a key or value out of place has had its own problem
    if line:
        yield problem(document.file, line, "layout", severity=WARNING)


def _unused(pictures: Iterable[PictureFile], used: set[str]) -> Iterator[Problem]:
    for picture in pictures:
        if picture.name not in used:
            yield problem(picture.file, 1, "picture_unused", severity=WARNING, name=picture.name)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
