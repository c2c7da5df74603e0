"""A question goes to the page and comes back, whatever its type; pages show what they may."""

import random
from html.parser import HTMLParser
from pathlib import Path

import pytest
import yaml
from jinja2 import DictLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from jinja2.loaders import ChoiceLoader
from markupsafe import escape
from werkzeug.datastructures import MultiDict

from lms.core.items.base import MalformedResponse, Reveal
from lms.core.items.registry import item_type, parse_item
from lms.items.registry import FACES

ROOT = Path(__file__).parents[3]
DOCUMENTS = yaml.load(
    (Path(__file__).parents[1] / "item_documents.yaml").read_text("utf-8"), yaml.BaseLoader
)
EVERY_DOCUMENT = pytest.mark.parametrize(
    "document", DOCUMENTS, ids=[document["id"] for document in DOCUMENTS]
)
BADGE = "{% macro badge(kind, text) %}<b class='{{ kind }}'>{{ text }}</b>{% endmacro %}"


@pytest.fixture(scope="module")
def pages():
    environment = Environment(
        loader=ChoiceLoader(
            [
                PrefixLoader({"components": DictLoader({"badge.html": BADGE})}),
                FileSystemLoader(ROOT / "templates"),
            ]
        ),
        autoescape=True,
        undefined=StrictUndefined,
    )
    environment.globals["_"] = lambda text: text
    environment.filters["inline"] = escape
    return environment


class Page(HTMLParser):
    """The controls of a page, as a browser without scripts would send them."""

    def __init__(self, html):
        super().__init__()
        self.fields, self.ids, self.labelled, self.controls = MultiDict(), [], set(), []
        self.select, self.tags = None, []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "label" and "for" in values:
            self.labelled.add(values["for"])
        if tag == "input":
            self.controls.append(values)
            if values["type"] == "text" or "checked" in values:
                self.fields.add(values["name"], values["value"])
        if tag == "select":
            self.controls.append(values)
            self.select = values["name"]
        if tag == "option" and "selected" in values:
            self.fields.add(self.select, values["value"])


def take(pages, item, value, **more):
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(3), shuffle=True)
    html = pages.get_template(f"items/{item.type}/take.html").render(
        q=its_type.question(item, layout, "en"), field="q3", value=value, number=3, **more
    )
    return Page(html), html


def review(pages, item, response, reveal):
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(3), shuffle=True)
    view = its_type.review(item, layout, response, "en", reveal)
    return pages.get_template(f"items/{item.type}/review.html").render(q=view, number=3)


@EVERY_DOCUMENT
def test_every_response_survives_the_way_to_the_page_and_back(pages, document):
    item = parse_item(document)
    its_type = item_type(item.type)
    for sample in its_type.samples(item):
        if sample.fraction is None:
            continue
        response = its_type.read_response(item, sample.value)
        page, _html = take(pages, item, response)
        sent = FACES[item.type].response_from_form(page.fields, item, "q3")
        assert its_type.read_response(item, sent) == response


@EVERY_DOCUMENT
def test_a_question_is_a_labelled_group_with_unique_ids(pages, document):
    page, html = take(pages, parse_item(document), None)
    fieldset = next(values for tag, values in page.tags if tag == "fieldset")
    assert (fieldset["data-slot"], fieldset["data-type"]) == ("3", document["type"])
    assert [tag for tag, _values in page.tags][1] == "legend"
    assert len(page.ids) == len(set(page.ids))
    assert "q3" in page.ids
    assert all(control["name"].split(".")[0] == "q3" for control in page.controls)
    assert not any("style" in values or "onclick" in values for _tag, values in page.tags)
    for control in page.controls:
        if control.get("type") not in ("radio", "checkbox"):
            assert control["id"] in page.labelled
    assert "Hidden" not in html


@EVERY_DOCUMENT
def test_an_error_is_tied_to_its_question(pages, document):
    page, html = take(pages, parse_item(document), None, error="Not a <number>.")
    fieldset = next(values for tag, values in page.tags if tag == "fieldset")
    assert fieldset["aria-describedby"] == "q3-error"
    assert "Not a &lt;number&gt;." in html


@EVERY_DOCUMENT
def test_a_review_shows_feedback_and_key_only_when_they_may_be_seen(pages, document):
    item = parse_item(document)
    its_type = item_type(item.type)
    wrong = next(sample for sample in its_type.samples(item) if sample.kind == "wrong")
    response = its_type.read_response(item, wrong.value)
    for reveal in (Reveal(), Reveal(responses=True), Reveal(responses=True, feedback=True)):
        html = review(pages, item, response, reveal)
        assert "Right answer" not in html
        assert "Right order" not in html
        assert ("Hidden" in html) == reveal.feedback
        assert ("Wrong" in html) == reveal.feedback
    html = review(pages, item, response, Reveal(True, True, True))
    assert "Right answer" in html or "Right order" in html


@EVERY_DOCUMENT
def test_a_question_left_open_says_so_in_its_review(pages, document):
    html = review(pages, parse_item(document), None, Reveal(responses=True))
    assert "No answer" in html


def test_a_position_chosen_twice_is_refused_and_shown_again(pages):
    item = parse_item(next(d for d in DOCUMENTS if d["type"] == "ordering"))
    form = MultiDict({"q3.a": "1", "q3.b": "1", "q3.c": "", "q30.d": "2"})
    sent = FACES["ordering"].response_from_form(form, item, "q3")
    with pytest.raises(MalformedResponse, match="duplicate"):
        item_type("ordering").read_response(item, sent)
    page, _html = take(pages, item, sent)
    assert page.fields.to_dict() == {"q3.a": "1", "q3.b": "1"}


def test_a_number_that_cannot_be_read_is_shown_again_as_typed(pages):
    item = parse_item(next(d for d in DOCUMENTS if d["type"] == "numeric"))
    page, _html = take(pages, item, '1,000.5,2"><script>')
    assert page.fields["q3"] == '1,000.5,2"><script>'


def test_a_choice_can_be_taken_back_without_scripts(pages):
    item = parse_item(DOCUMENTS[0])
    page, _html = take(pages, item, "a")
    assert {"", "a", "b", "c"} == {control["value"] for control in page.controls}
    assert FACES["choice"].response_from_form(MultiDict({"q3": ""}), item, "q3") is None


def test_a_figure_has_its_words_with_or_without_its_picture(pages):
    item = parse_item(DOCUMENTS[0])
    _page, html = take(pages, item, None)
    assert "A trace with one tall peak." in html
    its_type = item_type("choice")
    q = its_type.question(item, its_type.draw_layout(item, random.Random(1), False), "en")
    q["figure"]["url"] = "/figures/1.svg"
    html = pages.get_template("items/choice/take.html").render(
        q=q, field="q3", value=None, number=None
    )
    assert '<img src="/figures/1.svg" alt="A trace with one tall peak.">' in html
