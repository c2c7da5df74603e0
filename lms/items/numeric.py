"""Numeric on the page: a text field that brings up the number pad."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class NumericFace:
    """Reads `q3` = "1001,5"."""

    type_name = "numeric"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The text as typed, so that a mistake can be shown back as it was made."""
        return form.get(field, "").strip() or None
