"""What comes round again: closing attempts whose time is up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from lms.core.access import SYSTEM
from lms.courses.activities import CourseParts
from lms.db import transaction
from lms.quizzes.queries import overdue
from lms.quizzes.services.submit import expire


@dataclass(frozen=True, slots=True)
class CloseOverdue:
    """Ends attempts at their deadline, whether their officers come back or not."""

    parts: CourseParts

    def __call__(self, session: Session, now: datetime) -> None:
        """End every attempt whose time is up, each in a transaction of its own."""
        for attempt_id in overdue(session, now):
            with transaction(session):
                expire(session, SYSTEM, attempt_id, self.parts, now)
