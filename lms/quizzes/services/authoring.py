"""Putting a quiz into its course, as its file says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.core.blueprint import QuizRules
from lms.core.text import Text
from lms.quizzes.models import Quiz


def put_quiz(
    session: Session,
    *,
    course_id: int,
    activity_id: int,
    organisation_id: int,
    key: str,
    title: Text,
    summary: Text,
    document: Mapping[str, Any],
    rules: QuizRules,
    fingerprint: str,
    agreed_fingerprint: str | None,
    now: datetime,
) -> Quiz:
    """The quiz of that key in a course, new or changed. Attempts keep the rules they began with."""
    known = select(Quiz).where(Quiz.course_id == course_id, Quiz.key == key)
    quiz = session.scalar(known)
    if quiz is None:
        quiz = Quiz(course_id=course_id, key=key)
        session.add(quiz)
    quiz.activity_id = activity_id
    quiz.organisation_id = organisation_id
    quiz.title = dict(title)
    quiz.summary = dict(summary)
    quiz.document = dict(document)
    quiz.rules = rules.to_json()
    quiz.fingerprint = fingerprint
    quiz.agreed_fingerprint = agreed_fingerprint
    quiz.changed_at = now
    session.flush()
    return quiz
