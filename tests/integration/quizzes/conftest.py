"""A course with a quiz, its bank, and officers who are enrolled."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import func, select

from lms.accounts.models import Person
from lms.cohorts import services as cohorts
from lms.cohorts.models import Cohort
from lms.cohorts.queries import Places
from lms.core.access import SYSTEM, Actor
from lms.core.blueprint import Line, QuizRules, ReviewRules
from lms.courses.activities import CourseParts
from lms.courses.models import Activity, Course, Module
from lms.courses.queries import OpenCourse
from lms.db import transaction
from lms.question_banks.models import PUBLISHED, Item, ItemVersion, QuestionBank
from lms.quizzes.activity import QuizActivity
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.services.authoring import put_quiz
from lms.quizzes.services.save import Change, Saved, save
from lms.quizzes.services.start import Draft, prepare, start
from lms.quizzes.services.submit import submit
from lms.quizzes.slots import read_slots

RULES = QuizRules(
    time_limit=40 * 60,
    attempts=2,
    cool_down=10 * 60,
    pass_mark=Fraction(7, 10),
    shuffle_items=True,
    shuffle_options=True,
    navigation="free",
    grace=60,
    review=ReviewRules(),
    blueprint=(Line(bank="bank", pick=6),),
)


def choice(key: str, objective: str = "B1.1", right: str = "b") -> dict[str, Any]:
    """An item of three options."""
    return {
        "id": key,
        "type": "choice",
        "use": "exam",
        "objective": objective,
        "bloom": "apply",
        "difficulty": "easy",
        "stem": {"en": f"Which of the three of {key}?"},
        "key": right,
        "options": [{"id": name, "text": {"en": f"{key} option {name}"}} for name in "abc"],
    }


@dataclass
class World:
    """What the tests of quizzes are about, and what happens in it."""

    session: Any
    clock: Any
    course: Course
    activity: Activity
    quiz: Quiz
    cohort: Cohort
    parts: CourseParts
    create_person: Callable[..., Person]

    def officer(self, **columns: Any) -> Person:
        """An officer who is enrolled."""
        person = self.create_person(**columns)
        with transaction(self.session):
            cohorts.enrol(self.session, SYSTEM, self.cohort, person.id, self.clock())
        return person

    def set_rules(self, **changes: Any) -> None:
        """Another version of the quiz."""
        with transaction(self.session):
            _put(self.session, self.course, self.activity, replace(RULES, **changes), self.clock())

    def prepare(self, person: Person, seed: int = 1) -> Draft | int:
        """Draw, or find what is open."""
        place = self.parts.enrolments.place_in(
            self.session, person.id, self.course.id, self.clock()
        )
        found = OpenCourse(self.course, place)
        return prepare(
            self.session, found, self.quiz, self.parts, self.clock(), random.Random(seed)
        )

    def start(self, person: Person, seed: int = 1) -> Attempt:
        """An attempt, drawn and begun."""
        draft = self.prepare(person, seed)
        if isinstance(draft, Draft):
            with transaction(self.session):
                draft = start(self.session, Actor(person.id), draft, "en", self.clock())
        return self.attempt(draft)

    def look_again(self) -> None:
        """So that the test's own session sees what others have written since."""
        with transaction(self.session):
            pass

    def count(self, table: Any, *where: Any) -> int:
        """How many rows there are now."""
        self.look_again()
        return self.session.scalar(select(func.count()).select_from(table).where(*where))

    def attempt(self, attempt_id: int) -> Attempt:
        """The attempt as it is now."""
        self.look_again()
        return self.session.get_one(Attempt, attempt_id, populate_existing=True)

    def save(self, attempt: Attempt, *changes: Change, person: Person | None = None) -> Saved:
        """Keep changes, as the owner or as somebody else."""
        actor = Actor(person.id if person else attempt.person_id)
        with transaction(self.session):
            return save(self.session, actor, attempt.id, attempt.outbox_key, changes, self.clock())

    def answer_all(self, attempt: Attempt, but: tuple[int, ...] = ()) -> None:
        """The right response in every slot, and a wrong one in some."""
        changes = []
        for slot in read_slots(attempt.slots):
            value = "a" if slot.number in but else "b"
            changes.append(change(slot.number, value, seq=slot.number))
        self.save(attempt, *changes)

    def submit(self, attempt: Attempt) -> Attempt:
        """Hand in."""
        with transaction(self.session):
            actor = Actor(attempt.person_id)
            found = submit(self.session, actor, attempt.id, self.parts, self.clock())
        assert found is not None
        return found


def change(slot: int, value: Any, seq: int = 1, client: str = "desk", base: int = 0) -> Change:
    """A response on its way."""
    return Change(client, seq, slot, "response", value, base, "en", 1500)


@pytest.fixture
def world(session, clock, create_organisation, create_person) -> World:
    """A course with one quiz of six choice items, drawn from ten."""
    organisation = create_organisation()
    with transaction(session):
        course = Course(
            slug="course",
            organisation_id=organisation.id,
            sharing="organisation",
            title={"en": "The course"},
            summary={"en": "About it"},
            languages=["en"],
            document={
                "objectives": [
                    {"id": "B1.1", "critical": "no", "text": {"en": "Read the axes"}},
                    {"id": "B2.1", "critical": "yes", "text": {"en": "Keep safe"}},
                ]
            },
            fingerprint="0" * 64,
            changed_at=clock(),
        )
        session.add(course)
        session.flush()
        module = Module(course_id=course.id, key="one", position=1, title={"en": "One"})
        session.add(module)
        session.flush()
        activity = Activity(
            course_id=course.id, module_id=module.id, kind="quiz", key="final", position=1,
            objectives=[], completion="", requires=[],
        )  # fmt: skip
        session.add(activity)
        session.flush()
        quiz = _put(session, course, activity, RULES, clock())
        data = cohorts.ProgrammeData("programme", organisation.id, {"en": "P"}, [course.id])
        programme = cohorts.add_programme(session, SYSTEM, data, clock())
        cycle = cohorts.add_cycle(session, SYSTEM, programme, 1, date(2026, 1, 1), clock())
        cohort = cohorts.add_cohort(
            session,
            SYSTEM,
            cohorts.CohortData(
                "cohort", cycle.id, organisation.id, {"en": "C"}, "en", "UTC", date(2026, 11, 1)
            ),
            clock(),
        )
        bank = QuestionBank(
            slug="bank", organisation_id=organisation.id, sharing="organisation",
            title={"en": "Bank"}, document={}, fingerprint="0" * 64, changed_at=clock(),
        )  # fmt: skip
        session.add(bank)
        session.flush()
        documents = [
            *(choice(f"safety-{number}", "B2.1") for number in range(3)),
            *(choice(f"axes-{number}") for number in range(7)),
        ]
        add_items(session, bank, documents, clock())
    parts = CourseParts(kinds={"quiz": QuizActivity()}, enrolments=Places())
    return World(session, clock, course, activity, quiz, cohort, parts, create_person)


def add_items(session: Any, bank: QuestionBank, documents: list[dict[str, Any]], now: Any) -> None:
    """Publish items in a bank."""
    for position, document in enumerate(documents):
        item = Item(
            bank_id=bank.id, key=document["id"], topic="topic", position=position,
            type=document["type"], state=PUBLISHED, changed_at=now,
        )  # fmt: skip
        session.add(item)
        session.flush()
        version = ItemVersion(
            item_id=item.id,
            fingerprint=f"{bank.slug}/{document['id']}",
            structure_fingerprint="",
            text_fingerprints={},
            content=document,
            objective=document["objective"],
            tags=document.get("tags", []),
            difficulty=document["difficulty"],
            use=document["use"],
            is_critical=document.get("critical") == "yes",
            created_at=now,
        )
        session.add(version)
        session.flush()
        item.current_version_id = version.id
    session.flush()


def _put(session: Any, course: Course, activity: Activity, rules: QuizRules, now: Any) -> Quiz:
    return put_quiz(
        session,
        course_id=course.id,
        activity_id=activity.id,
        organisation_id=course.organisation_id,
        key="final",
        title={"en": "Final quiz"},
        summary={"en": "Six questions."},
        document={},
        rules=rules,
        fingerprint="0" * 64,
        agreed_fingerprint=None,
        now=now,
    )
