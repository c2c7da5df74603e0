"""Grading an attempt that has ended, from what was frozen in it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy.orm import Session

from lms.core.attempt import Event, current_responses
from lms.core.blueprint import QuizRules
from lms.core.items.base import Item, JsonValue, MalformedResponse
from lms.core.items.registry import item_type
from lms.core.scoring import RULE_VERSION, Score, Scored, percent, score
from lms.quizzes.models import Attempt, Result
from lms.quizzes.slots import Slot, items_in, read_slots


def grade(
    session: Session, attempt: Attempt, events: Sequence[Event], sequence: int, now: datetime
) -> Result:
    """Add a result: every slot's current response against the version that was asked."""
    slots = read_slots(attempt.slots)
    items = items_in(session, slots)
    responses = current_responses(events)
    parts = [
        _scored(slot, items[slot.version_id], responses[slot.number].value)
        if slot.number in responses
        else _scored(slot, items[slot.version_id], None)
        for slot in slots
    ]
    total = score(parts, QuizRules.from_json(attempt.rules).pass_mark)
    result = Result(
        attempt_id=attempt.id,
        sequence=sequence,
        rule_version=RULE_VERSION,
        points=str(total.points),
        possible=str(total.possible),
        percent=percent(total.fraction),
        passed=total.passed,
        details=_details(parts, total),
        graded_at=now,
    )
    session.add(result)
    session.flush()
    return result


def fraction_of(item: Item, value: JsonValue) -> Fraction:
    """The credit for a value of the journal. What cannot be read as a response earns none."""
    kind = item_type(item.type)
    try:
        response = kind.read_response(item, value)
    except MalformedResponse:
        return Fraction(0)
    return kind.grade(item, response).fraction


def _scored(slot: Slot, item: Item, value: JsonValue) -> Scored:
    return Scored(
        slot=slot.number,
        fraction=fraction_of(item, value),
        weight=slot.weight,
        objective=item.objective,
        must_pass=slot.must_pass,
    )


def _details(parts: Sequence[Scored], total: Score) -> dict[str, Any]:
    return {
        "fractions": {str(part.slot): str(part.fraction) for part in parts},
        "objectives": [
            {"id": objective, "points": str(tally.points), "possible": str(tally.possible)}
            for objective, tally in total.by_objective.items()
        ],
        "critical_failed": list(total.critical_failed),
    }
