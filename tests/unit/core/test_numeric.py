from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.items.base import MalformedResponse
from lms.core.items.numeric import read_number

NARROW, THIN, NO_BREAK, FIGURE = "\u202f", "\u2009", "\u00a0", "\u2007"


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("1001", "1001"),
        ("1001.5", "1001.5"),
        ("1001,5", "1001.5"),
        (" 1001 ", "1001"),
        ("1 001,5", "1001.5"),
        (f"1{NARROW}001,5", "1001.5"),
        (f"1{THIN}001.5", "1001.5"),
        (f"1{NO_BREAK}234{NO_BREAK}567", "1234567"),
        (f"12{FIGURE}345,678", "12345.678"),
        ("1'001.5", "1001.5"),
        ("1’001,5", "1001.5"),
        ("1,000.5", "1000.5"),
        ("1.000,5", "1000.5"),
        ("1,234,567", "1234567"),
        ("1.234.567,25", "1234567.25"),
        ("\u22123.2", "-3.2"),
        ("\u20133,2", "-3.2"),
        ("- 3.2", "-3.2"),
        ("+3.2", "3.2"),
        (".5", "0.5"),
        ("0,500", "0.5"),
        ("0.125", "0.125"),
        ("5.", "5"),
        ("1001.500", "1001.5"),
        ("١٠٠١٫٥", "1001.5"),
        ("１００１", "1001"),
        ("007", "7"),
        ("0" * 60 + "1001", "1001"),
    ],
)
def test_numbers_are_read_as_people_write_them(typed, number):
    assert read_number(typed) == Fraction(number)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("1,000.5,2", "ambiguous_number"),
        ("1,001", "ambiguous_number"),
        ("1.001", "ambiguous_number"),
        ("\u22121.001", "ambiguous_number"),
        ("1.000.5", "ambiguous_number"),
        ("1,00,000", "ambiguous_number"),
        ("12,34.5", "ambiguous_number"),
        ("1 000,000.5", "ambiguous_number"),
        ("10 01", "not_a_number"),
        ("1  001", "not_a_number"),
        ("1'2", "not_a_number"),
        ("", "not_a_number"),
        ("-", "not_a_number"),
        (".", "not_a_number"),
        ("about 5", "not_a_number"),
        ("--5", "not_a_number"),
        ("inf", "not_a_number"),
        ("NaN", "not_a_number"),
        ("1e3", "wrong_unit"),
        ("10²", "wrong_unit"),
        ("5 nm", "wrong_unit"),
        ("5/2", "wrong_unit"),
        ("1" * 65, "too_long"),
    ],
)
def test_what_could_be_misread_is_refused(typed, code):
    with pytest.raises(MalformedResponse) as refused:
        read_number(typed)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("typed", "unit"),
    [
        ("1001 cm⁻¹", "cm⁻¹"),
        ("1001cm-1", "cm⁻¹"),
        ("1001 cm^-1", "cm⁻¹"),
        ("1001 cm−1", "cm⁻¹"),
        (f"1001{NARROW}%", "%"),
        ("1001 µm", "μm"),
    ],
)
def test_the_items_own_unit_may_follow(typed, unit):
    assert read_number(typed, unit) == 1001


@pytest.mark.parametrize("unit", ["", "nm", "mW"])
def test_another_unit_is_refused(unit):
    with pytest.raises(MalformedResponse, match="wrong_unit"):
        read_number("1001 MW", unit)


@given(
    number=st.decimals(
        min_value=-(10**9), max_value=10**9, places=4, allow_nan=False, allow_infinity=False
    ),
    mark=st.sampled_from(".,"),
    space=st.sampled_from(["", " ", NARROW, THIN, NO_BREAK, "'"]),
    minus=st.sampled_from("-\u2212"),
)
def test_any_grouping_of_any_number_reads_back(number, mark, space, minus):
    typed = f"{number:,f}".replace(",", "~").replace(".", mark).replace("~", space)
    assert read_number(typed.replace("-", minus)) == Fraction(Decimal(number))


@given(st.text(max_size=70))
def test_any_text_is_a_number_or_refused(typed):
    with suppress(MalformedResponse):
        assert isinstance(read_number(typed, "cm⁻¹"), Fraction)
