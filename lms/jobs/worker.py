"""The worker: does what stands in the outbox, and what comes round again."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import structlog
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from lms.adapters.clock import Clock
from lms.db import new_session, transaction
from lms.jobs import services
from lms.jobs.models import Job

Handler: TypeAlias = Callable[[Session, Mapping[str, Any], datetime], None]
"""Does one job. It opens its own transactions, and must bear being called twice."""

_PAUSE = 0.5
"""Seconds between looks at an empty outbox."""
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Round:
    """Work that comes round again, such as closing attempts whose time is up."""

    name: str
    every: timedelta
    run: Callable[[Session, datetime], None]


class Worker:
    """Runs until it is told to stop; any number of workers may run beside each other."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        handlers: Mapping[str, Handler],
        rounds: Sequence[Round] = (),
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._handlers = handlers
        self._rounds = rounds
        self._next_run: dict[str, datetime] = {}
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Finish the job at hand, then end."""
        self._stopping.set()

    def run(self) -> None:
        """Work until stopped. A database that is away is waited for."""
        while not self._stopping.is_set():
            try:
                busy = self.step()
            except Exception:  # noqa: BLE001 - whatever it was, the next step may go well
                _log.exception("worker_step_failed")
                busy = False
            if not busy:
                self._stopping.wait(_PAUSE)

    def run_until_idle(self) -> int:
        """Do everything that is due now; how many jobs that was. For tests and commands."""
        done = 0
        while self.step():
            done += 1
        return done

    def step(self) -> bool:
        """Do the rounds that are due and one job; whether there was a job."""
        with new_session(self._engine) as session:
            self._do_rounds(session)
            with transaction(session):
                job = services.take(session, self._clock())
            if job is None:
                return False
            self._do(session, job)
            return True

    def _do(self, session: Session, job: Job) -> None:
        try:
            self._handlers[job.kind](session, job.payload, self._clock())
        except Exception as problem:  # noqa: BLE001 - kept with the job, tried again
            session.rollback()
            _log.exception("job_failed", job=job.id, kind=job.kind, tries=job.tries)
            with transaction(session):
                services.fail(session, job, f"{type(problem).__name__}: {problem}", self._clock())
        else:
            with transaction(session):
                services.finish(session, job, self._clock())

    def _do_rounds(self, session: Session) -> None:
        now = self._clock()
        for one in self._rounds:
            if now >= self._next_run.get(one.name, now):
                self._next_run[one.name] = now + one.every
                one.run(session, now)
