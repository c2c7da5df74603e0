"""What comes next for an officer: the attempt that is running, then the course that goes on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from lms.certificates import queries as certificates
from lms.certificates.models import Certificate
from lms.core.access import Actor
from lms.core.credentials.verdict import Kind
from lms.courses import queries as courses
from lms.courses.activities import CourseParts
from lms.courses.queries import Outline, OutlineEntry
from lms.quizzes import queries as quizzes
from lms.quizzes.models import Quiz
from lms.quizzes.queries import PastAttempt

SOON = timedelta(days=90)
"""How long before its end a certificate is said to end soon."""


@dataclass(frozen=True, slots=True)
class Next:
    """The one thing to do next: an activity of a course."""

    outline: Outline
    entry: OutlineEntry


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate and what it is worth today."""

    certificate: Certificate
    kind: Kind
    ends_soon: bool


@dataclass(frozen=True, slots=True)
class Running:
    """An attempt whose clock is going."""

    attempt: PastAttempt
    quiz: Quiz


@dataclass(frozen=True, slots=True)
class Learning:
    """An officer's home."""

    running: Running | None
    next: Next | None
    outlines: Sequence[Outline]
    certificates: Sequence[Held]


def learning_of(session: Session, actor: Actor, parts: CourseParts, now: datetime) -> Learning:
    """What a person learns, and what they have earned."""
    outlines = courses.list_outlines(session, actor, parts, now)
    # A course that was begun before one that was not.
    waiting = sorted((one for one in outlines if one.next), key=lambda one: not one.is_begun)
    going_on = next(iter(waiting), None)
    return Learning(
        running=_running(session, actor, now),
        next=Next(going_on, going_on.next) if going_on and going_on.next else None,
        outlines=outlines,
        certificates=[_held(found, now) for found in certificates.list_own(session, actor)],
    )


def _running(session: Session, actor: Actor, now: datetime) -> Running | None:
    return next(
        (
            Running(attempt, quiz)
            for attempt, quiz, _ in quizzes.history(session, actor)
            if attempt.is_open and not attempt.is_overdue(now)
        ),
        None,
    )


def _held(certificate: Certificate, now: datetime) -> Held:
    kind = certificates.standing(certificate, now)
    ends = certificate.expires_on
    soon = kind is Kind.VALID and ends is not None and ends <= (now + SOON).date()
    return Held(certificate, kind, soon)
