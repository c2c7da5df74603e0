"""True or false on the page: two radio buttons."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class TrueFalseFace:
    """Reads `q3` = "true"."""

    type_name = "true_false"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The word chosen."""
        return form.get(field) or None
