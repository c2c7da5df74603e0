"""Any interleaving of windows: nothing blanked, nothing lost, what has seen most counts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core.attempt import project
from lms.quizzes.queries import journal
from tests.integration.quizzes.conftest import Change

WINDOWS = ("desk-0001", "phone-001", "tablet-01")
steps = st.lists(
    st.tuples(
        st.sampled_from(WINDOWS),
        st.sampled_from(["enter", "enter", "reload", "repeat", "hold"]),
        st.integers(1, 2),
        st.sampled_from(["a", "b", "c", None]),
    ),
    max_size=14,
)


class Window:
    """What one page shows, and what it has not sent yet."""

    def __init__(self, name):
        self.name = name
        self.sequence = 0
        self.seen = {}
        self.sent = []
        self.held = []

    def enter(self, slot, value):
        self.sequence += 1
        base = self.seen.get(slot, 0)
        return Change(self.name, self.sequence, slot, "response", value, base, "en")


@pytest.mark.parametrize("engine_url", ["sqlite", "postgresql"], indirect=True)
def test_windows_never_blank_or_lose_what_another_entered(world):
    person = world.officer()
    world.set_rules(cool_down=0, attempts=None)

    @given(steps)
    @settings(max_examples=40, suppress_health_check=list(HealthCheck), deadline=None)
    def run(script):
        attempt = world.start(person)
        windows = {name: Window(name) for name in WINDOWS}
        entered = []
        for name, act, slot, value in script:
            window = windows[name]
            if act == "reload":
                current = project(journal(world.session, attempt.id)).of_kind("response")
                # A page that is loaded again is another client, as the script makes it.
                windows[name] = fresh = Window(f"{name[:8]}-{len(entered)}-{name[-1]}")
                fresh.seen = {slot: event.id for slot, event in current.items()}
                fresh.held = window.held
            elif act == "repeat" and window.sent:
                before = project(journal(world.session, attempt.id))
                world.save(attempt, *window.sent)
                assert project(journal(world.session, attempt.id)) == before
            elif act in ("enter", "hold"):
                change = window.enter(slot, value)
                entered.append(change)
                window.held.append(change)
                if act == "enter":
                    deliver(world, attempt, window)
        for window in windows.values():
            deliver(world, attempt, window)
        check(world, attempt, entered)
        world.submit(attempt)

    run()


def deliver(world, attempt, window):
    """Everything held is sent, in order, and what is acknowledged is seen."""
    if not window.held:
        return
    saved = world.save(attempt, *window.held)
    for change, ack in zip(window.held, saved.acks, strict=True):
        if change.client_id == window.name:
            window.seen[change.slot] = max(window.seen.get(change.slot, 0), ack.rev)
    window.sent += window.held
    window.held = []


def check(world, attempt, entered):
    events = journal(world.session, attempt.id)
    kept = {(event.client_id, event.client_seq): event for event in events}
    assert {change.key: change.value for change in entered} == {
        key: event.value for key, event in kept.items()
    }
    projection = project(events)
    stale = {event.id for event in projection.stale}
    for slot, winner in projection.of_kind("response").items():
        rivals = [event for event in events if event.slot == slot and event.id > winner.id]
        # Whatever came later and does not count had not seen what counts, or was an older change
        # of the same page.
        for rival in rivals:
            assert rival.id in stale or rival.client_seq < winner.client_seq
            assert rival.client_id == winner.client_id or rival.base_rev < winner.id
