import pytest

from lms.core.progress import (
    Activity,
    ActivityState,
    Status,
    faults,
    finished_of,
    is_complete,
    next_activity,
    outline,
)

DONE = ActivityState(Status.DONE)
PASSED = ActivityState(Status.PASSED)
FAILED = ActivityState(Status.FAILED)
EXHAUSTED = ActivityState(Status.FAILED, "no_attempts_left")
STARTED = ActivityState(Status.STARTED)
COURSE = (
    Activity("intro"),
    Activity("extra", required=False),
    Activity("scan", requires=("intro",)),
    Activity("final", requires=("all-before",)),
)


def statuses(states):
    return [line.state.status for line in outline(COURSE, states)]


def test_an_activity_without_requirements_is_open():
    assert statuses({}) == ["open", "open", "locked", "locked"]


def test_finishing_what_is_required_unlocks():
    assert statuses({"intro": DONE}) == ["done", "open", "open", "locked"]
    assert statuses({"intro": DONE, "scan": PASSED})[3] == "open"


@pytest.mark.parametrize("state", [STARTED, FAILED, ActivityState(Status.OPEN)])
def test_only_what_is_finished_unlocks(state):
    assert statuses({"intro": state})[2] == "locked"


def test_extras_hold_nobody_up():
    line = outline(COURSE, {"intro": DONE})[3]
    assert line.state == ActivityState(Status.LOCKED, "requires", ("scan",))


def test_what_was_begun_or_achieved_is_never_locked_again():
    for state in (STARTED, DONE, PASSED, FAILED):
        assert outline(COURSE, {"final": state})[3].state == state


def test_a_lock_of_the_activitys_own_kind_stays():
    own = ActivityState(Status.LOCKED, "cooling_down")
    assert outline(COURSE, {"intro": own})[0].state == own


def test_the_next_activity_is_the_first_required_one_with_something_to_do():
    def following(states):
        activity = next_activity(outline(COURSE, states))
        return activity and activity.id

    assert following({}) == "intro"
    assert following({"intro": DONE}) == "scan"
    assert following({"intro": DONE, "scan": FAILED}) == "scan"
    assert following({"intro": DONE, "scan": EXHAUSTED}) == "extra"
    assert following({"intro": DONE, "scan": PASSED, "final": STARTED}) == "final"
    assert following({"intro": DONE, "scan": PASSED, "final": PASSED}) == "extra"
    assert following({"intro": DONE, "extra": DONE, "scan": PASSED, "final": PASSED}) is None


def test_a_course_is_complete_without_its_extras():
    states = {"intro": DONE, "scan": PASSED, "final": PASSED}
    assert finished_of(COURSE, states) == (3, 3)
    assert is_complete(COURSE, states)
    assert not is_complete(COURSE, states | {"final": FAILED})
    assert finished_of(COURSE, {"intro": DONE, "extra": DONE}) == (1, 3)


def test_a_course_of_one_activity_is_complete_with_it():
    assert is_complete((Activity("intro"),), {"intro": DONE})


def test_an_empty_course_is_never_complete():
    assert not is_complete((), {})
    assert not is_complete((Activity("extra", required=False),), {"extra": DONE})


def test_requirements_that_can_never_be_met_are_found():
    course = (
        Activity("a", requires=("b",)),
        Activity("b", requires=("b", "nowhere")),
        Activity("a", requires=("all-before",)),
    )
    assert [(fault.path, fault.code, fault.params["name"]) for fault in faults(course)] == [
        ("activities[0].requires", "unknown_reference", "b"),
        ("activities[1].requires", "unknown_reference", "b"),
        ("activities[1].requires", "unknown_reference", "nowhere"),
        ("activities[2].id", "duplicate", "a"),
    ]
    assert faults(COURSE) == ()


def test_a_requirement_that_does_not_exist_locks():
    assert outline((Activity("a", requires=("gone",)),), {})[0].state.status == "locked"
