"""Fields that several forms of accounts share."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import PasswordField, SelectField, StringField, ValidationError
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, Optional

from lms.accounts.refusals import Refusal, Refused
from lms.accounts.words import REFUSALS
from lms.accounts.zones import zone_choices
from lms.web.languages import LANGUAGES, current_locale

_LONGEST_PASSWORD_TYPED = 4_096
_FIELDS: Mapping[Refusal, tuple[str, ...]] = {
    Refusal.EMAIL_TAKEN: ("email",),
    Refusal.NUMBER_TAKEN: ("staff_number",),
    Refusal.SLUG_TAKEN: ("slug",),
    Refusal.UNREACHABLE: ("email",),
    Refusal.WRONG_PASSWORD: ("current_password",),
    Refusal.PASSWORD_SHORT: ("new_password",),
    Refusal.PASSWORD_LONG: ("new_password",),
    Refusal.PASSWORD_COMMON: ("new_password",),
    Refusal.PASSWORD_OWN_NAME: ("new_password",),
    Refusal.WRONG_CODE: ("code",),
}


def put_back(form: FlaskForm, refused: Refused) -> None:
    """Say why a form was refused: at the field it is about, else at the top."""
    message = str(REFUSALS[refused.reason])
    for name in _FIELDS.get(refused.reason, ()):
        if name in form:
            form[name].errors = [*form[name].errors, message]
            return
    form.form_errors = [*form.form_errors, message]


def required(message: LazyString) -> InputRequired:
    """Something must be entered. Spaces alone are nothing."""
    return InputRequired(message)


def display_name_field() -> StringField:
    """The name that pages and certificates carry."""
    return StringField(
        lazy_gettext("Name, as it is printed"),
        [
            required(lazy_gettext("Enter the name.")),
            at_most(200),
            says_something,
        ],
    )


def language_field() -> SelectField:
    """One of the interface's languages."""
    choices = [SelectChoice(tag, name) for tag, name in LANGUAGES.items()]
    return SelectField(lazy_gettext("Language"), choices=choices)


def time_zone_field() -> SelectField:
    """One of the world's time zones, by city."""
    return SelectField(lazy_gettext("Time zone"), choices=lambda: zone_choices(current_locale()))


def new_password_field() -> PasswordField:
    """A password to be set. Whether it is good enough the service says."""
    return PasswordField(
        lazy_gettext("New password"),
        [
            required(lazy_gettext("Enter a new password.")),
            Length(max=_LONGEST_PASSWORD_TYPED, message=REFUSALS[Refusal.PASSWORD_LONG]),
        ],
    )


def current_password_field() -> PasswordField:
    """The password so far, to show that it is still the same person."""
    return PasswordField(
        lazy_gettext("Current password"),
        [
            required(lazy_gettext("Enter your current password.")),
            Length(max=_LONGEST_PASSWORD_TYPED, message=REFUSALS[Refusal.WRONG_PASSWORD]),
        ],
    )


def reason_validators() -> list[object]:
    """A reason is kept in the log for years: it must be there, and be short."""
    return [
        required(lazy_gettext("Say why: the reason is kept in the audit log.")),
        at_most(500),
        says_something,
    ]


def short_line(most: int) -> list[object]:
    """Validators of a line that may stay empty."""
    return [Optional(), at_most(most)]


def at_most(most: int) -> Length:
    """No more than so many characters."""
    return Length(max=most, message=lazy_gettext("Use at most %(most)d characters.", most=most))


def says_something(form: FlaskForm, field: StringField) -> None:
    """More than spaces."""
    if field.data is not None and not field.data.strip():
        raise ValidationError(lazy_gettext("Enter more than spaces."))
