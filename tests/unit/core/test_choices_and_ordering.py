"""The scoring rules, against their formulas."""

import copy
import random
from fractions import Fraction
from itertools import permutations
from pathlib import Path

import pytest
import yaml

from lms.core.items.base import ItemError, Reveal
from lms.core.items.registry import item_type, parse_item

DOCUMENTS = {
    document["id"]: document
    for document in yaml.load(
        (Path(__file__).parents[1] / "item_documents.yaml").read_text("utf-8"), yaml.BaseLoader
    )
}


def fraction(name, value):
    item = parse_item(DOCUMENTS[name])
    its_type = item_type(item.type)
    return its_type.grade(item, its_type.read_response(item, value)).fraction


def spoilt(name, **changes):
    return {**copy.deepcopy(DOCUMENTS[name]), **changes}


@pytest.mark.parametrize(
    ("picked", "per_option", "all_or_nothing"),
    [
        (["a", "c"], 1, 1),
        (["a"], Fraction(1, 2), 0),
        (["a", "b"], 0, 0),
        (["a", "b", "c"], Fraction(1, 2), 0),
        (["a", "b", "c", "d"], 0, 0),
        (["b", "d"], 0, 0),
    ],
)
def test_picking_is_scored_by_the_named_rule(picked, per_option, all_or_nothing):
    assert fraction("choices-001", picked) == per_option
    assert fraction("choices-002", picked) == all_or_nothing


@pytest.mark.parametrize(
    ("order", "adjacent", "exact", "first_two"),
    [
        ("dbac", 1, 1, 1),
        ("dbca", Fraction(1, 3), 0, Fraction(1, 3)),
        ("bacd", Fraction(2, 3), 0, 0),
        ("acdb", Fraction(2, 3), 0, 0),
        ("cabd", 0, 0, 0),
    ],
)
def test_ordering_is_scored_by_the_named_rule(order, adjacent, exact, first_two):
    assert fraction("ordering-001", list(order)) == adjacent
    assert fraction("ordering-002", list(order)) == exact
    assert fraction("ordering-003", list(order)) == first_two


def test_only_the_key_itself_is_worth_everything():
    for name in ("ordering-001", "ordering-002", "ordering-003", "ordering-004"):
        full = [order for order in permutations("abcd") if fraction(name, list(order)) == 1]
        assert full == [("d", "b", "a", "c")]


def test_gaps_break_pairs_but_keep_what_is_placed():
    assert fraction("ordering-001", ["d", "b", None, "c"]) == Fraction(1, 3)
    assert fraction("ordering-001", [None, "d", "b", "a"]) == Fraction(2, 3)


def test_positions_as_typed_are_the_same_response():
    item = parse_item(DOCUMENTS["ordering-001"])
    its_type = item_type("ordering")
    assert its_type.read_response(item, {"d": "1", "a": "3", "b": "", "c": None}) == [
        "d", None, "a", None,
    ]  # fmt: skip


def test_steps_never_start_in_the_right_order():
    item = parse_item(DOCUMENTS["ordering-001"])
    drawn = {
        tuple(item_type("ordering").draw_layout(item, random.Random(seed), True)["options"])
        for seed in range(1500)
    }
    assert len(drawn) == 23
    assert item.key not in drawn


@pytest.mark.parametrize(
    ("document", "path", "code"),
    [
        (spoilt("choice-001", key="z"), "key", "unknown_reference"),
        (
            spoilt("choice-001", options=[{"id": "b", "text": {"en": "x"}}] * 2),
            "options[1].id",
            "duplicate",
        ),
        (spoilt("choices-001", key=["a", "b", "c", "d"]), "key", "no_distractor"),
        (spoilt("choices-001", key=["a", "a"]), "key[1]", "duplicate"),
        (spoilt("choices-001", key=["a", "z"]), "key[1]", "unknown_reference"),
        (spoilt("choices-001", scoring="generous"), "scoring", "not_one_of"),
        (spoilt("numeric-001", tolerance="-1"), "tolerance", "out_of_range"),
        (spoilt("numeric-001", key="1,001"), "key", "not_a_number"),
        (spoilt("numeric-001", key="1e9"), "key", "not_a_number"),
        (spoilt("matching-001", key={"p1": "m1"}), "key.p2", "missing"),
        (spoilt("matching-001", key={"p9": "m1"}), "key.p9", "unknown_key"),
        (spoilt("ordering-001", key=["a", "b", "c", "d"]), "options", "listed_in_key_order"),
        (spoilt("ordering-001", key=["a", "b"]), "key", "too_few"),
        (
            spoilt(
                "ordering-001", options=DOCUMENTS["ordering-001"]["options"][:2], key=["b", "a"]
            ),
            "options",
            "too_few",
        ),
        (spoilt("ordering-001", scoring="first-5"), "scoring", "out_of_range"),
        (spoilt("ordering-001", scoring="first-0"), "scoring", "not_one_of"),
        (spoilt("choice-001", figure={"alt": {"en": "x"}}), "figure", "one_of_file_or_spectrum"),
        (spoilt("choice-001", type="true_false"), "options", "unknown_key"),
    ],
)
def test_contradictions_are_refused(document, path, code):
    with pytest.raises(ItemError) as refused:
        parse_item(document)
    assert (refused.value.path, refused.value.code) == (path, code)


def test_a_review_marks_right_wrong_and_missed_options():
    item = parse_item(DOCUMENTS["choices-001"])
    its_type = item_type("choices")
    layout = its_type.draw_layout(item, random.Random(1), False)
    review = its_type.review(item, layout, ["a", "b"], "fr", Reveal(True, True, True))
    assert [option["state"] for option in review["options"]] == ["right", "wrong", "key", ""]
    assert [option["feedback"] for option in review["options"]] == [
        f"Hidden remark on {name}" for name in "abcd"
    ]
    assert review["outcome"] == "wrong"


def test_a_review_of_pairs_shows_the_key_beside_each_prompt():
    item = parse_item(DOCUMENTS["matching-001"])
    its_type = item_type("matching")
    layout = its_type.draw_layout(item, random.Random(1), True)
    review = its_type.review(item, layout, {"p1": "m2", "p2": "m2"}, "en", Reveal(True, True, True))
    assert [(entry["state"], entry["response"], entry["key"]) for entry in review["prompts"]] == [
        ("right", "Says what is in the boxes", "Says what is in the boxes"),
        ("wrong", "Says what is in the boxes", "Says how to handle the goods"),
        ("", "", "Says what is in the boxes"),
    ]


def test_a_text_that_fell_back_is_marked_with_its_language():
    item = parse_item(DOCUMENTS["ordering-001"])
    its_type = item_type("ordering")
    question = its_type.question(item, its_type.draw_layout(item, random.Random(1), True), "pt")
    assert question["lang"] == "en"


def test_a_single_right_option_among_choices_has_no_partial_sample():
    item = parse_item(spoilt("choices-001", key=["b"]))
    kinds = {sample.kind for sample in item_type("choices").samples(item)}
    assert kinds == {"right", "wrong", "empty", "malformed"}


@pytest.mark.parametrize(
    ("name", "value", "parts"),
    [
        ("choice-001", "b", [("response", "b", True)]),
        ("choice-001", "a", [("response", "a", False)]),
        ("choice-001", None, [("response", None, None)]),
        (
            "choices-001",
            ["a", "b"],
            [("a", "a", True), ("b", "b", False), ("c", None, False), ("d", None, True)],
        ),
        ("choices-001", None, [(name, None, None) for name in "abcd"]),
        ("true-false-001", "false", [("response", "false", False)]),
        ("numeric-001", "1 003,5 cm-1", [("response", "2007/2", True)]),
        ("matching-001", {"p1": "m2", "p2": "m3"}, [
            ("p1", "m2", True), ("p2", "m3", False), ("p3", None, None),
        ]),
        ("ordering-001", ["d", "a", None, "c"], [
            ("1", "d", True), ("2", "a", False), ("3", None, None), ("4", "c", True),
        ]),
    ],
)  # fmt: skip
def test_the_parts_of_a_response_say_what_was_given_and_how_it_fared(name, value, parts):
    item = parse_item(DOCUMENTS[name])
    its_type = item_type(item.type)
    graded = its_type.grade(item, its_type.read_response(item, value))
    assert [(part.id, part.given, part.right) for part in graded.parts] == parts


def test_three_steps_are_enough_to_order():
    options = DOCUMENTS["ordering-001"]["options"][:3]
    item = parse_item(spoilt("ordering-001", options=options, key=["b", "a", "c"]))
    assert item.key == ("b", "a", "c")
