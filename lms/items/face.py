"""What the web needs to know of an item type: its templates, and how its form fields are read."""

from __future__ import annotations

from typing import Protocol

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class Face(Protocol):
    """The web face of one item type.

    Its templates are `items/<type_name>/take.html` and `review.html`. `take.html` is included with
    `q` (the question view), `field` ("q3", after the slot), `value` (the current JSON value or
    none), `number` (the question's number on the page) and perhaps `error` (a sentence);
    `review.html` with `q` (the review view) and `number`.
    """

    @property
    def type_name(self) -> str:
        """The item type this is the face of."""

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The JSON value of a posted form, unchecked: the item type's `read_response` checks it.

        `field` is the prefix of the item's fields. None where nothing was entered.
        """
