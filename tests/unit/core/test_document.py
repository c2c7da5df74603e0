from fractions import Fraction

import pytest

from lms.core.document import DocumentError, Fields


def fields(**content):
    return Fields.of(content, "root", DocumentError, tuple(content))


@pytest.mark.parametrize(
    ("content", "read", "path", "code"),
    [
        ({"a": {}}, lambda f: f.texts("a"), "root.a", "empty"),
        ({"a": "x"}, lambda f: f.texts("a"), "root.a", "not_a_mapping"),
        ({"a": {"English": "x"}}, lambda f: f.texts("a"), "root.a.English", "bad_language"),
        ({"a": {"en": 1}}, lambda f: f.texts("a"), "root.a.en", "not_text"),
        ({"a": {"en": "x" * 4001}}, lambda f: f.texts("a"), "root.a.en", "too_long"),
        ({"a": {"en": "x\x07"}}, lambda f: f.texts("a"), "root.a.en", "bad_character"),
        ({"a": {"en": "\ud800"}}, lambda f: f.texts("a"), "root.a.en", "bad_character"),
        ({"a": "yes"}, lambda f: f.text("b"), "root.b", "missing"),
        ({"a": "true"}, lambda f: f.yes("a"), "root.a", "not_one_of"),
        ({"a": "A"}, lambda f: f.identifier("a"), "root.a", "bad_identifier"),
        ({"a": 1}, lambda f: f.identifier("a"), "root.a", "not_text"),
        ({"a": "1.0.0"}, lambda f: f.fraction("a"), "root.a", "not_a_number"),
        ({"a": "1" * 40}, lambda f: f.decimal("a"), "root.a", "not_a_number"),
        ({"a": "-1"}, lambda f: f.count("a"), "root.a", "not_a_number"),
        ({"a": "xy"}, lambda f: f.entries("a", 0, 9), "root.a", "not_a_list"),
        ({"a": [1, 2]}, lambda f: f.entries("a", 0, 1), "root.a", "too_many"),
        ({"a": ["b", "b"]}, lambda f: f.identifiers("a", 0, 9), "root.a[1]", "duplicate"),
    ],
)
def test_what_is_wrong_is_told_with_its_path(content, read, path, code):
    with pytest.raises(DocumentError) as refused:
        read(fields(**content))
    assert (refused.value.path, refused.value.code) == (path, code)


def test_proper_values_are_read_exactly():
    read = fields(a="0.1", b="12", c="yes", d={"en": "two\nlines", "pt-BR": "x"}, e=["p", "q"])
    assert read.fraction("a") == Fraction(1, 10)
    assert read.count("b") == 12
    assert read.yes("c")
    assert read.texts("d") == {"en": "two\nlines", "pt-BR": "x"}
    assert read.identifiers("e", 1, 2) == ("p", "q")
    assert read.text("z", "usual") == "usual"


def test_an_error_reads_as_a_sentence_for_a_terminal():
    assert (
        str(DocumentError("a.b", "too_few", least=2, found=1)) == "a.b: too_few, least 2, found 1"
    )
    assert str(DocumentError("", "not_a_mapping")) == "document: not_a_mapping"
