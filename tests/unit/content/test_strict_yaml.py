"""YAML in which nothing is guessed, and every mistake has its line."""

import contextlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.content import strict_yaml
from lms.content.problems import ContentError
from lms.content.strict_yaml import Place


def read(text):
    return strict_yaml.read(text.encode(), "bank.yaml")


def refused(text):
    with pytest.raises(ContentError) as caught:
        read(text)
    return caught.value.problem


@pytest.mark.parametrize(
    "scalar", ["yes", "no", "12", "1.50", "null", "~", "2026-01-01", "0x1f", "1e3", "true", "12:30"]
)
def test_every_scalar_is_the_text_that_was_written(scalar):
    assert read(f"value: {scalar}\n").value == {"value": scalar}


def test_the_place_of_everything_is_kept():
    document = read("items:\n  - id: a\n    stem:\n      en: Hello\n")
    assert document.place("items[0].stem.en") == Place(4, 7)
    assert document.place("items[0].stem.fr") == Place(3, 5)
    assert document.place("nothing") == Place(1, 1)


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: 1\na: 2\n", "duplicate_key", 2),
        ("a: &x 1\nb: *x\n", "anchor", 1),
        ("a: !!python/object:os.system x\n", "tag", 1),
        ("<<: {a: 1}\n", "merge_key", 1),
        ("a: 1\n---\nb: 2\n", "more_than_one_document", 2),
        ("a: 1\n\tb: 2\n", "tab", 2),
        ("a: 1\r\nb: 2\r\n", "carriage_return", 1),
        ("", "empty_document", 1),
        ("# only a comment\n", "empty_document", 1),
        ("a: [1, 2\nb: 3\n", "not_yaml", 2),
        ("? [a, b]\n: 1\n", "key_not_text", 1),
        (f"{'a' * 65}: 1\n", "key_not_text", 1),
    ],
)
def test_what_is_not_plain_is_refused_with_its_line(text, code, line):
    found = refused(text)
    assert (found.code, found.line) == (code, line)
    assert found.message
    assert found.remedy


@pytest.mark.parametrize("source", [b"\xef\xbb\xbfa: 1\n", b"a: \xff\n"])
def test_only_plain_utf8_is_read(source):
    with pytest.raises(ContentError) as caught:
        strict_yaml.read(source, "bank.yaml")
    assert caught.value.problem.code in ("byte_order_mark", "not_utf8")


def test_a_file_that_is_too_big_or_too_deep_is_refused():
    assert refused("a: " + "x" * strict_yaml.MOST_BYTES).code == "file_too_big"
    assert refused("[" * 200 + "]" * 200).code == "too_deep"
    assert refused("[" + "a," * (strict_yaml.MOST_VALUES + 1) + "a]").code == "too_many_values"


def test_a_bomb_of_aliases_is_refused_before_it_goes_off():
    bomb = "a: &a [x, x]\n" + "".join(f"b{number}: &b{number} [*a, *a]\n" for number in range(50))
    assert refused(bomb).code == "anchor"


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    with contextlib.suppress(ContentError):
        assert isinstance(read(text).value, str | list | dict)


@given(st.dictionaries(st.from_regex(r"[a-z]{1,8}", fullmatch=True), st.text(max_size=40)))
def test_what_is_read_is_what_yaml_says(mapping):
    text = yaml.safe_dump(mapping, allow_unicode=True)
    try:
        document = read(text)
    except ContentError:
        return
    assert document.value == yaml.load(text, Loader=yaml.BaseLoader)
