"""Only pictures that do nothing but be looked at are taken."""

import pytest

from lms.content import pictures, svg
from lms.content.inline import faults, html, plain

START = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 360"><title>A</title>'


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<rect onload="alert(1)" width="1" height="1"/>',
        '<image href="https://evil.example/x.png"/>',
        '<use href="#x"/>',
        "<foreignObject><p/></foreignObject>",
        "<style>@import url(//evil.example)</style>",
        '<rect style="fill:url(//evil.example)" width="1" height="1"/>',
        '<rect fill="url(https://evil.example#x)" width="1" height="1"/>',
        '<a href="javascript:alert(1)"><rect width="1" height="1"/></a>',
        '<animate attributeName="x"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        "<?xml-stylesheet href='x'?>",
        "<g>" * 100 + "</g>" * 100,
    ],
)
def test_an_svg_that_could_act_is_refused(inside):
    with pytest.raises(svg.UnsafeSvg):
        svg.check(f"{START}{inside}</svg>".encode())


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"not an svg",
        b"<html/>",
        b'<!DOCTYPE svg [<!ENTITY x "y">]><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"\xff\xfe",
    ],
)
def test_what_is_no_svg_is_refused(source):
    with pytest.raises(svg.UnsafeSvg):
        svg.check(source)


def test_an_svg_without_a_title_is_refused():
    with pytest.raises(svg.UnsafeSvg) as caught:
        svg.check(f"{START.replace('<title>A</title>', '')}</svg>".encode())
    assert caught.value.reason == "no title"


def test_a_plain_drawing_is_taken_with_its_size():
    drawing = svg.check(f'{START}<rect width="10" height="10" fill="#fff"/></svg>'.encode())
    assert (drawing.width, drawing.height) == (640, 360)


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"<svg/>"), ("a.jpg", b"GIF89a"), ("a.webp", b"RIFF----WAVE"), ("a.svg", b"PNG")],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    found = []
    assert pictures.read(tmp_path / name, name, found) is None
    assert len(found) == 1


def test_a_picture_that_is_too_big_is_refused(tmp_path):
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(pictures.MOST_BYTES))
    found = []
    assert pictures.read(tmp_path / "a.png", "a.png", found) is None
    assert [one.code for one in found] == ["file_too_big"]


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a *b* **c** `d`", "a <em>b</em> <strong>c</strong> <code>d</code>"),
        ("<b>x</b> & y", "&lt;b&gt;x&lt;/b&gt; &amp; y"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("![x](y.png)", "![x](y.png)"),
    ],
)
def test_an_items_text_has_emphasis_and_code_and_nothing_else(text, made):
    assert html(text) == made


def test_an_items_text_without_marks():
    assert plain("a *b* `c`\nd") == "a b c d"


def test_links_and_html_in_an_items_text_are_faults():
    assert [code for code, _ in faults("<b>x</b>")] == ["raw_html", "raw_html"]
    assert [code for code, _ in faults("[x](y)")] == ["link_in_item"]
    assert faults("a < b, *c*") == []
