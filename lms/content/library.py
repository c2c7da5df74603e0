"""All courses and question banks below one folder, read together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lms.content.banks import BankFile, read_bank
from lms.content.courses import CourseFile, read_course
from lms.content.folders import Reading
from lms.content.problems import Problem

COURSES, BANKS = "courses", "question_banks"


@dataclass(frozen=True, slots=True)
class Library:
    """What could be read, by slug, and what was wrong on the way (unsorted)."""

    root: Path
    banks: Mapping[str, BankFile]
    courses: Mapping[str, CourseFile]
    problems: tuple[Problem, ...]


def read_library(root: Path) -> Library:
    """The courses and banks in `root`/courses and `root`/question_banks."""
    reading = Reading(root)
    banks = [read_bank(folder, reading) for folder in reading.folders(root / BANKS)]
    courses = [read_course(folder, reading) for folder in reading.folders(root / COURSES)]
    return Library(
        root=root,
        banks={bank.slug: bank for bank in banks if bank is not None},
        courses={course.slug: course for course in courses if course is not None},
        problems=tuple(reading.problems),
    )
