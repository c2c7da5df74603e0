"""One officer after another: starts an attempt, saves every response, hands in, is certified.

Whatever has been committed is said at once, one JSON line each. A program of its own, so that
its system calls can be recorded: `python -m tests.faults.officer full|normal PERSON_ID...`.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys

from sqlalchemy import event, select
from sqlalchemy.orm import Session

from lms import wiring
from lms.adapters.clock import system_clock
from lms.config import Settings
from lms.core.access import Actor
from lms.courses.queries import find_course
from lms.db import new_session, transaction
from lms.quizzes.models import Attempt, Quiz
from lms.quizzes.services.save import Change, save
from lms.quizzes.services.start import Draft, prepare, start
from lms.quizzes.services.submit import submit
from lms.wiring import House

_ROUNDS = 8
"""How often an officer changes every response."""
_STDOUT = 1


def main(synchronous: str, officers: list[int]) -> None:
    """Let these people work, with the database syncing as the product does ("full") or less."""
    house = wiring.build(Settings.from_env(os.environ), system_clock)
    if synchronous == "normal":
        event.listen(house.engine, "connect", _sync_less)
    with new_session(house.engine) as session:
        for person_id in officers:
            _work(house, session, Actor(person_id))


def _work(house: House, session: Session, actor: Actor) -> None:
    now = house.clock()
    found = find_course(session, actor, "drill", house.course_parts, now)
    assert found is not None
    quiz = session.scalars(select(Quiz).where(Quiz.course_id == found.course.id)).one()
    draft = prepare(session, found, quiz, house.course_parts, now, random.Random(actor.person_id))
    assert isinstance(draft, Draft)
    with transaction(session):
        attempt_id = start(session, actor, draft, "en", now)
    _say(started=attempt_id)
    attempt = session.get_one(Attempt, attempt_id)
    for number in range(_ROUNDS * len(draft.slots)):
        slot = number % len(draft.slots) + 1
        value = f"answer {number}"
        change = Change("page", number + 1, slot, "response", value, 0, "en")
        with transaction(session):
            save(session, actor, attempt_id, attempt.outbox_key, [change], house.clock())
        _say(saved=[attempt_id, number + 1, value])
    with transaction(session):
        handed_in = submit(session, actor, attempt_id, house.course_parts, house.clock())
    assert handed_in is not None
    _say(submitted=[attempt_id, handed_in.receipt])


def _sync_less(connection: sqlite3.Connection, _record: object) -> None:
    connection.execute("pragma synchronous = normal")


def _say(**what: object) -> None:
    os.write(_STDOUT, json.dumps(what).encode() + b"\n")


if __name__ == "__main__":
    main(sys.argv[1], [int(one) for one in sys.argv[2:]])
