"""A lesson's text becomes clean HTML and blocks; what is wrong has its line."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.markdown import CheckBlock, HtmlBlock, PictureSource, SpectrumBlock, parse
from tests.fixtures.inspection import Page


def html(text, **options):
    lesson = parse(text, **options)
    return "".join(block.html for block in lesson.blocks if isinstance(block, HtmlBlock))


def problems(text):
    return [(problem.code, problem.line) for problem in parse(text, file="en.md").problems]


def test_headings_carry_anchors_that_are_the_same_in_every_language():
    lesson = parse("## Deux\n\n### Trois\n\n## Quatre\n")
    assert [(one.anchor, one.level, one.text) for one in lesson.headings] == [
        ("section-1", 2, "Deux"),
        ("section-2", 3, "Trois"),
        ("section-3", 2, "Quatre"),
    ]
    assert '<h2 id="section-1">Deux</h2>' in html("## Deux\n")


def test_a_first_level_heading_is_reported():
    assert problems("text\n\n# One\n") == [("first_heading", 3)]


def test_tables_scroll_by_themselves_and_their_heads_have_a_scope():
    made = html("| a | b |\n|---|---:|\n| 1 | 2 |\n")
    assert '<div class="table-scroll" tabindex="0">' in made
    assert 'scope="col"' in made
    assert 'class="text-end"' in made
    assert "style" not in made


@pytest.mark.parametrize("kind", ["note", "tip", "warning", "stop"])
def test_a_call_out_holds_markdown(kind):
    made = html(f"::: {kind}\n**Look.** And listen.\n:::\n")
    assert f'class="callout callout-{kind}"' in made
    assert "<strong>Look.</strong>" in made


def test_checks_and_spectra_stand_between_stretches_of_text():
    lesson = parse(
        "one\n\n::: check lamp\n\ntwo\n\n"
        "::: spectrum calcite\ndrift: 1.5\npeaks: yes\nalt: A trace\ncaption: Calcite\n:::\n\n"
        "three\n"
    )
    kinds = [type(block) for block in lesson.blocks]
    assert kinds == [HtmlBlock, CheckBlock, HtmlBlock, SpectrumBlock, HtmlBlock]
    assert lesson.checks == ("lamp",)
    (spectrum,) = lesson.spectra
    assert (spectrum.alt, spectrum.caption) == ("A trace", "Calcite")
    assert (str(spectrum.figure.drift), spectrum.figure.peaks) == ("1.5", True)
    assert not lesson.problems


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("::: note\nnever closed\n", "directive_open", 1),
        ("text\n\n:::\n", "directive_stray", 3),
        ("::: video x\n", "directive_unknown", 1),
        ("::: check Not An Id\n", "directive_words", 1),
        ("::: note with words\n:::\n", "directive_words", 1),
        ("- list\n  ::: check lamp\n", "directive_inside", 2),
        ("::: spectrum calcite\nnoise: deafening\nalt: x\n:::\n", "not_one_of", 2),
        ("::: spectrum calcite\ncaption: x\n:::\n", "missing", 1),
        ("::: spectrum calcite\nalt: x\nnonsense\n:::\n", "spectrum_line", 3),
        ("<b>bold</b>\n", "raw_html", 1),
        ("[x](javascript:alert(1))\n", "unsafe_link", 1),
        ("[x](//evil.example)\n", "unsafe_link", 1),
        ("![x](../../secret.svg)\n", "bad_picture_name", 1),
        ("![x](https://evil.example/x.png)\n", "bad_picture_name", 1),
        ("![](lamp.svg)\n", "alt_missing", 1),
        ("see ![x](lamp.svg) here\n", "picture_not_alone", 1),
    ],
)
def test_what_is_wrong_is_reported_with_its_line(text, code, line):
    assert (code, line) in problems(text)


def test_a_picture_alone_is_a_figure_with_its_size_and_caption():
    sources = {"lamp.svg": PictureSource("/pictures/lamp.svg", 640, 360)}
    made = html('![A lamp](lamp.svg "On a pole")\n', pictures=sources)
    assert '<figure><img src="/pictures/lamp.svg" alt="A lamp" width="640" height="360"' in made
    assert "<figcaption>On a pole</figcaption></figure>" in made


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    '![x](x.svg"onerror=alert(1))',
    "<svg/onload=alert(1)>",
    "## <iframe src=//evil.example></iframe>",
    '<a href="vbscript:x">x</a>',
    "```<script>\nalert(1)\n```",
    "| <style>*{} | b |\n|---|---|\n| <form action=//evil.example> | x |",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "::: note\n<object data=x></object>\n:::",
    '![a](lamp.svg "<script>alert(1)</script>")',
    '<https://evil.example/"onmouseover=alert(1)>',
]
ALLOWED = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "em", "strong", "code", "pre",
    "blockquote", "a", "table", "thead", "tbody", "tr", "th", "td", "hr", "br", "figure",
    "figcaption", "img", "div",
}  # fmt: skip


def is_harmless(made):
    page = Page(made + " " * 200)  # the parser takes short texts for names of files
    for element in page.root.iter():
        if element is page.root or not isinstance(element.tag, str):
            continue
        assert element.tag in ALLOWED
        for name, value in element.attrib.items():
            assert not name.startswith("on")
            assert name != "style"
            if name in ("href", "src"):
                assert re.match(r"https?://|mailto:|[a-z0-9./-]*$", value, re.IGNORECASE), value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_comes_out_harmless(text):
    is_harmless(html(text))


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=60), max_size=6))
def test_any_text_comes_out_harmless(parts):
    is_harmless(html("\n".join(parts)))
