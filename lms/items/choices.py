"""Choices on the page: one checkbox for each option."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class ChoicesFace:
    """Reads `q3` = "a", `q3` = "c"."""

    type_name = "choices"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The ids of the options picked."""
        picked: list[JsonValue] = [*sorted(form.getlist(field))]
        return picked or None
