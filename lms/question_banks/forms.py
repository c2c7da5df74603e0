"""What items of a bank are looked for."""

from __future__ import annotations

from flask_babel import lazy_gettext
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.validators import Length

from lms.core.items.registry import TYPES
from lms.items.names import TYPE_NAMES
from lms.question_banks.models import DRAFT, IN_REVIEW, PUBLISHED, RETIRED
from lms.question_banks.queries import Filters

STATE_NAMES = {
    DRAFT: lazy_gettext("Draft"),
    IN_REVIEW: lazy_gettext("In review"),
    PUBLISHED: lazy_gettext("Published"),
    RETIRED: lazy_gettext("Retired"),
}


class FilterForm(FlaskForm):  # type: ignore[misc]
    """Stands above the list of a bank's items; sent by GET, so it needs no token."""

    class Meta:
        """It changes nothing."""

        csrf = False

    q = StringField(lazy_gettext("Search"), [Length(max=100)])
    objective = SelectField(lazy_gettext("Objective"), default="")
    type = SelectField(lazy_gettext("Type"), default="")
    state = SelectField(lazy_gettext("State"), default="")

    def offer(self, objectives: list[str]) -> None:
        """Fill the menus."""
        self.objective.choices = [("", lazy_gettext("All")), *((one, one) for one in objectives)]
        types = [(name, TYPE_NAMES[name]) for name in TYPES]
        self.type.choices = [("", lazy_gettext("All")), *types]
        self.state.choices = [("", lazy_gettext("All but retired")), *STATE_NAMES.items()]

    @property
    def filters(self) -> Filters:
        """What was asked for; what is no choice is left out."""
        if not self.validate():
            return Filters()
        return Filters(
            search=(self.q.data or "").strip(),
            objective=self.objective.data or "",
            type=self.type.data or "",
            state=self.state.data or "",
        )
