"""Choice on the page: one radio button for each option."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class ChoiceFace:
    """Reads `q3` = "b"."""

    type_name = "choice"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The id of the option chosen."""
        return form.get(field) or None
