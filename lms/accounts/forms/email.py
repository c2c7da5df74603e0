"""Checking that an e-mail address can be one. Letters alone prove that it is someone's."""

from __future__ import annotations

from email_validator import EmailNotValidError, validate_email
from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import StringField, ValidationError


def is_address(form: FlaskForm, field: StringField) -> None:
    """An address a letter can be sent to, on one line."""
    if not field.data:
        return
    try:
        validate_email(field.data.strip(), check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        raise ValidationError(
            lazy_gettext("Enter an e-mail address like name@example.org.")
        ) from None
