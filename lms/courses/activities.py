"""What a course asks of each kind of activity, and what others may add to its page.

A course knows nothing of quizzes: each kind registers here (in wiring.py) how it is called, where
it is opened and how far an officer is with it. Completing a course calls the hooks in the same
transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeAlias

from sqlalchemy.orm import Session

from lms.core.items.base import Item
from lms.core.progress import ActivityState, Status
from lms.core.text import Text
from lms.courses.models import Activity, Course


@dataclass(frozen=True, slots=True)
class Place:
    """Where an officer stands in a course: enrolled in a cohort, in a cycle of its programme.

    What is achieved counts for that cycle. Trainers who look at a course have no place in it,
    and leave no trace.
    """

    person_id: int
    cycle_id: int
    programme_id: int
    cohort_id: int
    time_zone: str


NEW = ActivityState(Status.OPEN)
"""Nothing was done yet; also what those see who only look at a course."""


@dataclass(frozen=True, slots=True)
class Description:
    """How an activity is shown in an outline. `path` is its address on this site.

    `state` is how far the person is, before the rules between activities.
    """

    title: Text
    path: str
    state: ActivityState = NEW


class ActivityKind(Protocol):
    """One kind of activity."""

    @property
    def name(self) -> str:
        """The word that stands under `kind`."""

    def describe(
        self, session: Session, activities: Sequence[Activity], place: Place | None, now: datetime
    ) -> Mapping[int, Description]:
        """Activities of this kind, by id: title, address, and how far the person is.

        Answers for all of them at once, in as few statements as it can. Their courses are loaded.
        Without a place only title and address are asked for.
        """


class Enrolments(Protocol):
    """What courses must know of cohorts."""

    def place_in(
        self, session: Session, person_id: int, course_id: int, now: datetime
    ) -> Place | None:
        """The person's current place in a course; None without an enrolment."""

    def places(self, session: Session, person_id: int, now: datetime) -> Mapping[int, Place]:
        """All current places of a person, by course id, in the order to show them."""


class PracticeItem(Protocol):
    """A practice item as a lesson shows it."""

    @property
    def key(self) -> str:
        """bank/item"""

    @property
    def fingerprint(self) -> str:
        """Of the version."""

    @property
    def item(self) -> Item:
        """What it says."""

    @property
    def figure_url(self) -> str | None:
        """Where its picture is served."""


class PracticeItems(Protocol):
    """What lessons must know of question banks."""

    def find(
        self, session: Session, bank_slug: str, keys: Collection[str]
    ) -> Mapping[str, PracticeItem]:
        """The published practice items of a bank with these ids, by id."""


class NoPracticeItems:
    """For courses without question banks."""

    def find(
        self, session: Session, bank_slug: str, keys: Collection[str]
    ) -> Mapping[str, PracticeItem]:
        """None at all."""
        return {}


@dataclass(frozen=True, slots=True)
class Panel:
    """A part of the course page that another feature fills: a template and its variables."""

    template: str
    values: Mapping[str, Any]


PanelMaker: TypeAlias = Callable[[Session, Course, Place, datetime], Panel | None]
CompletionHook: TypeAlias = Callable[[Session, Course, Place, datetime], None]


@dataclass(frozen=True, slots=True)
class CourseParts:
    """What wiring.py hands down to courses."""

    kinds: Mapping[str, ActivityKind]
    enrolments: Enrolments
    panels: tuple[PanelMaker, ...] = ()
    on_completed: tuple[CompletionHook, ...] = field(default=())
    practice: PracticeItems = field(default_factory=NoPracticeItems)
