from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.attempt import (
    MOVES,
    Event,
    IllegalMove,
    Move,
    State,
    current_flags,
    current_responses,
    move,
    project,
    receipt,
)

CLIENTS = ("desk", "phone", "tablet")
values = st.sampled_from([None, "a", "b", "c"])


def response(id, client, seq, value, base=0, slot=1, **more):
    return Event(id, client, seq, slot, "response", value, base, **more)


@st.composite
def journals(draw, clients=CLIENTS):
    """Journals as a database could hold them: ids grow, no client repeats a sequence."""
    count = draw(st.integers(0, 14))
    sequences = {client: draw(st.permutations(range(1, count + 1))) for client in clients}
    events = []
    for number in range(1, count + 1):
        client = draw(st.sampled_from(clients))
        kind = draw(st.sampled_from(["response", "response", "flag"]))
        late = draw(st.booleans()) and draw(st.booleans())
        events.append(
            Event(
                id=number,
                client_id=client,
                client_seq=sequences[client][number - 1],
                slot=draw(st.integers(1, 3)),
                kind=kind,
                value=draw(values if kind == "response" else st.booleans()),
                base_rev=draw(st.integers(0, number - 1)),
                late=late,
                accepted=draw(st.sampled_from([None, True, False])) if late else None,
            )
        )
    return events


def test_the_table_of_moves_is_the_whole_story():
    legal = {
        ("open", "submit"): "submitted",
        ("open", "expire"): "expired",
        ("submitted", "grade"): "graded",
        ("expired", "grade"): "graded",
        ("graded", "regrade"): "graded",
        ("open", "void"): "voided",
        ("submitted", "void"): "voided",
        ("expired", "void"): "voided",
        ("graded", "void"): "voided",
    }
    assert legal == MOVES
    for state, event in product(State, Move):
        if (state, event) in legal:
            assert move(state, event) == legal[state, event]
        else:
            with pytest.raises(IllegalMove):
                move(state, event)


def test_words_that_are_no_state_or_move_are_refused():
    with pytest.raises(IllegalMove):
        move("lost", "submit")
    with pytest.raises(IllegalMove):
        move("open", "explode")


def test_the_last_change_of_one_client_counts_in_whatever_order_it_arrives():
    events = [response(1, "desk", 2, "b"), response(2, "desk", 1, "a")]
    assert current_responses(events)[1].value == "b"


def test_another_client_wins_if_it_had_seen_what_it_changes():
    events = [response(1, "desk", 1, "a"), response(2, "phone", 1, "b", base=1)]
    assert current_responses(events)[1].value == "b"


def test_another_client_that_had_not_seen_it_is_kept_as_stale():
    events = [response(1, "desk", 1, "a"), response(2, "phone", 1, None, base=0)]
    projection = project(events)
    assert projection.current[1, "response"].value == "a"
    assert projection.stale == (events[1],)


def test_a_client_overtaken_by_another_is_stale_until_it_has_seen_that():
    events = [
        response(1, "desk", 1, "a"),
        response(2, "phone", 1, "b", base=1),
        response(3, "desk", 2, "c", base=1),
    ]
    assert project(events).stale == (events[2],)
    seen = [*events, response(4, "desk", 3, "c", base=2)]
    assert current_responses(seen)[1].value == "c"


def test_an_old_change_arriving_after_another_client_took_over_changes_nothing():
    events = [
        response(1, "desk", 2, "a"),
        response(2, "phone", 1, "b", base=1),
        response(3, "desk", 1, "c", base=2),
    ]
    assert current_responses(events)[1].value == "b"


def test_a_client_that_says_nothing_of_what_it_had_seen_had_seen_nothing():
    events = [response(1, "desk", 1, "a"), Event(2, "phone", 1, 1, "response", "b")]
    assert current_responses(events)[1].value == "a"


def test_clearing_is_a_response_like_any_other():
    events = [response(1, "desk", 1, "a"), response(2, "desk", 2, None)]
    assert current_responses(events)[1].value is None


def test_late_events_wait_for_a_decision():
    on_time = response(1, "desk", 1, "a")
    late = response(2, "desk", 2, "b", late=True)
    assert current_responses([on_time, late])[1].value == "a"
    assert project([on_time, late]).undecided == (late,)
    refused = replace(late, accepted=False)
    assert current_responses([on_time, refused])[1].value == "a"
    assert project([on_time, refused]).undecided == ()
    assert current_responses([on_time, replace(late, accepted=True)])[1].value == "b"


def test_flags_go_up_and_down_without_touching_responses():
    events = [
        Event(1, "desk", 1, 1, "flag", True),
        response(2, "desk", 2, "a"),
        Event(3, "desk", 3, 2, "flag", True),
        Event(4, "desk", 4, 1, "flag", False),
    ]
    assert current_flags(events) == {2}
    assert {slot: event.value for slot, event in current_responses(events).items()} == {1: "a"}


@given(journals(), st.data())
def test_nothing_a_stale_client_writes_ever_replaces_a_response(events, data):
    before = project(events)
    for (slot, kind), winner in before.current.items():
        if kind == "response":
            stale = Event(
                id=len(events) + 1,
                client_id="newcomer",
                client_seq=1,
                slot=slot,
                kind=kind,
                value=data.draw(values),
                base_rev=data.draw(st.integers(0, winner.id - 1)),
            )
            after = project([*events, stale])
            assert after.current == before.current
            assert stale in after.stale


@given(journals(), st.data())
def test_replays_change_nothing(events, data):
    again = data.draw(st.lists(st.sampled_from(events), max_size=6)) if events else []
    replays = [replace(event, id=len(events) + n) for n, event in enumerate(again, 1)]
    assert project([*events, *replays]) == project(events)
    assert project([*events, *events]) == project(events)
    assert receipt([*events, *replays]) == receipt(events)


@given(journals(), st.randoms(use_true_random=False))
def test_the_order_in_which_a_journal_is_read_does_not_matter(events, rng):
    mixed = list(events)
    rng.shuffle(mixed)
    assert project(mixed) == project(events)
    assert receipt(mixed) == receipt(events)


@given(journals(clients=("desk",)), st.data())
def test_the_order_of_arrival_within_a_client_does_not_matter(events, data):
    ids = data.draw(st.permutations([event.id for event in events]))
    arrived = [replace(event, id=new) for event, new in zip(events, ids, strict=True)]
    assert _said(project(arrived)) == _said(project(events))


@given(journals(), st.data())
def test_late_arrivals_of_a_clients_older_changes_change_nothing(events, data):
    """An older change that comes after a newer one of the same client never counts."""
    before = project(events)
    if before.current:
        winner = data.draw(st.sampled_from(sorted(before.current.values(), key=lambda e: e.id)))
        older = replace(winner, id=len(events) + 1, client_seq=0, value="older")
        assert project([*events, older]).current == before.current


@given(journals())
def test_every_event_is_current_stale_undecided_or_has_a_reason_not_to_be(events):
    projection = project(events)
    current = set(projection.current.values())
    assert not current & set(projection.stale)
    assert all(not event.late or event.accepted for event in current)
    for event in current:
        newer = [
            other
            for other in events
            if (other.client_id, other.slot, other.kind)
            == (event.client_id, event.slot, event.kind)
            and other.client_seq > event.client_seq
            and other not in projection.stale
            and (not other.late or other.accepted)
        ]
        assert not newer


def test_a_receipt_reads_well_and_depends_on_everything_that_was_said():
    events = [response(1, "desk", 1, "a"), response(2, "desk", 2, "b")]
    code = receipt(events, "attempt-1")
    groups = code.split("-")
    assert [len(group) for group in groups] == [4, 4, 4]
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")
    others = {
        receipt(events, "attempt-2"),
        receipt(events[:1], "attempt-1"),
        receipt([events[0], replace(events[1], value="c")], "attempt-1"),
        receipt([events[0], replace(events[1], base_rev=1)], "attempt-1"),
        receipt([], "attempt-1"),
    }
    assert len(others) == 5
    assert code not in others


def test_a_receipt_stays_the_same_for_ever_and_through_late_decisions():
    late = response(2, "desk", 2, {"p1": "m2"}, late=True)
    events = [response(1, "desk", 1, "à"), late]
    assert receipt(events, "7") == receipt([events[0], replace(late, accepted=True)], "7")
    assert receipt(events, "7") == "ZPKK-S6KP-8X6X"


def _said(projection):
    return {place: (event.client_seq, event.value) for place, event in projection.current.items()}
