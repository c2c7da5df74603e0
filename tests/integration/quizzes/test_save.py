"""Saving: once each, own attempts only, nothing lost, nothing overwritten."""

from __future__ import annotations

import pytest
from sqlalchemy import event, select

from lms.core.access import Actor
from lms.core.attempt import current_responses
from lms.db import transaction
from lms.quizzes.models import JournalEvent
from lms.quizzes.queries import journal
from lms.quizzes.services.save import NoSuchAttempt, save, what_changed
from tests.integration.quizzes.conftest import change


def rows(world, attempt):
    return world.count(JournalEvent, JournalEvent.attempt_id == attempt.id)


def current(world, attempt):
    found = current_responses(journal(world.session, attempt.id))
    return {slot: event.value for slot, event in found.items()}


def test_a_change_is_kept_with_the_version_that_was_asked(world):
    attempt = world.start(world.officer())
    saved = world.save(attempt, change(3, "b"))
    kept = world.session.scalars(select(JournalEvent)).one()
    assert [ack.rev for ack in saved.acks] == [kept.id]
    assert (kept.slot, kept.value, kept.late) == (3, "b", False)
    assert kept.item_version_id == attempt.slots[2]["version"]
    assert kept.received_at == world.clock()
    assert saved.deadline_at == attempt.deadline_at


def test_a_change_sent_again_is_one_row_and_gets_the_same_acknowledgement(world):
    attempt = world.start(world.officer())
    first = world.save(attempt, change(3, "b"))
    again = world.save(attempt, change(3, "b"))
    assert first == again
    assert rows(world, attempt) == 1


def test_a_batch_with_old_and_new_changes_acknowledges_all(world):
    attempt = world.start(world.officer())
    first = world.save(attempt, change(1, "a", 1), change(2, "b", 2))
    more = world.save(attempt, change(1, "a", 1), change(2, "b", 2), change(1, "c", 3))
    assert more.acks[:2] == first.acks
    assert rows(world, attempt) == 3
    assert current(world, attempt) == {1: "c", 2: "b"}


def test_a_cleared_response_is_kept_as_cleared(world):
    attempt = world.start(world.officer())
    world.save(attempt, change(1, "a", 1))
    world.save(attempt, change(1, None, 2))
    assert current(world, attempt) == {1: None}


def test_another_persons_attempt_is_not_there(world):
    attempt, other = world.start(world.officer()), world.officer()
    with pytest.raises(NoSuchAttempt):
        world.save(attempt, change(1, "a"), person=other)
    with pytest.raises(NoSuchAttempt), transaction(world.session):
        save(
            world.session, Actor(attempt.person_id), attempt.id, "0" * 64,
            [change(1, "a")], world.clock(),
        )  # fmt: skip
    assert rows(world, attempt) == 0


@pytest.mark.parametrize("slot", [0, -1, 7, 40])
def test_a_slot_that_is_not_there_keeps_the_whole_batch_out(world, slot):
    attempt = world.start(world.officer())
    with pytest.raises(NoSuchAttempt):
        world.save(attempt, change(1, "a", 1), change(slot, "a", 2))
    assert rows(world, attempt) == 0


def test_what_arrives_after_the_end_is_kept_late_and_does_not_count(world):
    attempt = world.start(world.officer())
    world.save(attempt, change(1, "a", 1))
    world.submit(attempt)
    saved = world.save(attempt, change(1, "b", 2))
    assert saved.state == "graded"
    assert rows(world, attempt) == 2
    assert current(world, attempt) == {1: "a"}
    assert [event.late for event in journal(world.session, attempt.id)] == [False, True]


def test_a_save_is_one_statement(world, engine):
    attempt = world.start(world.officer())
    statements = []
    event.listen(engine, "before_cursor_execute", lambda *args: statements.append(args[2].lower()))
    world.save(attempt, change(1, "a", 1), change(2, "a", 2))
    assert len([one for one in statements if not one.startswith(("begin", "commit"))]) == 1


def test_a_newer_answer_of_another_page_is_neither_overwritten_nor_hidden(world):
    attempt = world.start(world.officer())
    first = world.save(attempt, change(1, "a", client="desk"))
    newer = world.save(attempt, change(1, "b", client="phone", base=first.acks[0].rev))
    assert not newer.acks[0].newer
    stale = world.save(attempt, change(1, "c", 2, client="desk", base=first.acks[0].rev))
    assert stale.acks[0].newer
    assert current(world, attempt) == {1: "b"}
    assert rows(world, attempt) == 3
    again = world.save(attempt, change(1, "c", 2, client="desk", base=first.acks[0].rev))
    assert again.acks == stale.acks
    seen = world.save(attempt, change(1, "c", 3, client="desk", base=newer.acks[0].rev))
    assert not seen.acks[0].newer
    assert current(world, attempt) == {1: "c"}


def test_an_old_page_sent_again_changes_nothing_the_officer_did_not_touch(world):
    attempt = world.start(world.officer())
    shown = world.save(attempt, change(1, "a", client="page-0")).acks[0].rev
    world.save(attempt, change(1, "b", client="page-1", base=shown))
    events = journal(world.session, attempt.id)
    wanted = {(1, "response"): "a", (2, "response"): "c", (2, "flag"): False}
    found = what_changed(events, "page-2", wanted, {(1, "response"): shown}, "en")
    assert [(one.slot, one.value) for one in found] == [(2, "c")]


def test_a_form_posted_twice_is_written_once_and_a_second_thought_is_not_lost(world):
    attempt = world.start(world.officer())
    wanted = {(1, "response"): "a"}
    world.save(attempt, *what_changed([], "page", wanted, {}, "en"))
    events = journal(world.session, attempt.id)
    assert what_changed(events, "page", wanted, {}, "en") == []
    world.save(attempt, *what_changed(events, "page", {(1, "response"): "b"}, {}, "en"))
    events = journal(world.session, attempt.id)
    world.save(attempt, *what_changed(events, "page", {(1, "response"): None}, {}, "en"))
    assert current(world, attempt) == {1: None}
    assert rows(world, attempt) == 3
