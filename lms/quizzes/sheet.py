"""An attempt as its pages show it: each question with what was entered, read once for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy.orm import Session

from lms.core.attempt import Event, Projection, project
from lms.core.blueprint import QuizRules
from lms.core.items.base import Item, JsonValue, MalformedResponse, Reveal, View
from lms.core.items.registry import item_type
from lms.question_banks.queries import with_figure
from lms.quizzes.models import Attempt
from lms.quizzes.queries import journal
from lms.quizzes.slots import Slot, items_in, read_slots

RESPONSE, FLAG = "response", "flag"
_NOTHING = Event(id=0, client_id="", client_seq=0, slot=0, kind="", value=None)


@dataclass(frozen=True)
class Question:
    """One slot with its current response and flag.

    `problem` is why the entry cannot be read, a code of `MalformedResponse`; "" for none.
    `overtaken` is what another page had entered here meanwhile, if it does not count.
    """

    slot: Slot
    item: Item
    response: Event
    flag: Event
    overtaken: Event | None

    @property
    def number(self) -> int:
        """The slot, as the page counts."""
        return self.slot.number

    @property
    def field(self) -> str:
        """The name of its fields on a page."""
        return f"q{self.slot.number}"

    @property
    def value(self) -> JsonValue:
        """What was entered, as it was entered."""
        return self.response.value

    @cached_property
    def problem(self) -> str:
        """Why the entry cannot be read."""
        return problem_with(self.item, self.value)

    @cached_property
    def is_answered(self) -> bool:
        """Whether there is a response that can be graded."""
        if self.problem:
            return False
        return item_type(self.item.type).read_response(self.item, self.value) is not None

    @property
    def is_flagged(self) -> bool:
        """Whether the officer wants to come back to it."""
        return bool(self.flag.value)

    def asked(self, language: str) -> View:
        """What is shown while answering: nothing of the key."""
        view = item_type(self.item.type).question(self.item, self.slot.layout, language)
        return with_figure(view, self.slot.version_id, self.item)

    def reviewed(self, language: str, reveal: Reveal) -> View:
        """What is shown afterwards, no more than may be seen."""
        kind = item_type(self.item.type)
        given = None if self.problem else kind.read_response(self.item, self.value)
        view = kind.review(self.item, self.slot.layout, given, language, reveal)
        return with_figure(view, self.slot.version_id, self.item)


@dataclass(frozen=True)
class Sheet:
    """An attempt with its questions in order."""

    attempt: Attempt
    rules: QuizRules
    questions: tuple[Question, ...]
    events: tuple[Event, ...]
    late: int
    """How many events wait for a coordinator's decision."""

    @property
    def answered(self) -> int:
        """How many questions have a response that can be graded."""
        return sum(question.is_answered for question in self.questions)

    @property
    def flagged(self) -> int:
        """How many the officer wants to come back to."""
        return sum(question.is_flagged for question in self.questions)


def read_sheet(session: Session, attempt: Attempt) -> Sheet:
    """The attempt with everything its pages show, in two statements whatever its length."""
    events = journal(session, attempt.id)
    slots = read_slots(attempt.slots)
    items = items_in(session, slots)
    projection = project(events)
    overtaken = _overtaken(projection)
    return Sheet(
        attempt=attempt,
        rules=QuizRules.from_json(attempt.rules),
        questions=tuple(
            Question(
                slot=slot,
                item=items[slot.version_id],
                response=projection.current.get((slot.number, RESPONSE), _NOTHING),
                flag=projection.current.get((slot.number, FLAG), _NOTHING),
                overtaken=overtaken.get(slot.number),
            )
            for slot in slots
        ),
        events=tuple(events),
        late=len(projection.undecided),
    )


def problem_with(item: Item, value: JsonValue) -> str:
    """Why a value cannot be read as a response to an item; "" where it can."""
    try:
        item_type(item.type).read_response(item, value)
    except MalformedResponse as malformed:
        return malformed.code
    return ""


def _overtaken(projection: Projection) -> Mapping[int, Event]:
    """By slot, the last response that another page's kept from counting, and that came later.

    One that says the same as what counts is no loss, and once the officer has entered something
    after it, it is settled.
    """
    found = {}
    for event in projection.stale:
        current = projection.current.get((event.slot, RESPONSE))
        if event.kind != RESPONSE or current is None:
            continue
        if current.id < event.id and current.value != event.value:
            found[event.slot] = event
    return found
