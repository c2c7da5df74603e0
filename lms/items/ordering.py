"""Ordering on the page: a menu of positions for each option."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue
from lms.items.matching import fields_under


class OrderingFace:
    """Reads `q3.a` = "2", `q3.b` = "1", `q3.c` = "3"."""

    type_name = "ordering"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The position of each option as typed; `read_response` makes the list of it.

        So a position chosen twice can be refused and shown back exactly as it was chosen.
        """
        return fields_under(form, field) or None
