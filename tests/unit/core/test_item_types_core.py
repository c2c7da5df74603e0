"""What holds for every item type alike, driven by the types' own samples."""

import copy
import json
import random
from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.core.items.base import HEAD, TAIL, ItemError, MalformedResponse, Reveal
from lms.core.items.registry import TYPES, item_type, parse_item

DOCUMENTS = yaml.load(
    (Path(__file__).parents[1] / "item_documents.yaml").read_text("utf-8"), yaml.BaseLoader
)
EVERY_DOCUMENT = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[document["id"] for document in DOCUMENTS]
)
ALL = Reveal(responses=True, feedback=True, key=True)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["a", "b", "c", "d", "p1", "m1", "m2", "true", "1", "2", "3", "4"]),
    lambda inner: st.lists(inner, max_size=5)
    | st.dictionaries(st.text(max_size=3) | st.sampled_from(["a", "b", "p1"]), inner, max_size=5),
    max_leaves=8,
)  # fmt: skip


def test_the_examples_cover_every_type():
    assert {document["type"] for document in DOCUMENTS} == set(TYPES)


@EVERY_DOCUMENT
def test_samples_get_the_fraction_they_promise(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    samples = its_type.samples(item)
    assert {"right", "wrong", "empty", "malformed"} <= {sample.kind for sample in samples}
    for sample in samples:
        if sample.fraction is None:
            with pytest.raises(MalformedResponse):
                its_type.read_response(item, sample.value)
            continue
        response = its_type.read_response(item, sample.value)
        graded = its_type.grade(item, response)
        assert graded.fraction == sample.fraction, sample
        assert (response is None) == (sample.kind == "empty")
        assert its_type.read_response(item, response) == response
        assert json.loads(json.dumps(response)) == response
        assert all((part.right is None) == (response is None) or part.given is None
                   for part in graded.parts)  # fmt: skip


@EVERY_DOCUMENT
@settings(max_examples=60)
@given(value=json_values)
def test_any_value_at_all_is_read_or_refused(document, value):
    item = parse_item(document)
    its_type = item_type(item.type)
    try:
        response = its_type.read_response(item, value)
    except MalformedResponse:
        return
    assert 0 <= its_type.grade(item, response).fraction <= 1
    its_type.review(item, its_type.draw_layout(item, random.Random(1), True), response, "en", ALL)


@EVERY_DOCUMENT
def test_a_question_tells_nothing_of_its_key(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(7), shuffle=True)
    question = its_type.question(item, layout, "en")
    shown = json.dumps(question)
    assert "Hidden" not in shown
    assert "ecret" not in shown
    assert not {"key", "tolerance", "tags", "critical", "scoring", "feedback"} & _keys(question)
    assert question["type"] == document["type"]
    assert question["stem"] == document["stem"]["en"]


@EVERY_DOCUMENT
def test_a_question_is_the_same_whatever_its_key(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(7), shuffle=True)
    other = parse_item(_with_another_key(document))
    assert its_type.question(item, layout, "en") == its_type.question(other, layout, "en")


@EVERY_DOCUMENT
def test_a_review_that_reveals_no_key_is_the_same_whatever_the_key(document):
    item = parse_item(document)
    other = parse_item(_with_another_key(document))
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(7), shuffle=True)
    reveal = Reveal(responses=True, feedback=False, key=False)
    for sample in its_type.samples(item):
        if sample.fraction is not None:
            response = its_type.read_response(item, sample.value)
            assert its_type.review(item, layout, response, "en", reveal) == its_type.review(
                other, layout, response, "en", reveal
            )


@EVERY_DOCUMENT
def test_a_review_that_reveals_nothing_shows_no_more_than_the_question(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(7), shuffle=True)
    reviews = [
        its_type.review(item, layout, its_type.read_response(item, sample.value), "en", Reveal())
        for sample in its_type.samples(item)
        if sample.fraction is not None
    ]
    assert all(review == reviews[0] for review in reviews)
    assert "Hidden" not in json.dumps(reviews[0])


@EVERY_DOCUMENT
def test_feedback_without_the_key_marks_only_what_was_given(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(7), shuffle=True)
    for sample in its_type.samples(item):
        if sample.fraction is None:
            continue
        response = its_type.read_response(item, sample.value)
        review = its_type.review(item, layout, response, "en", Reveal(True, True, False))
        assert '"state": "key"' not in json.dumps(review)
        assert not review.get("key")
        assert all(not prompt["key"] for prompt in review.get("prompts", ()))
        assert review["feedback"] == "Hidden general remark"
        assert review["outcome"] == {"empty": "unanswered"}.get(sample.kind, sample.kind)


@EVERY_DOCUMENT
def test_a_layout_is_json_and_holds_every_id_once(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    for seed in range(40):
        for shuffle in (True, False):
            layout = its_type.draw_layout(item, random.Random(seed), shuffle)
            assert json.loads(json.dumps(layout)) == layout
            for part, ids in layout.items():
                assert sorted(ids) == sorted(entry["id"] for entry in document[part])


@EVERY_DOCUMENT
def test_every_part_of_a_document_is_checked(document):
    """Each value in turn is taken away or spoilt: refused with a path, or optional; no crash."""
    optional = {"tags", "critical", "source", "figure", "feedback", "unit", "responses"}
    for path in _paths(document):
        without = copy.deepcopy(document)
        holder = _holder(without, path)
        del holder[path[-1]]
        if path[0] not in optional and len(path) == 1:
            with pytest.raises(ItemError) as refused:
                parse_item(without)
            assert refused.value.path.startswith(path[0])
        else:
            _parse_or_refuse(without)
        for spoilt in (None, "", "\x00", [], {}, 7, "no-such-word", "é" * 5000, [[]], {"xx": 1}):
            broken = copy.deepcopy(document)
            _holder(broken, path)[path[-1]] = spoilt
            _parse_or_refuse(broken)


@EVERY_DOCUMENT
def test_unknown_keys_are_refused_where_they_stand(document):
    with pytest.raises(ItemError) as refused:
        parse_item({**document, "colour": "blue"})
    assert (refused.value.path, refused.value.code) == ("colour", "unknown_key")


@EVERY_DOCUMENT
def test_a_type_knows_its_keys_in_canonical_order(document):
    canonical = (*HEAD, *TYPES[document["type"]].fields, *TAIL)
    keys = list(document)
    assert keys == [key for key in canonical if key in keys]


def test_errors_carry_the_path_and_code():
    document = copy.deepcopy(DOCUMENTS[0])
    document["options"][2]["text"]["fr"] = " "
    with pytest.raises(ItemError) as refused:
        parse_item(document)
    assert (refused.value.path, refused.value.code) == ("options[2].text.fr", "empty")
    assert str(refused.value) == "options[2].text.fr: empty"


@pytest.mark.parametrize(
    ("content", "path", "code"),
    [
        ({}, "type", "missing"),
        ({"type": "essay"}, "type", "unknown_type"),
        ({"type": ["choice"]}, "type", "not_text"),
        ([], "", "not_a_mapping"),
    ],
)
def test_what_is_no_item_is_refused(content, path, code):
    with pytest.raises(ItemError) as refused:
        parse_item(content)
    assert (refused.value.path, refused.value.code) == (path, code)


def _with_another_key(document):
    other = copy.deepcopy(document)
    other["key"] = {
        "choice": "c",
        "choices": ["d", "b"],
        "true_false": "false",
        "numeric": "7",
        "matching": {"p1": "m3", "p2": "m3", "p3": "m3"},
        "ordering": ["c", "d", "a", "b"],
    }[document["type"]]
    if document["type"] == "numeric":
        other["tolerance"] = "9"
    return other


def _keys(view):
    if isinstance(view, dict):
        return set(view).union(*(_keys(value) for value in view.values()))
    return set().union(*(_keys(value) for value in view)) if isinstance(view, list) else set()


def _paths(value, path=()):
    if path:
        yield path
    if isinstance(value, str):
        return
    entries = value.items() if isinstance(value, dict) else enumerate(value)
    for key, inner in entries:
        yield from _paths(inner, (*path, key))


def _holder(document, path):
    for key in path[:-1]:
        document = document[key]
    return document


def _parse_or_refuse(document):
    with suppress(ItemError):
        parse_item(document)
