from datetime import UTC, datetime, timedelta

from lms.core.timing import closes_at, deadline, is_late, ready_at, seconds_left

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_the_deadline_is_start_plus_limit_plus_what_was_granted():
    assert deadline(START, 1800) == START + timedelta(minutes=30)
    assert deadline(START, 1800, 25, 60) == START + timedelta(minutes=38, seconds=30)


def test_an_accommodation_is_rounded_in_favour_of_the_officer():
    assert deadline(START, 100, 33) == START + timedelta(seconds=133)
    assert deadline(START, 101, 33) == START + timedelta(seconds=135)


def test_without_a_limit_nothing_is_late():
    assert deadline(START, None, 25, 60) is None
    assert closes_at(None, 60) is None
    assert seconds_left(None, START) is None
    assert not is_late(None, 60, START)


def test_seconds_left_never_promise_more_than_there_is():
    end = deadline(START, 60)
    assert seconds_left(end, START) == 60
    assert seconds_left(end, START + timedelta(milliseconds=1)) == 59
    assert seconds_left(end, START + timedelta(hours=1)) == 0


def test_the_last_moment_of_grace_still_counts():
    end = deadline(START, 60)
    assert closes_at(end, 60) == START + timedelta(seconds=120)
    assert not is_late(end, 60, START + timedelta(seconds=120))
    assert is_late(end, 60, START + timedelta(seconds=120, microseconds=1))


def test_the_next_attempt_waits_for_the_cool_down():
    assert ready_at(START, 600) == START + timedelta(minutes=10)
