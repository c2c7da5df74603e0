"""The form macros tie label, hint and error to their field, whatever the field."""

from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from tinyhtml5 import parse
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    FormField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

TEMPLATES = Path(__file__).parents[3] / "templates"
CHOICES = [SelectChoice("a", "First"), SelectChoice("b", "<Second>")]
SIMPLE = ["name", "secret", "note", "language", "agree"]


class Part(Form):
    line = StringField("Line", [InputRequired("Enter a line.")])


class Sample(Form):
    name = StringField("Name", [InputRequired("Enter a <name>.")])
    secret = PasswordField("Password", [InputRequired("Enter a password.")])
    note = TextAreaField("Note", [InputRequired("Write a note.")])
    language = SelectField("Language", [InputRequired("Choose one.")], choices=CHOICES)
    agree = BooleanField("Agree", [InputRequired("Tick this.")])
    role = RadioField("Role", [InputRequired("Choose a role.")], choices=CHOICES)
    several = SelectMultipleField(
        "Several",
        [InputRequired("Choose some.")],
        choices=CHOICES,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    part = FormField(Part)
    lines = FieldList(StringField("Entry", [InputRequired("Enter it.")]), min_entries=2)
    remark = StringField("Remark", [Optional()])


@pytest.fixture(scope="module")
def macros():
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {"_": lambda text: text, "csrf_token": lambda: "token"}
    return environment.get_template("components/form.html").module


@pytest.fixture
def wrong():
    form = Sample(MultiDict())
    assert not form.validate()
    form.form_errors.append("These do not fit <together>.")
    return form


def elements(html):
    root = parse(str(html), namespace_html_elements=False)
    return [(node, dict(node.attrib)) for node in root.iter() if isinstance(node.tag, str)]


def words(node):
    return " ".join("".join(node.itertext()).split())


def by_id(found, wanted):
    return next(node for node, values in found if values.get("id") == wanted)


@pytest.mark.parametrize("name", SIMPLE)
def test_a_wrong_field_names_itself_its_hint_and_its_error(macros, wrong, name):
    found = elements(macros.field(wrong[name], "A hint."))
    control = by_id(found, name)
    assert words(next(node for node, values in found if values.get("for") == name))
    assert control.get("aria-invalid") == "true"
    told = [words(by_id(found, told)) for told in control.get("aria-describedby").split()]
    assert told == ["A hint.", wrong[name].errors[0]]


@pytest.mark.parametrize("name", ["role", "several"])
def test_a_wrong_group_of_options_is_a_described_fieldset(macros, wrong, name):
    found = elements(macros.field(wrong[name], "A hint."))
    group = by_id(found, name)
    assert group.tag == "fieldset"
    assert words(group.find("legend")) == wrong[name].label.text
    told = [words(by_id(found, told)) for told in group.get("aria-describedby").split()]
    assert told == ["A hint.", wrong[name].errors[0]]
    labels = [words(node) for node, _values in found if node.tag == "label"]
    assert labels == ["First", "<Second>"]


def test_a_field_that_is_right_claims_nothing(macros):
    control = by_id(elements(macros.field(Sample().name)), "name")
    assert {"aria-invalid", "aria-describedby", "required"}.isdisjoint(control.attrib)


def test_only_a_field_that_may_stay_empty_is_called_optional(macros):
    form = Sample()
    assert "(optional)" in macros.field(form.remark)
    assert "(optional)" not in macros.field(form.name)


def test_attributes_given_reach_the_control(macros):
    control = by_id(elements(macros.field(Sample().name, autocomplete="username")), "name")
    assert control.get("autocomplete") == "username"


def test_each_error_of_the_summary_leads_to_a_control_of_the_form(macros, wrong):
    page = "".join(str(macros.field(part)) for part in wrong)
    controls = {
        values["id"]
        for node, values in elements(page)
        if node.tag in ("input", "select", "textarea") and "id" in values
    }
    summary = elements(macros.errors(wrong))
    links = [values["href"][1:] for node, values in summary if node.tag == "a"]
    assert len(links) == len(set(links)) == 10
    assert set(links) <= controls
    assert "These do not fit <together>." in words(by_id(summary, "error-summary"))


def test_a_form_without_errors_has_no_summary(macros):
    assert not macros.errors(Sample()).strip()


def test_a_post_button_carries_its_token_and_fields(macros):
    html = macros.post_button("/act?a=1&b=2", "Do <it>", fields={"n": '"1"'})
    found = elements(html)
    form = next(values for node, values in found if node.tag == "form")
    assert (form["method"], form["action"]) == ("post", "/act?a=1&b=2")
    sent = {values["name"]: values["value"] for node, values in found if node.tag == "input"}
    assert sent == {"csrf_token": "token", "n": '"1"'}
    assert words(next(node for node, _values in found if node.tag == "button")) == "Do <it>"
