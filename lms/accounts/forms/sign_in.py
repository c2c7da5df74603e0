"""The forms of people who are not signed in yet."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import Length

from lms.accounts.forms.fields import (
    display_name_field,
    language_field,
    new_password_field,
    required,
    time_zone_field,
)

_LONGEST = 4_096


def _login_field() -> StringField:
    return StringField(
        lazy_gettext("E-mail or staff number"),
        [
            required(lazy_gettext("Enter your e-mail address or staff number.")),
            Length(max=_LONGEST),
        ],
    )


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Who, and the proof."""

    next = HiddenField()
    login = _login_field()
    password = PasswordField(
        lazy_gettext("Password"),
        [required(lazy_gettext("Enter your password.")), Length(max=_LONGEST)],
    )


class CodeForm(FlaskForm):  # type: ignore[misc]
    """The same, with a code from paper."""

    login = _login_field()
    code = StringField(
        lazy_gettext("One-time code"),
        [required(lazy_gettext("Enter the code from your sheet.")), Length(max=_LONGEST)],
    )


class SecondFactorForm(FlaskForm):  # type: ignore[misc]
    """Six digits from the app, or a recovery code."""

    next = HiddenField()
    code = StringField(
        lazy_gettext("Code"),
        [required(lazy_gettext("Enter the code from your app.")), Length(max=200)],
    )


class ForgottenPasswordForm(FlaskForm):  # type: ignore[misc]
    """Whose password was forgotten."""

    login = _login_field()


class NewPasswordForm(FlaskForm):  # type: ignore[misc]
    """The password behind a link or a code."""

    new_password = new_password_field()


class InvitationForm(FlaskForm):  # type: ignore[misc]
    """What an invited person says of themselves."""

    display_name = display_name_field()
    language = language_field()
    time_zone = time_zone_field()
    new_password = new_password_field()
