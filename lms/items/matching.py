"""Matching on the page: a menu of matches for each prompt."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from lms.core.items.base import Item, JsonValue


class MatchingFace:
    """Reads `q3.p1` = "m2", `q3.p2` = "m1"."""

    type_name = "matching"

    def response_from_form(self, form: MultiDict[str, str], item: Item, field: str) -> JsonValue:
        """The match chosen for each prompt; prompts left open are left out."""
        return fields_under(form, field) or None


def fields_under(form: MultiDict[str, str], field: str) -> dict[str, JsonValue]:
    """The fields of a form named "q3.something", by that something, where they are filled."""
    prefix = f"{field}."
    return {
        name.removeprefix(prefix): value
        for name, value in form.items()
        if name.startswith(prefix) and value
    }
