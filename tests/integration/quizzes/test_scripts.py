"""What the page's script sends and gets: its token, its bounds, the end of the attempt."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from lms.quizzes.models import Attempt, JournalEvent, Result


@pytest.fixture
def attempt(world, client, sign_in):
    """An attempt of an officer who is signed in."""
    person = world.officer()
    sign_in(client, person)
    return world.start(person)


def event(slot=1, value="b", seq=1, **more):
    return {
        "client_id": "desk-0001", "client_seq": seq, "slot": slot, "kind": "response",
        "value": value, "base_rev": 0, "language": "en", "elapsed_ms": 1200, **more,
    }  # fmt: skip


def send(client, attempt, *events, key=None, **more):
    headers = {"X-Outbox-Key": attempt.outbox_key if key is None else key}
    return client.post(
        f"/attempts/{attempt.id}/responses", json={"events": list(events), **more}, headers=headers
    )


def kept(world):
    return world.count(JournalEvent)


def test_a_save_is_acknowledged_with_the_time_left(world, client, attempt, clock):
    clock.forward(minutes=10)
    answer = send(client, attempt, event(), event(2, "a", 2))
    assert answer.json == {
        "acks": [
            {"client_id": "desk-0001", "client_seq": 1, "rev": 1},
            {"client_id": "desk-0001", "client_seq": 2, "rev": 2},
        ],
        "seconds_left": 30 * 60,
        "state": "open",
        "saved_at": "09:10",
    }
    assert send(client, attempt, event(), event(2, "a", 2)).json == answer.json
    assert kept(world) == 2


def test_a_script_can_ask_how_the_attempt_stands(world, client, attempt):
    answer = send(client, attempt).json
    assert (answer["acks"], answer["seconds_left"], answer["state"]) == ([], 2400, "open")


def test_a_wrong_token_is_refused(world, client, attempt):
    assert send(client, attempt, event(), key="0" * 64).status_code == 404
    assert send(client, attempt, event(), key="").status_code == 404
    assert kept(world) == 0


def test_another_person_on_the_same_device_sends_nothing(world, client, attempt, sign_in):
    other = client.application.test_client()
    sign_in(other, world.officer())
    assert send(other, attempt, event()).status_code == 404
    assert kept(world) == 0


def test_who_is_no_longer_signed_in_is_told_so_in_a_way_scripts_understand(world, client, attempt):
    client.delete_cookie("vigie")
    answer = send(client, attempt, event())
    assert answer.status_code == 401
    assert kept(world) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        event(slot=0), event(slot=True), event(slot="1"), event(slot=10**9),
        event(seq=0), event(seq=2**53), event(seq=1.5), event(base_rev=-1),
        event(client_id="x"), event(client_id="a" * 37), event(client_id="a b c d e"),
        event(client_id=None), event(kind="score"), event(kind="flag", value="yes"),
        event(kind="problem_report"), event(language=""), event(language="e" * 30),
        event(elapsed_ms=-1), event(elapsed_ms="soon"),
        event(value="x" * 4001), event(value=[[[["deep"]]]]), event(value="\0"),
        event(value="\ud800"), event(value=2**60), event(value={"\0": "x"}),
        event(value={"a": {"b": {"c": {"d": 1}}}}), "event", None, [],
    ],
)  # fmt: skip
def test_what_no_page_of_ours_sends_is_refused_and_nothing_kept(world, client, attempt, wrong):
    assert send(client, attempt, event(2), wrong).status_code == 400
    assert kept(world) == 0


@pytest.mark.parametrize("body", [[], "x", {"events": {}}, {}, {"events": [event()] * 101}])
def test_a_body_that_is_no_batch_is_refused(world, client, attempt, body):
    answer = client.post(
        f"/attempts/{attempt.id}/responses",
        json=body,
        headers={"X-Outbox-Key": attempt.outbox_key},
    )
    assert answer.status_code == 400


def test_numbers_that_json_has_no_words_for_are_refused(world, client, attempt):
    for number in ("NaN", "Infinity", "1" * 5000):
        body = '{"events": [{"client_id": "desk-0001", "client_seq": 1, "slot": 1, "kind":' \
            ' "response", "base_rev": 0, "language": "en", "value": ' + number + "}]}"  # fmt: skip
        answer = client.post(
            f"/attempts/{attempt.id}/responses",
            data=body,
            content_type="application/json",
            headers={"X-Outbox-Key": attempt.outbox_key},
        )
        assert answer.status_code == 400
    assert kept(world) == 0


def test_a_score_sent_along_has_no_effect(world, client, attempt):
    send(client, attempt, event() | {"fraction": 1, "late": False}, score=100, passed=True)
    world.submit(attempt)
    assert world.session.scalars(select(Result.percent)).one() in (0, 16)
    assert not world.session.scalars(select(Result.passed)).one()


def test_a_save_after_the_time_is_kept_late_and_ends_the_attempt(world, client, attempt, clock):
    send(client, attempt, event(1))
    clock.forward(minutes=42)
    answer = send(client, attempt, event(2, seq=2))
    assert answer.status_code == 200
    assert answer.json["acks"][0]["rev"] == 2
    assert (answer.json["state"], answer.json["seconds_left"]) == ("expired", 0)
    ended = world.attempt(attempt.id)
    assert (ended.state, ended.ended_at) == ("graded", attempt.deadline_at)
    late = select(JournalEvent.late).order_by(JournalEvent.id)
    assert world.session.scalars(late).all() == [False, True]


def test_a_save_after_handing_in_is_kept_late(world, client, attempt):
    world.submit(attempt)
    answer = send(client, attempt, event())
    assert (answer.status_code, answer.json["state"]) == (200, "graded")
    assert world.count(JournalEvent, JournalEvent.late) == 1
    assert world.count(Attempt) == 1


def test_a_stale_change_is_acknowledged_and_marked(world, client, attempt):
    first = send(client, attempt, event()).json["acks"][0]["rev"]
    send(client, attempt, event(client_id="phone-001", base_rev=first, value="c"))
    ack = send(client, attempt, event(seq=2, base_rev=first)).json["acks"][0]
    assert ack["newer"] is True
