import random
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.blueprint import BlueprintShort, Candidate, Line, draw


def candidate(name, objective="B1", tags=(), difficulty="easy", bank="raman", use="exam"):
    return Candidate(name, f"{name}@1", bank, objective, frozenset(tags), difficulty, use)


def keys(form):
    return [drawn.item_key for drawn in form]


def test_lines_draw_by_bank_objective_tag_and_difficulty():
    pool = [
        candidate("a", objective="B1"),
        candidate("b", objective="B2"),
        candidate("c", objective="B2", tags=["critical", "axes"]),
        candidate("d", objective="B2", difficulty="hard"),
        candidate("e", objective="B1", bank="other"),
    ]
    lines = [
        Line("other", 1),
        Line("raman", 1, objective="B1"),
        Line("raman", 1, tag="critical"),
        Line("raman", 1, difficulty="hard"),
    ]
    form = draw(lines, pool, random.Random(1))
    assert keys(form) == ["e", "a", "c", "d"]
    assert [drawn.line for drawn in form] == [0, 1, 2, 3]
    assert form[0].version_id == "e@1"


def test_practice_items_are_never_drawn():
    with pytest.raises(BlueprintShort):
        draw([Line("raman", 1)], [candidate("a", use="practice")], random.Random(1))


def test_an_item_comes_once_in_a_form():
    pool = [candidate("a"), candidate("b"), candidate("c")]
    form = draw([Line("raman", 1), Line("raman", 2)], pool, random.Random(1))
    assert sorted(keys(form)) == ["a", "b", "c"]


def test_a_wide_line_leaves_a_narrow_one_what_it_needs():
    pool = [candidate("plain"), candidate("only", tags=["critical"])]
    for seed in range(50):
        form = draw([Line("raman", 1), Line("raman", 1, tag="critical")], pool, random.Random(seed))
        assert keys(form) == ["plain", "only"]


def test_making_room_may_move_several_items_on():
    lines = [
        Line("raman", 1),
        Line("raman", 1, objective="B1"),
        Line("raman", 1, objective="B1", tag="t"),
        Line("raman", 1, objective="B1", tag="t", difficulty="hard"),
    ]
    pool = [
        candidate("far", objective="B9"),
        candidate("b1"),
        candidate("tagged", tags=["t"]),
        candidate("hard", tags=["t"], difficulty="hard"),
    ]
    for seed in range(50):
        assert keys(draw(lines, pool, random.Random(seed))) == ["far", "b1", "tagged", "hard"]


def test_a_short_blueprint_names_the_line_and_what_was_found():
    pool = [candidate("a"), candidate("b", tags=["critical"])]
    lines = [Line("raman", 1), Line("raman", 3, tag="critical"), Line("raman", 9)]
    with pytest.raises(BlueprintShort) as short:
        draw(lines, pool, random.Random(1))
    assert (short.value.line, short.value.wanted, short.value.found) == (1, 3, 1)
    assert str(short.value) == "line 2 wants 3 items, 1 can be found"


def test_what_later_lines_could_have_does_not_hide_that_an_earlier_one_is_short():
    pool = [candidate("only", tags=["t"]), *[candidate(name, objective="B2") for name in "abcde"]]
    lines = [Line("raman", 2, tag="t"), Line("raman", 5, objective="B2")]
    with pytest.raises(BlueprintShort) as short:
        draw(lines, pool, random.Random(1))
    assert (short.value.line, short.value.wanted, short.value.found) == (0, 2, 1)


def test_unseen_items_come_first_and_seen_ones_fill_up():
    pool = [candidate(name) for name in "abcdef"]
    for seed in range(30):
        form = draw([Line("raman", 4)], pool, random.Random(seed), seen={"a", "b", "c"})
        assert {"d", "e", "f"} < set(keys(form))


def test_an_unseen_item_is_used_even_if_another_has_to_move_for_it():
    pool = [candidate("new", tags=["t"]), candidate("newer"), candidate("old", tags=["t"])]
    lines = [Line("raman", 1), Line("raman", 1, tag="t")]
    for seed in range(30):
        form = draw(lines, pool, random.Random(seed), seen={"old"})
        assert keys(form) == ["newer", "new"]


def test_the_same_draw_gives_the_same_form_whatever_the_order_of_the_pool():
    pool = [candidate(name) for name in "abcde"]
    forms = {
        frozenset(keys(draw([Line("raman", 2)], order, random.Random(4))))
        for order in permutations(pool)
    }
    assert len(forms) == 1


def test_all_items_have_the_same_chance():
    pool = [candidate(name) for name in "abcdef"]
    counts = Counter(
        name
        for seed in range(3000)
        for name in keys(draw([Line("raman", 2)], pool, random.Random(seed)))
    )
    assert all(850 < counts[name] < 1150 for name in "abcdef")


def test_a_form_is_mixed_only_on_request():
    pool = [candidate(name) for name in "abcdef"]
    assert keys(draw([Line("raman", 6)], pool, random.Random(1))) == list("abcdef")
    mixed = draw([Line("raman", 6)], pool, random.Random(1), shuffle=True)
    assert sorted(keys(mixed)) == list("abcdef") != keys(mixed)


candidates = st.lists(
    st.builds(
        candidate,
        name=st.text("abcdefghij", min_size=1, max_size=2),
        objective=st.sampled_from(["B1", "B2"]),
        tags=st.sets(st.sampled_from(["s", "t"])),
        difficulty=st.sampled_from(["easy", "hard"]),
    ),
    max_size=7,
    unique_by=lambda one: one.item_key,
)
blueprints = st.lists(
    st.builds(
        Line,
        bank=st.just("raman"),
        pick=st.just(1),
        objective=st.sampled_from(["", "B1", "B2"]),
        tag=st.sampled_from(["", "s", "t"]),
        difficulty=st.sampled_from(["", "hard"]),
    ),
    min_size=1,
    max_size=4,
)


seen_keys = st.sets(st.text("abcdefghij", min_size=1, max_size=1))


@given(blueprints, candidates, seen_keys, st.integers())
def test_a_form_is_found_whenever_there_is_one_and_with_as_few_seen_items_as_possible(
    lines, pool, seen, seed
):
    possible = [
        order
        for order in permutations(pool, len(lines))
        if all(_fits(line, one) for line, one in zip(lines, order, strict=True))
    ]
    try:
        form = draw(lines, pool, random.Random(seed), seen)
    except BlueprintShort:
        assert not possible
        return
    by_key = {one.item_key: one for one in pool}
    assert len(set(keys(form))) == len(form) == len(lines)
    assert all(_fits(lines[drawn.line], by_key[drawn.item_key]) for drawn in form)
    fewest = min(sum(one.item_key in seen for one in order) for order in possible)
    assert sum(drawn.item_key in seen for drawn in form) == fewest


def _fits(line, one):
    return (
        line.objective in ("", one.objective)
        and (not line.tag or line.tag in one.tags)
        and line.difficulty in ("", one.difficulty)
    )
