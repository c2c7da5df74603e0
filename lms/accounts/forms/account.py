"""The forms of one's own account."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length

from lms.accounts.forms.email import is_address
from lms.accounts.forms.fields import (
    current_password_field,
    display_name_field,
    language_field,
    new_password_field,
    required,
    time_zone_field,
)


class ProfileForm(FlaskForm):  # type: ignore[misc]
    """How one is called and how pages are shown."""

    display_name = display_name_field()
    language = language_field()
    time_zone = time_zone_field()
    theme = RadioField(
        lazy_gettext("Appearance"),
        choices=[
            SelectChoice("", lazy_gettext("As the device")),
            SelectChoice("light", lazy_gettext("Light")),
            SelectChoice("dark", lazy_gettext("Dark")),
        ],
    )


class PasswordForm(FlaskForm):  # type: ignore[misc]
    """The password so far, and the new one."""

    current_password = current_password_field()
    new_password = new_password_field()


class EmailForm(FlaskForm):  # type: ignore[misc]
    """A new address."""

    email = StringField(
        lazy_gettext("New e-mail address"),
        [required(lazy_gettext("Enter the new address.")), Length(max=254), is_address],
    )
    current_password = current_password_field()


class SetUpForm(FlaskForm):  # type: ignore[misc]
    """The app's first code. The secret travels sealed, until the code proves it arrived."""

    sealed = HiddenField()
    code = StringField(
        lazy_gettext("Code from the app"),
        [required(lazy_gettext("Enter the six digits your app shows.")), Length(max=20)],
    )


class ConfirmForm(FlaskForm):  # type: ignore[misc]
    """That it is still the same person."""

    current_password = current_password_field()
