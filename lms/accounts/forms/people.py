"""The forms of administrators."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
    ValidationError,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, NumberRange

from lms.accounts.forms.email import is_address
from lms.accounts.forms.fields import (
    at_most,
    display_name_field,
    language_field,
    reason_validators,
    required,
    short_line,
    time_zone_field,
)
from lms.accounts.services.organisations import OrganisationData
from lms.accounts.services.people import PersonData
from lms.accounts.words import KINDS, ROLES, STATES
from lms.core.access import Role
from lms.web.languages import LANGUAGES

_SLUG = re.compile("[a-z0-9]+(-[a-z0-9]+)*")


class PersonForm(FlaskForm):  # type: ignore[misc]
    """What is known of a person."""

    display_name = display_name_field()
    given_names = StringField(lazy_gettext("Given names"), short_line(200))
    family_name = StringField(lazy_gettext("Family name"), short_line(200))
    email = StringField(lazy_gettext("E-mail address"), [*short_line(254), is_address])
    staff_number = StringField(lazy_gettext("Staff number"), short_line(64))
    language = language_field()
    time_zone = time_zone_field()
    accommodation_percent = IntegerField(
        lazy_gettext("Extra time, in percent"),
        [NumberRange(0, 300, lazy_gettext("Enter a whole number from 0 to 300."))],
        default=0,
    )

    def values(self, organisation_id: int) -> PersonData:
        """What was entered."""
        return PersonData(
            organisation_id=organisation_id,
            display_name=self.display_name.data,
            given_names=self.given_names.data or "",
            family_name=self.family_name.data or "",
            email=self.email.data,
            staff_number=self.staff_number.data,
            language=self.language.data,
            time_zone=self.time_zone.data,
            accommodation_percent=self.accommodation_percent.data,
        )


class NewPersonForm(PersonForm):
    """The same for someone new, with the first role."""

    organisation = SelectField(lazy_gettext("Organisation"), coerce=int)
    role = SelectField(
        lazy_gettext("Role in this organisation"),
        choices=[SelectChoice(role.value, ROLES[role]) for role in Role],
    )
    send_invitation = BooleanField(
        lazy_gettext("Send an invitation to the e-mail address"), default=True
    )


class GrantForm(FlaskForm):  # type: ignore[misc]
    """A role, and how far it reaches."""

    role = SelectField(
        lazy_gettext("Role"), choices=[SelectChoice(role.value, ROLES[role]) for role in Role]
    )
    scope = SelectField(lazy_gettext("Reaches"))


class ReasonForm(FlaskForm):  # type: ignore[misc]
    """Why."""

    reason = TextAreaField(lazy_gettext("Reason"), reason_validators())


class SearchForm(FlaskForm):  # type: ignore[misc]
    """Narrows the list of people; sent with GET."""

    class Meta:
        """Reads the address, which needs no token."""

        csrf = False

    q = StringField(lazy_gettext("Name, e-mail or staff number"))
    organisation = SelectField(lazy_gettext("Organisation"), validate_choice=False)
    role = SelectField(
        lazy_gettext("Role"),
        choices=[
            SelectChoice("", lazy_gettext("All")),
            *(SelectChoice(role.value, ROLES[role]) for role in Role),
        ],
        validate_choice=False,
    )
    state = SelectField(
        lazy_gettext("State"),
        choices=[
            SelectChoice("", lazy_gettext("All")),
            *(SelectChoice(state, word) for state, word in STATES.items()),
        ],
        validate_choice=False,
    )


def _in_some_language(form: OrganisationForm, field: StringField) -> None:
    """One language is enough, none is not."""
    if not form.names():
        raise ValidationError(lazy_gettext("Enter the name in at least one language."))


class OrganisationForm(FlaskForm):  # type: ignore[misc]
    """What is known of an organisation."""

    name_en = StringField(lazy_gettext("Name in English"), [at_most(200), _in_some_language])
    name_fr = StringField(lazy_gettext("Name in French"), short_line(200))
    name_pt = StringField(lazy_gettext("Name in Portuguese"), short_line(200))
    kind = SelectField(
        lazy_gettext("Kind"), choices=[SelectChoice(kind, word) for kind, word in KINDS.items()]
    )
    country = SelectField(lazy_gettext("Country"))
    time_zone = time_zone_field()
    language = language_field()
    requires_second_factor = BooleanField(
        lazy_gettext("Trainers, coordinators and administrators must sign in with a second step")
    )

    def __init__(self, countries: Sequence[SelectChoice], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.country.choices = [SelectChoice("", lazy_gettext("None")), *countries]

    def names(self) -> dict[str, str]:
        """The name in the languages in which it was entered."""
        entered = {tag: (self[f"name_{tag}"].data or "").strip() for tag in LANGUAGES}
        return {tag: name for tag, name in entered.items() if name}

    def values(self, slug: str) -> OrganisationData:
        """What was entered."""
        return OrganisationData(
            slug=slug,
            name=self.names(),
            kind=self.kind.data,
            country=self.country.data or None,
            time_zone=self.time_zone.data,
            language=self.language.data,
            requires_second_factor=self.requires_second_factor.data,
        )


class NewOrganisationForm(OrganisationForm):
    """The same for a new one, with the short name it keeps."""

    slug = StringField(
        lazy_gettext("Short name"),
        [required(lazy_gettext("Enter a short name.")), Length(max=64)],
    )

    def validate_slug(self, field: StringField) -> None:
        """It stands in addresses and before staff numbers."""
        if not _SLUG.fullmatch(field.data):
            raise ValidationError(
                lazy_gettext("Use small letters, digits and hyphens, like “customs-example”.")
            )
