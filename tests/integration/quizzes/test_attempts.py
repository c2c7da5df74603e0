"""Starting, handing in and running out of time."""

from __future__ import annotations

import threading
from datetime import timedelta
from fractions import Fraction

import pytest
from sqlalchemy import select

from lms.audit.models import AuditEntry
from lms.core.access import SYSTEM, Actor
from lms.core.attempt import receipt
from lms.core.blueprint import Line
from lms.core.progress import Status
from lms.courses.activities import Description
from lms.courses.models import Activity, CourseCompletion
from lms.db import new_session, transaction
from lms.quizzes.models import Attempt, JournalEvent, LateDecision, Result
from lms.quizzes.queries import journal, latest_result
from lms.quizzes.rounds import CloseOverdue
from lms.quizzes.services import submit as submit_module
from lms.quizzes.services.save import save
from lms.quizzes.services.start import CannotStart, Draft, start
from lms.quizzes.services.submit import expire, submit
from tests.integration.quizzes.conftest import change

MANY = 50


def together(world, engine, act):
    """Run an act in many sessions at once; what each gave."""
    world.look_again()
    results, ready = [], threading.Barrier(MANY)

    def run():
        with new_session(engine) as session:
            ready.wait()
            try:
                results.append(act(session))
            except Exception as problem:
                results.append(problem)

    threads = [threading.Thread(target=run) for _ in range(MANY)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def state(world, person):
    at = world.clock()
    place = world.parts.enrolments.place_in(world.session, person.id, world.course.id, at)
    kind = world.parts.kinds["quiz"]
    return kind.describe(world.session, [world.activity], place, at)[world.activity.id].state


def test_an_attempt_freezes_rules_form_and_deadline(world):
    attempt = world.start(world.officer())
    assert (attempt.number, attempt.state) == (1, "open")
    assert len({slot["item"] for slot in attempt.slots}) == 6
    assert all(sorted(slot["layout"]["options"]) == ["a", "b", "c"] for slot in attempt.slots)
    assert attempt.deadline_at == world.clock() + timedelta(minutes=40)
    assert attempt.closes_at == attempt.deadline_at + timedelta(seconds=60)
    world.set_rules(time_limit=60, pass_mark=Fraction(1))
    assert world.attempt(attempt.id).rules["pass_mark"] == "7/10"


def test_an_accommodation_makes_the_time_longer(world):
    attempt = world.start(world.officer(accommodation_percent=25))
    assert attempt.deadline_at == world.clock() + timedelta(minutes=50)


def test_a_second_start_goes_on_with_the_open_attempt(world):
    officer = world.officer()
    first = world.start(officer)
    assert world.start(officer, seed=2).id == first.id


def test_many_starts_at_once_are_one_attempt_and_all_get_it(world, engine):
    officer = world.officer()
    draft = world.prepare(officer)

    def act(session):
        with transaction(session):
            return start(session, Actor(officer.id), draft, "en", world.clock())

    results = together(world, engine, act)
    assert len(set(results)) == 1
    assert results[0] == world.session.scalars(select(Attempt.id)).one()
    assert world.count(AuditEntry, AuditEntry.action == "attempt.started") == 1


def test_items_not_seen_before_are_drawn_first(world, clock):
    world.set_rules(blueprint=(Line(bank="bank", pick=5),), cool_down=0)
    officer = world.officer()
    first = world.start(officer)
    world.submit(first)
    second = world.start(officer, seed=3)
    assert second.number == 2
    assert not {slot["item"] for slot in first.slots} & {slot["item"] for slot in second.slots}


def test_a_next_attempt_waits_for_the_cool_down_and_there_is_a_last_one(world, clock):
    officer = world.officer()
    world.submit(world.start(officer))
    clock.forward(minutes=9, seconds=59)
    with pytest.raises(CannotStart) as refused:
        world.start(officer)
    assert refused.value.code == "cooling_down"
    assert state(world, officer).reason == "cooling_down"
    clock.forward(seconds=1)
    world.submit(world.start(officer))
    clock.forward(days=1)
    with pytest.raises(CannotStart) as refused:
        world.start(officer)
    assert refused.value.code == "no_attempts_left"
    found = state(world, officer)
    assert (found.status, found.reason) == (Status.FAILED, "no_attempts_left")


def test_what_is_passed_is_not_started_again(world, clock):
    officer = world.officer()
    attempt = world.start(officer)
    world.answer_all(attempt)
    world.submit(attempt)
    clock.forward(days=1)
    with pytest.raises(CannotStart) as refused:
        world.start(officer)
    assert refused.value.code == "passed"
    assert state(world, officer).status is Status.PASSED


def test_a_locked_quiz_does_not_start(world, session):
    with transaction(session):
        session.add(
            Activity(
                course_id=world.course.id,
                module_id=world.activity.module_id,
                kind="lesson",
                key="before",
                position=0,
                objectives=[],
                completion="confirm",
                requires=[],
            )
        )
        session.get_one(Activity, world.activity.id).requires = ["before"]
    world.parts.kinds["lesson"] = _NeverDone()
    with pytest.raises(CannotStart) as refused:
        world.prepare(world.officer())
    assert refused.value.code == "locked"


class _NeverDone:
    name = "lesson"

    def describe(self, session, activities, place, now):
        return {activity.id: Description({"en": "Before"}, "/before") for activity in activities}


def test_nobody_starts_without_an_enrolment_or_enough_items(world, create_person):
    with pytest.raises(CannotStart) as refused:
        world.prepare(create_person())
    assert refused.value.code == "not_enrolled"
    world.set_rules(blueprint=(Line(bank="bank", pick=11),))
    with pytest.raises(CannotStart) as refused:
        world.prepare(world.officer())
    assert refused.value.code == "short"


def test_handing_in_grades_gives_a_receipt_and_completes_the_course(world, clock):
    officer = world.officer()
    attempt = world.start(officer)
    world.answer_all(attempt, but=(2,))
    clock.forward(minutes=5)
    ended = world.submit(attempt)
    result = latest_result(world.session, attempt.id)
    assert (ended.state, ended.ended_at) == ("graded", clock())
    assert (result.points, result.possible, result.percent, result.passed) == ("5", "6", 83, True)
    assert result.details["fractions"]["2"] == "0"
    assert ended.receipt == receipt(journal(world.session, attempt.id), str(attempt.id))
    assert world.count(CourseCompletion) == 1
    assert world.count(AuditEntry, AuditEntry.action == "attempt.submitted") == 1


def test_a_wrong_answer_where_all_must_be_right_fails_whatever_the_score(world):
    lines = (
        Line(bank="bank", objective="B2.1", pick=1, must_pass=True),
        Line(bank="bank", objective="B1.1", pick=5),
    )
    world.set_rules(blueprint=lines, shuffle_items=False)
    officer = world.officer()
    attempt = world.start(officer)
    world.answer_all(attempt, but=(1,))
    world.submit(attempt)
    result = latest_result(world.session, attempt.id)
    assert (result.percent, result.passed) == (83, False)
    assert result.details["critical_failed"] == [1]
    assert world.count(CourseCompletion) == 0


def test_many_submits_at_once_have_one_effect_and_all_see_the_same(world, engine):
    attempt = world.start(world.officer())
    world.answer_all(attempt)

    def act(session):
        with transaction(session):
            found = submit(
                session, Actor(attempt.person_id), attempt.id, world.parts, world.clock()
            )
            return found.state, found.receipt

    results = together(world, engine, act)
    assert set(results) == {("graded", world.attempt(attempt.id).receipt)}
    assert world.count(Result) == 1
    assert world.count(CourseCompletion) == 1
    assert world.count(AuditEntry, AuditEntry.action == "attempt.submitted") == 1


def test_nothing_acknowledged_in_time_is_left_out_by_a_submit_beside_it(world, engine):
    """Saves and a submit at once: what is not late is in the receipt, what is late is not."""
    attempt = world.start(world.officer())
    numbers = iter(range(1, 1000))
    lock = threading.Lock()

    def act(session):
        with lock:
            number = next(numbers)
        with transaction(session):
            if number == MANY // 2:
                submit(session, Actor(attempt.person_id), attempt.id, world.parts, world.clock())
            else:
                save_one(session, world, attempt, number)

    assert set(together(world, engine, act)) == {None}
    events = journal(world.session, attempt.id)
    assert len(events) == MANY - 1
    in_time = [event for event in events if not event.late]
    assert world.attempt(attempt.id).receipt == receipt(in_time, str(attempt.id))


def save_one(session, world, attempt, number):
    one = change(1 + number % 6, "b", seq=1, client=f"page-{number}")
    save(session, Actor(attempt.person_id), attempt.id, attempt.outbox_key, [one], world.clock())


def test_someone_elses_attempt_cannot_be_handed_in(world, session):
    attempt, other = world.start(world.officer()), world.officer()
    with transaction(session):
        assert submit(session, Actor(other.id), attempt.id, world.parts, world.clock()) is None
    assert world.attempt(attempt.id).state == "open"


@pytest.mark.parametrize("step", ["grade", "receipt", "record", "settle"])
def test_a_crash_while_handing_in_leaves_the_attempt_open_and_whole(world, monkeypatch, step):
    attempt = world.start(world.officer())
    world.answer_all(attempt)

    def crash(*_args, **_kwargs):
        raise RuntimeError("the power went")

    with monkeypatch.context() as broken:
        broken.setattr(submit_module, step, crash)
        with pytest.raises(RuntimeError):
            world.submit(attempt)
    found = world.attempt(attempt.id)
    assert (found.state, found.ended_at, found.receipt) == ("open", None, None)
    assert world.count(Result) == 0
    assert world.submit(attempt).state == "graded"


@pytest.mark.parametrize(
    ("seconds", "counts"),
    [(-1, True), (0, True), (59, True), (60, True), (61, False), (3600, False)],
)
def test_a_response_counts_until_deadline_and_grace_and_is_kept_late_after(
    world, clock, seconds, counts
):
    attempt = world.start(world.officer())
    clock.now = attempt.deadline_at + timedelta(seconds=seconds)
    saved = world.save(attempt, change(1, "b"))
    assert [event.late for event in journal(world.session, attempt.id)] == [not counts]
    assert saved.is_overdue(clock()) is not counts
    ended = world.submit(attempt)
    assert ended.ended_at == min(clock(), attempt.deadline_at)
    result = latest_result(world.session, attempt.id)
    assert result.points == ("1" if counts else "0")
    action = "attempt.submitted" if counts else "attempt.expired"
    assert world.count(AuditEntry, AuditEntry.action == action) == 1


def test_the_clock_ends_attempts_at_their_deadline_and_not_before_the_grace(world, clock, session):
    attempt = world.start(world.officer())
    world.answer_all(attempt)
    clock.forward(minutes=41)
    close_overdue = CloseOverdue(world.parts)
    close_overdue(session, clock())
    assert world.attempt(attempt.id).state == "open"
    clock.forward(seconds=1)
    close_overdue(session, clock())
    close_overdue(session, clock())
    found = world.attempt(attempt.id)
    assert (found.state, found.ended_at) == ("graded", attempt.deadline_at)
    assert latest_result(session, attempt.id).passed
    assert world.count(CourseCompletion) == 1
    entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "attempt.expired")).one()
    assert entry.actor_id is None


def test_the_clock_and_the_officer_together_end_an_attempt_once(world, engine, clock):
    attempt = world.start(world.officer())
    clock.forward(hours=1)

    def act(session):
        with transaction(session):
            expire(session, SYSTEM, attempt.id, world.parts, clock())
            return submit(
                session, Actor(attempt.person_id), attempt.id, world.parts, clock()
            ).receipt

    assert set(together(world, engine, act)) == {world.attempt(attempt.id).receipt}
    assert world.count(Result) == 1


def test_an_attempt_without_a_limit_never_ends_by_itself(world, clock, session):
    world.set_rules(time_limit=None)
    attempt = world.start(world.officer())
    clock.forward(days=400)
    CloseOverdue(world.parts)(session, clock())
    assert world.attempt(attempt.id).state == "open"
    world.save(attempt, change(1, "b"))
    assert world.count(JournalEvent, JournalEvent.late.is_(True)) == 0


def test_a_late_response_counts_in_the_projection_once_it_is_accepted(world, clock, session):
    attempt = world.start(world.officer())
    clock.forward(hours=1)
    rev = world.save(attempt, change(1, "b")).acks[0].rev
    world.submit(attempt)
    with transaction(session):
        session.add(
            LateDecision(
                event_id=rev,
                accepted=True,
                decided_by=attempt.person_id,
                decided_at=clock(),
                reason="the link was down",
            )
        )
    assert [event.accepted for event in journal(session, attempt.id)] == [True]


def test_what_cannot_be_read_earns_nothing_and_stops_nothing(world):
    attempt = world.start(world.officer())
    world.save(attempt, change(1, {"no": ["option"]}, 1), change(2, "b", 2), change(3, "zzz", 3))
    world.submit(attempt)
    assert latest_result(world.session, attempt.id).points == "1"


def test_an_open_attempt_shows_as_begun(world):
    officer = world.officer()
    assert state(world, officer).status is Status.OPEN
    world.start(officer)
    assert state(world, officer).status is Status.STARTED


def test_the_kind_gives_title_and_address(world, session):
    described = world.parts.kinds["quiz"].describe(session, [world.activity], None, world.clock())
    assert described[world.activity.id].path == f"/quizzes/{world.quiz.id}"
    assert isinstance(world.prepare(world.officer()), Draft)
