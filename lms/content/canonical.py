"""The canonical form of files on disk: compared by the checks, written by `--fix` and exports."""

from __future__ import annotations

from pathlib import Path

from lms.content import fingerprints, front_matter, strict_yaml, writer
from lms.content.banks import BANK_FILE
from lms.content.courses import COURSE_FILE, SOURCE_LANGUAGE
from lms.content.folders import Reading
from lms.content.front_matter import PENDING, LessonSource
from lms.content.library import BANKS, COURSES
from lms.content.problems import ContentError, problem
from lms.content.strict_yaml import Document


def canonical(path: Path, file: str = "") -> bytes:
    """The canonical form of a content file; its name and folder tell what kind it is.

    `file` is the name used in problems. Raises `ContentError` for a file that is not proper, or
    that holds comments, which the canonical form could not keep.
    """
    file = file or str(path)
    most = max(strict_yaml.MOST_BYTES, front_matter.MOST_BYTES)
    if path.stat().st_size > most:
        found = path.stat().st_size
        raise ContentError(problem(file, 1, "file_too_big", found=found, most=most))
    source = path.read_bytes()
    if path.suffix == ".md":
        return of_lesson(front_matter.split(source, file))
    document = strict_yaml.read(source, file)
    for line in strict_yaml.comments(document):
        raise ContentError(problem(file, line, "comment"))
    return of_document(document)


def of_lesson(text: LessonSource, translates: str | None = None) -> bytes:
    """The canonical form of a lesson, with another `translates` if one is given."""
    follows = text.translates if translates is None else translates
    written = writer.lesson_markdown(text.title, text.summary, follows, text.body)
    return written.encode("utf-8")


def of_document(document: Document) -> bytes:
    """The canonical form of a YAML file, by its name; `ContentError` where it has no such form."""
    path = Path(document.file)
    value = document.mapping
    try:
        if path.name == BANK_FILE:
            written = writer.bank_yaml(value)
        elif path.name == COURSE_FILE:
            written = writer.course_yaml(value)
        elif path.parent.name == "quizzes":
            written = writer.quiz_yaml(value)
        else:
            written = writer.topic_yaml(value)
    except writer.NotInShape as error:
        code = "unknown_key" if error.unknown else "not_proper"
        raise ContentError(
            document.problem(error.path, code, path=error.path, reason="another kind of value")
        ) from None
    return written.encode("utf-8")


def first_difference(source: bytes, canonical_form: bytes) -> int:
    """The first line (from 1) on which two files differ; 0 if they are the same."""
    if source == canonical_form:
        return 0
    ours, theirs = source.split(b"\n"), canonical_form.split(b"\n")
    pairs = enumerate(zip(ours, theirs, strict=False), start=1)
    return next((line for line, (a, b) in pairs if a != b), min(len(ours), len(theirs)))


def fix(root: Path) -> list[str]:
    """Rewrite all courses and banks below `root` canonically; the names of changed files.

    Translations marked `pending` are noted as following the English text as it is now. Files
    that are not proper are left alone: the checks say why.
    """
    changed = [
        file for path in _files(root) if _rewrite(path, file := path.relative_to(root).as_posix())
    ]
    for folder in sorted(root.glob(f"{COURSES}/*/lessons/*")):
        changed += [path.relative_to(root).as_posix() for path in fill_translates(folder)]
    return sorted(set(changed))


def fill_translates(folder: Path) -> list[Path]:
    """Note in a lesson's translations marked `pending` which English text they follow.

    Only for translations that really follow it; returns the files that changed.
    """
    english = folder / f"{SOURCE_LANGUAGE}.md"
    if not english.is_file():
        return []
    follows = fingerprints.translates(english.read_bytes())
    changed = []
    for path in sorted(folder.glob("*.md")):
        if path == english:
            continue
        try:
            text = front_matter.split(path.read_bytes(), str(path))
        except ContentError:
            continue
        if text.translates == PENDING:
            path.write_bytes(of_lesson(text, follows))
            changed.append(path)
    return changed


def _rewrite(path: Path, file: str) -> bool:
    try:
        form = canonical(path, file)
    except ContentError:
        return False
    if form == path.read_bytes():
        return False
    path.write_bytes(form)
    return True


def _files(root: Path) -> list[Path]:
    reading = Reading(root)
    found = []
    for bank in reading.folders(root / BANKS):
        found += [path for path in reading.files(bank) if path.suffix == ".yaml"]
    for course in reading.folders(root / COURSES):
        found += [course / COURSE_FILE] if (course / COURSE_FILE).is_file() else []
        found += [path for path in reading.files(course / "quizzes") if path.suffix == ".yaml"]
        for lesson in reading.folders(course / "lessons", others=True):
            found += [path for path in reading.files(lesson) if path.suffix == ".md"]
    return found
