"""The outbox."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lms.db import Base, Id, Word

WAITING, DONE, FAILED = "waiting", "done", "failed"


class Job(Base):
    """Something to be done after the commit that wrote it: a mail to send, a PDF to print."""

    __tablename__ = "job"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'failed')", name="state"),
        Index(
            "ix_job_due",
            "due_at",
            postgresql_where=text("state = 'waiting'"),
            sqlite_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Id]
    kind: Mapped[Word]
    """The name under which wiring.py lists who does it."""
    unique_key: Mapped[str | None] = mapped_column(String(200), unique=True)
    """Where the same work could be asked for twice, the name by which it is known."""
    payload: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[Word] = mapped_column(default=WAITING)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    """Not before this moment; moved on after every failure, and while a worker holds the job."""
    tries: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    """How much of a long job is done, of `total`."""
    total: Mapped[int | None] = mapped_column(Integer)
    finished_at: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(Text)
    """What went wrong the last time."""
