"""What comes round again: old failures are forgotten."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from lms.accounts.services.sign_in import forget_failures
from lms.db import transaction


def forget(session: Session, now: datetime) -> None:
    """Drop failed sign-ins that no longer slow anyone down."""
    with transaction(session):
        forget_failures(session, now)
