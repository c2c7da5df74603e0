"""Serials and codes: unguessable, and readable by tired eyes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.core.credentials.numbers import (
    code_from_bits,
    is_serial,
    read_code,
    read_serial,
    serial_from_bits,
    shown_code,
)


@given(st.integers(0, 2**60 - 1))
def test_a_serial_is_read_as_it_was_written(bits):
    serial = serial_from_bits(bits)
    assert is_serial(serial)
    assert read_serial(serial) == serial
    assert read_serial(serial.lower()) == serial
    assert read_serial(serial.removeprefix("VG-").replace("-", " ")) == serial
    assert read_serial(serial.replace("0", "O").replace("1", "l")) == serial


@given(st.integers(0, 2**128 - 1))
def test_a_code_is_read_as_it_was_written(bits):
    code = code_from_bits(bits)
    assert len(code) == 26
    assert read_code(code) == code
    assert read_code(shown_code(code).lower()) == code


def test_different_bits_give_different_numbers():
    assert len({serial_from_bits(bits << 30 | bits) for bits in range(4096)}) == 4096
    assert len({code_from_bits(bits << 64 | bits) for bits in range(4096)}) == 4096


def test_a_serial_may_itself_begin_with_the_prefix_letters():
    serial = serial_from_bits(int("11011" + "10000" + "0" * 50, 2))
    assert serial.startswith("VG-VG")
    assert read_serial(serial) == serial
    assert read_serial(serial.removeprefix("VG-")) == serial


@pytest.mark.parametrize("bits", [-1, 2**60])
def test_a_serial_takes_sixty_bits(bits):
    with pytest.raises(ValueError, match="60 bits"):
        serial_from_bits(bits)


@pytest.mark.parametrize("bits", [-1, 2**128])
def test_a_code_takes_128_bits(bits):
    with pytest.raises(ValueError, match="128 bits"):
        code_from_bits(bits)


@pytest.mark.parametrize(
    "typed",
    ["", "VG", "VG-0000-0000-000", "VG-0000-0000-00000", "VG-000U-0000-0000", "é" * 12, "0" * 99],
)
def test_what_is_no_serial_is_none(typed):
    assert read_serial(typed) is None


@pytest.mark.parametrize("typed", ["", "0" * 25, "0" * 27, "8" + "0" * 25, "U" * 26, "'; DROP"])
def test_what_is_no_code_is_none(typed):
    assert read_code(typed) is None


def test_dashes_and_spaces_from_word_processors_do_not_count():
    assert read_serial("vg\u20131234\u00a05678\u20149abc") == "VG-1234-5678-9ABC"
