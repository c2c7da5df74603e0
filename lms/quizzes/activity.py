"""A quiz as an activity of a course: its title and address, and how far an officer is with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.blueprint import QuizRules
from lms.core.progress import ActivityState, Status
from lms.courses.activities import NEW, Description, Place
from lms.courses.models import Activity
from lms.quizzes.models import Quiz
from lms.quizzes.queries import Standing, standings


class QuizActivity:
    """The kind "quiz": `lms.courses.activities.ActivityKind`."""

    name = "quiz"

    def describe(
        self, session: Session, activities: Sequence[Activity], place: Place | None, now: datetime
    ) -> Mapping[int, Description]:
        """Title, address and how far the person is, by activity id."""
        quizzes = _quizzes(session, activities)
        standing = standings(session, place, [quiz.id for quiz in quizzes]) if place else None
        return {
            quiz.activity_id: Description(
                title=quiz.title,
                path=f"/quizzes/{quiz.id}",
                state=state_of(standing[quiz.id], QuizRules.from_json(quiz.rules), now)
                if standing
                else NEW,
            )
            for quiz in quizzes
        }


def state_of(standing: Standing, rules: QuizRules, now: datetime) -> ActivityState:
    """How far an officer is with a quiz, and why no further attempt may start."""
    if standing.passed:
        return ActivityState(Status.PASSED)
    if standing.open is not None:
        return ActivityState(Status.STARTED, left_at=standing.open.started_at)
    if not standing.attempts:
        return ActivityState(Status.OPEN)
    turn = standing.may_start(rules, now)
    reason = "" if turn.code == "yes" else turn.code
    return ActivityState(Status.FAILED, reason, left_at=standing.attempts[-1].ended_at)


def _quizzes(session: Session, activities: Sequence[Activity]) -> list[Quiz]:
    ids = [activity.id for activity in activities]
    return list(session.scalars(select(Quiz).where(Quiz.activity_id.in_(ids))))
