import copy
import json
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from lms.core.blueprint import Line, QuizRules, ReviewRules, RulesError
from lms.core.items.base import Reveal

NOW = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
DOCUMENT = {
    "title": {"en": "Final quiz"},
    "summary": {"en": "All of it."},
    "time_limit": "30 min",
    "attempts": "3",
    "cool_down": "10 min",
    "pass_mark": "70 %",
    "shuffle": {"items": "yes", "options": "no"},
    "navigation": "free",
    "grace": "90 s",
    "review": {"responses": "after-submission", "feedback": "never", "key": "after-passing"},
    "blueprint": [
        {"bank": "raman-basics", "objective": "B1.1", "pick": "4"},
        {"bank": "raman-basics", "tag": "critical", "pick": "2", "must_pass": "all"},
        {"bank": "raman-basics", "difficulty": "hard", "pick": "1", "weight": "0.5"},
    ],
}
RULES = QuizRules.parse(DOCUMENT)


def changed(**changes):
    return {**copy.deepcopy(DOCUMENT), **changes}


def without(*names):
    return {name: value for name, value in DOCUMENT.items() if name not in names}


def test_a_quiz_document_is_read_into_plain_values():
    assert (
        QuizRules(
            time_limit=1800,
            attempts=3,
            cool_down=600,
            pass_mark=Fraction(7, 10),
            shuffle_items=True,
            shuffle_options=False,
            navigation="free",
            grace=90,
            review=ReviewRules("after-submission", "never", "after-passing"),
            blueprint=(
                Line("raman-basics", 4, objective="B1.1"),
                Line("raman-basics", 2, tag="critical", must_pass=True),
                Line("raman-basics", 1, difficulty="hard", weight=Fraction(1, 2)),
            ),
        )
        == RULES
    )
    assert RULES.length == 7


def test_what_is_left_out_has_a_documented_default():
    rules = QuizRules.parse(without("cool_down", "shuffle", "navigation", "grace", "review"))
    assert (rules.cool_down, rules.grace, rules.navigation) == (0, 60, "free")
    assert rules.shuffle_items
    assert rules.shuffle_options
    assert rules.review == ReviewRules("after-submission", "after-submission", "after-passing")


def test_no_limit_and_unlimited_attempts_are_words():
    rules = QuizRules.parse(changed(time_limit="none", attempts="unlimited"))
    assert rules.time_limit is None
    assert rules.attempts is None


def test_the_bounds_themselves_are_allowed():
    most = {"bank": "a", "pick": "200"}
    rules = QuizRules.parse(changed(time_limit="2 h", pass_mark="100 %", blueprint=[most]))
    assert (rules.time_limit, rules.pass_mark, rules.length) == (7200, 1, 200)


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (changed(time_limit="30"), "time_limit", "not_a_duration"),
        (changed(time_limit="half an hour"), "time_limit", "not_a_duration"),
        (without("time_limit"), "time_limit", "missing"),
        (changed(attempts="0"), "attempts", "out_of_range"),
        (changed(attempts="many"), "attempts", "not_a_number"),
        (changed(pass_mark="70"), "pass_mark", "not_a_percentage"),
        (changed(pass_mark="101 %"), "pass_mark", "out_of_range"),
        (changed(shuffle={"items": "maybe"}), "shuffle.items", "not_one_of"),
        (changed(shuffle="yes"), "shuffle", "not_a_mapping"),
        (changed(navigation="strict"), "navigation", "not_one_of"),
        (changed(review={"key": "always"}), "review.key", "not_one_of"),
        (changed(blueprint=[]), "blueprint", "too_few"),
        (changed(blueprint=["a"]), "blueprint[0]", "not_a_mapping"),
        (changed(blueprint=[{"bank": "a"}]), "blueprint[0].pick", "missing"),
        (changed(blueprint=[{"bank": "a", "pick": "0"}]), "blueprint[0].pick", "out_of_range"),
        (changed(blueprint=[{"bank": "a", "pick": "201"}]), "blueprint[0].pick", "out_of_range"),
        (changed(blueprint=[{"bank": "A b", "pick": "1"}]), "blueprint[0].bank", "bad_identifier"),
        (
            changed(blueprint=[{"bank": "a", "pick": "1", "weight": "0"}]),
            "blueprint[0].weight",
            "out_of_range",
        ),
        (
            changed(blueprint=[{"bank": "a", "pick": "1", "must_pass": "some"}]),
            "blueprint[0].must_pass",
            "not_one_of",
        ),
        (changed(colour="blue"), "colour", "unknown_key"),
        ([], "", "not_a_mapping"),
    ],
)
def test_mistakes_are_told_with_their_path(document, path, code):
    with pytest.raises(RulesError) as refused:
        QuizRules.parse(document)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_rules_frozen_as_json_come_back_the_same():
    assert QuizRules.from_json(json.loads(json.dumps(RULES.to_json()))) == RULES


def test_a_review_opens_as_the_rules_say():
    assert RULES.reveal(passed=False) == Reveal(responses=True, feedback=False, key=False)
    assert RULES.reveal(passed=True) == Reveal(responses=True, feedback=False, key=True)


def test_attempts_run_out():
    assert RULES.may_start(2, None, NOW).code == "yes"
    assert RULES.may_start(3, None, NOW).code == "no_attempts_left"
    unlimited = QuizRules.parse(changed(attempts="unlimited", cool_down="0 s"))
    assert unlimited.may_start(400, NOW, NOW).code == "yes"


def test_the_next_attempt_waits_for_the_cool_down_and_says_until_when():
    start = RULES.may_start(1, NOW - timedelta(minutes=9), NOW)
    assert (start.code, start.at) == ("cooling_down", NOW + timedelta(minutes=1))
    assert RULES.may_start(1, NOW - timedelta(minutes=10), NOW).code == "yes"
