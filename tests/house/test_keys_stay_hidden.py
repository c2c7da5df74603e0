"""No key, feedback, tolerance, tag or source reaches an officer before it may.

Whatever must not be seen begins with "zq" in the library of the tests, or is a number that
stands nowhere else.
"""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from lms.core.items.registry import item_type
from lms.db import new_session, transaction
from lms.question_banks.models import ItemVersion
from lms.question_banks.queries import parsed
from lms.quizzes.models import Attempt

NEVER = ("zqsource", "zq-tag", "0.03125", "0.0625")
KEYS = ("48817", "9173.5", "9173,5")
BEFORE = (*NEVER, *KEYS, "zqfeedback", '"key"', "tolerance", "data-right", "data-correct")
CHANGING = re.compile(r"[0-9a-f]{64}|name=\"csrf_token\" value=\"[^\"]*\"|[0-9a-f]{16}")


@pytest.fixture
def officer(world):
    return world.client("officer")


@pytest.fixture
def attempt(world):
    return f"/attempts/{world.values['attempt_id']}"


def shown(response):
    """Everything that reached the browser, headers included."""
    return f"{response.headers}\n{response.get_data(as_text=True)}"


def while_taking(world, officer, attempt):
    """Every response of an attempt that is open, with right and wrong answers sent."""
    yield "take", officer.get(attempt)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', officer.get(attempt).text)[1]
    for page in (1, 2, 3):
        yield f"page {page}", officer.get(f"{attempt}?page={page}")
        sent = {"page": page, "client_id": "a-page-of-a-test", "csrf_token": token}
        yield f"form {page}", officer.post(f"{attempt}/responses", data=sent)
    headers = {"X-Outbox-Key": world.values["outbox key"]}
    for number, event in enumerate(events(world), 1):
        change = {**event, "client_id": "a-script-of-a-test", "client_seq": number}
        yield (
            "save",
            officer.post(f"{attempt}/responses", json={"events": [change]}, headers=headers),
        )
    yield "confirm", officer.get(f"{attempt}/confirm")
    yield "quiz", officer.get(f"/quizzes/{world.values['quiz_id']}")
    yield "course", officer.get("/courses/drill")
    yield "lesson", officer.get("/courses/drill/lessons/010-read")
    yield "print", officer.get("/courses/drill/lessons/010-read/print")


def events(world):
    """Right and wrong responses to every question; the last one to each is wrong."""
    with new_session(world.app.extensions["engine"]) as session:
        slots = session.get_one(Attempt, world.values["attempt_id"]).slots
        for number, slot in enumerate(slots, 1):
            item = parsed(session.get_one(ItemVersion, slot["version"]))
            samples = item_type(item.type).samples(item)
            for kind in ("right", "wrong"):
                value = next(one.value for one in samples if one.kind == kind)
                yield {
                    "slot": number,
                    "kind": "response",
                    "value": value,
                    "base_rev": 0,
                    "language": "en",
                }


@pytest.mark.goal("S6")
def test_nothing_of_a_key_is_shown_while_an_attempt_is_open(world, officer, attempt, goal):
    found = list(while_taking(world, officer, attempt))
    assert all(one.status_code in (200, 303) for _, one in found), found
    leaks = [(name, mark) for name, one in found for mark in BEFORE if mark in shown(one)]
    goal(len(found) * len(BEFORE), leaks)


@pytest.mark.goal("S6")
def test_scripts_and_styles_hold_no_keys(world, officer, goal):
    assets = world.app.extensions["assets"]
    names = [assets.name(path) for path in ("quiz/take.js", "quiz/page.js", "quiz/outbox.js")]
    found = {name: officer.get(f"/static/{name}").text for name in names}
    goal(len(names), [name for name, text in found.items() for mark in NEVER if mark in text])


@pytest.mark.goal("S6")
def test_a_page_is_the_same_whatever_the_key(world, officer, attempt, goal):
    pages = (attempt, f"{attempt}?page=1", f"{attempt}?page=2", f"{attempt}?page=3")
    before = [CHANGING.sub("", officer.get(page).text) for page in pages]
    engine = world.app.extensions["engine"]
    with new_session(engine) as session, transaction(session):
        for version in session.scalars(select(ItemVersion)):
            version.content = with_another_key(version.content)
            version.fingerprint = version.fingerprint[::-1]
    after = [CHANGING.sub("", officer.get(page).text) for page in pages]
    world.put_back()
    goal(len(pages), [page for page, a, b in zip(pages, before, after, strict=True) if a != b])


def with_another_key(content):
    """The same question with another key, other remarks and another tolerance."""
    other = json.loads(json.dumps(content).replace("zqfeedback", "zqanother"))
    others = {
        "choice": "a",
        "choices": ["b"],
        "true_false": "false" if content["key"] == "true" else "true",
        "numeric": "31337",
        "matching": {"p1": "m3", "p2": "m2", "p3": "m1"},
        "ordering": ["b", "a", "d", "c"],
    }
    other["key"] = others[content["type"]]
    if "tolerance" in other:
        other["tolerance"] = "7"
    return other


@pytest.mark.goal("S6")
def test_after_failing_the_result_shows_remarks_and_no_keys(world, officer, attempt, goal):
    headers = {"X-Outbox-Key": world.values["outbox key"]}
    wrong = [
        {**event, "client_id": "another-script", "client_seq": number}
        for number, event in enumerate(events(world), 1)
        # A number that is nearly right would be shown as what the officer typed.
        if number % 2 == 0 and not any(key in json.dumps(event["value"]) for key in KEYS)
    ]
    officer.post(f"{attempt}/responses", json={"events": wrong}, headers=headers)
    page = officer.get(attempt)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page.text)[1]
    officer.post(f"{attempt}/submit", data={"csrf_token": token})
    result = officer.get(f"{attempt}/result")
    world.put_back()
    assert result.status_code == 200
    assert "zqfeedback general" in result.text
    # The key of choice-001 is b, that of choices-001 is a and d: nobody chose them.
    unseen = ("zqfeedback b choice-001", "zqfeedback c choice-002")
    marks = (*NEVER, *KEYS, *unseen)
    goal(len(marks), [mark for mark in marks if mark in shown(result)])
