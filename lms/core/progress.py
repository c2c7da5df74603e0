"""What an officer may open next, and when a course is complete.

Each kind of activity says how far it is by itself; here the rules between activities are applied,
without knowing what a lesson or a quiz is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from lms.core.document import DocumentError

ALL_BEFORE = "all-before"


class Status(StrEnum):
    """How far an officer is with an activity."""

    LOCKED = "locked"
    OPEN = "open"
    STARTED = "started"
    DONE = "done"
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Activity:
    """One activity of a course, in course order.

    `requires` is empty (open to begin with), ("all-before",): every required activity before it,
    or the ids of activities. `required` activities make up the course; the others are extras.
    """

    id: str
    requires: tuple[str, ...] = ()
    required: bool = True


@dataclass(frozen=True, slots=True)
class ActivityState:
    """How far an officer is with an activity, and a code for why it cannot be opened now.

    `reason` is "requires" where other activities come first (`waiting_for` names them), or a code
    of the activity's own kind, such as "cooling_down" or "no_attempts_left"; "" for none.
    `left_at` and `anchor` tell when and where in it the officer left off, if its kind knows.
    """

    status: Status
    reason: str = ""
    waiting_for: tuple[str, ...] = ()
    left_at: datetime | None = None
    anchor: str = ""

    @property
    def finished(self) -> bool:
        """Whether the activity counts as achieved."""
        return self.status in (Status.DONE, Status.PASSED)

    @property
    def available(self) -> bool:
        """Whether there is something to do in it now."""
        if self.status is Status.FAILED:
            return not self.reason
        return self.status in (Status.OPEN, Status.STARTED)


@dataclass(frozen=True, slots=True)
class OutlineLine:
    """One activity of an outline with its state after the rules."""

    activity: Activity
    state: ActivityState


def outline(
    activities: Sequence[Activity], states: Mapping[str, ActivityState]
) -> tuple[OutlineLine, ...]:
    """The activities in order, those whose requirements are not met locked.

    Only what is merely open gets locked: what was once begun or achieved stays so, even if the
    course was rearranged since. An activity without a state is open.
    """
    fresh = ActivityState(Status.OPEN)
    lines = []
    for place, activity in enumerate(activities):
        state = states.get(activity.id, fresh)
        waiting_for = tuple(
            name for name in _required_by(activities, place) if not states.get(name, fresh).finished
        )
        if waiting_for and state.status is Status.OPEN:
            state = ActivityState(Status.LOCKED, "requires", waiting_for)
        lines.append(OutlineLine(activity, state))
    return tuple(lines)


def next_activity(lines: Sequence[OutlineLine]) -> Activity | None:
    """What to do next: what was begun and left last, else the first required activity with
    something to do, else the first extra.
    """
    begun = [
        (line.state.left_at, line.activity)
        for line in lines
        if line.state.status is Status.STARTED and line.state.left_at is not None
    ]
    if begun:
        return max(begun, key=lambda pair: pair[0])[1]
    available = [line.activity for line in lines if line.state.available]
    required = [activity for activity in available if activity.required]
    return next(iter(required or available), None)


def finished_of(
    activities: Sequence[Activity], states: Mapping[str, ActivityState]
) -> tuple[int, int]:
    """How many required activities are finished, and how many there are."""
    required = [activity.id for activity in activities if activity.required]
    return sum(name in states and states[name].finished for name in required), len(required)


def is_complete(activities: Sequence[Activity], states: Mapping[str, ActivityState]) -> bool:
    """Whether every required activity is finished; a course without any is never complete."""
    finished, required = finished_of(activities, states)
    return required > 0 and finished == required


def faults(activities: Sequence[Activity]) -> tuple[DocumentError, ...]:
    """What makes a course impossible to finish: ids twice, requirements that never come before."""
    found = []
    before: set[str] = set()
    for place, activity in enumerate(activities):
        path = f"activities[{place}]"
        if activity.id in before:
            found.append(DocumentError(f"{path}.id", "duplicate", name=activity.id))
        if activity.requires != (ALL_BEFORE,):
            found += [
                DocumentError(f"{path}.requires", "unknown_reference", name=name)
                for name in activity.requires
                if name not in before
            ]
        before.add(activity.id)
    return tuple(found)


def _required_by(activities: Sequence[Activity], place: int) -> tuple[str, ...]:
    requires = activities[place].requires
    if requires != (ALL_BEFORE,):
        return requires
    return tuple(activity.id for activity in activities[:place] if activity.required)
