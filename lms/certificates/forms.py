"""What strangers type and coordinators say."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import Form, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

_LONGEST_TYPED = 4_000


class VerifyForm(Form):  # type: ignore[misc]
    """Asks about a certificate. It only leads to an address, so it is sent with GET."""

    certificate = StringField(
        lazy_gettext("Code, certificate number or scanned address"),
        [
            InputRequired(lazy_gettext("Type what is printed on the certificate.")),
            Length(
                max=_LONGEST_TYPED, message=lazy_gettext("This is longer than any code or address.")
            ),
        ],
    )


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why a certificate's status is changed."""

    reason = TextAreaField(
        lazy_gettext("Reason"),
        [
            InputRequired(lazy_gettext("Say why: the reason is kept in the history.")),
            Length(min=5, max=1_000, message=lazy_gettext("Write between 5 and 1,000 characters.")),
        ],
    )
