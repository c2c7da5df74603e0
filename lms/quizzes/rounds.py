"""What comes round again: closing attempts whose time is up."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.access import SYSTEM
from lms.courses.activities import CourseParts
from lms.db import transaction
from lms.quizzes.queries import overdue
from lms.quizzes.services.submit import expire


def close_overdue(session: Session, parts: CourseParts, now: datetime) -> int:
    """End every attempt whose time is up, each in a transaction of its own; how many."""
    closed = 0
    for attempt_id in overdue(session, now):
        with transaction(session):
            closed += expire(session, SYSTEM, attempt_id, parts, now)
    return closed
