from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.scoring import Scored, percent, score

HALF = Fraction(1, 2)
fractions = st.fractions(min_value=0, max_value=1, max_denominator=12)
scored = st.builds(
    Scored,
    slot=st.integers(1, 40),
    fraction=fractions,
    weight=st.fractions(min_value=0, max_value=5, max_denominator=6),
    objective=st.sampled_from(["", "B1", "B2"]),
    must_pass=st.booleans(),
    pilot=st.booleans(),
)


def test_points_are_fractions_times_weights():
    result = score(
        [Scored(1, Fraction(1), Fraction(3)), Scored(2, Fraction(1, 3), Fraction(2))], HALF
    )
    assert (result.points, result.possible) == (Fraction(11, 3), Fraction(5))
    assert result.fraction == Fraction(11, 15)
    assert result.passed


def test_reaching_the_pass_mark_exactly_passes():
    parts = [Scored(slot, Fraction(int(slot <= 7))) for slot in range(1, 11)]
    assert score(parts, Fraction(7, 10)).passed
    assert not score(parts, Fraction(7001, 10000)).passed


def test_a_must_pass_slot_below_full_credit_fails_whatever_the_score():
    parts = [Scored(slot, Fraction(1)) for slot in range(1, 100)]
    result = score([*parts, Scored(100, Fraction(99, 100), must_pass=True)], HALF)
    assert result.fraction > Fraction(99, 100)
    assert not result.passed
    assert result.critical_failed == (100,)


def test_a_must_pass_slot_with_full_credit_holds_nobody_back():
    result = score([Scored(1, Fraction(1), must_pass=True), Scored(2, Fraction(0))], HALF)
    assert result.passed
    assert result.critical_failed == ()


def test_a_pilot_item_counts_for_nothing_not_even_when_it_must_pass():
    result = score(
        [
            Scored(1, Fraction(1), objective="B1"),
            Scored(2, Fraction(0), must_pass=True, pilot=True),
        ],
        Fraction(1),
    )
    assert result.passed
    assert result.possible == 1
    assert list(result.by_objective) == ["B1"]


def test_objectives_are_told_apart():
    result = score(
        [
            Scored(1, Fraction(1), objective="B2"),
            Scored(2, HALF, Fraction(2), objective="B1"),
            Scored(3, Fraction(0), objective="B2"),
            Scored(4, Fraction(0)),
        ],
        HALF,
    )
    assert {name: (t.points, t.possible) for name, t in result.by_objective.items()} == {
        "B2": (1, 2),
        "B1": (1, 2),
    }
    assert list(result.by_objective) == ["B2", "B1"]


def test_nothing_to_score_is_not_passed():
    assert not score([], Fraction(0)).passed
    assert score([], Fraction(0)).fraction == 0
    assert not score([Scored(1, Fraction(1), Fraction(0))], Fraction(0)).passed


@pytest.mark.parametrize(
    ("fraction", "shown"),
    [
        (Fraction(0), 0),
        (Fraction(6999, 10000), 69),
        (Fraction(7, 10), 70),
        (Fraction(2, 3), 66),
        (Fraction(999, 1000), 99),
        (Fraction(1), 100),
    ],
)
def test_percent_rounds_down(fraction, shown):
    assert percent(fraction) == shown


@given(fraction=fractions, mark=st.integers(0, 100))
def test_a_score_shown_as_the_pass_mark_has_reached_it(fraction, mark):
    assert (percent(fraction) >= mark) == (fraction >= Fraction(mark, 100))


@given(parts=st.lists(scored, max_size=12), mark=fractions)
def test_scores_are_exact_bounded_and_add_up(parts, mark):
    result = score(parts, mark)
    counted = [part for part in parts if not part.pilot]
    assert 0 <= result.points <= result.possible == sum(part.weight for part in counted)
    assert result.fraction * result.possible == result.points
    named = [part for part in counted if part.objective]
    assert sum(tally.possible for tally in result.by_objective.values()) == sum(
        part.weight for part in named
    )
    assert not (result.passed and (result.critical_failed or result.fraction < mark))


@pytest.mark.parametrize(
    ("fraction", "weight"), [(Fraction(3, 2), 1), (Fraction(-1, 2), 1), (Fraction(1), -1)]
)
def test_impossible_credit_is_refused(fraction, weight):
    with pytest.raises(ValueError, match="slot 1"):
        Scored(1, fraction, Fraction(weight))
