"""Reading what browsers send: a script's changes, or a page of questions as a form."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.datastructures import MultiDict

from lms.core.items.base import JsonValue
from lms.items.registry import FACES
from lms.quizzes.services.save import Change
from lms.quizzes.sheet import FLAG, RESPONSE, Question

MOST_CHANGES = 100
"""In one request; a script with more sends them one after the other."""
MOST_VALUE = 4_000
"""Characters of one value, written as JSON."""
MOST_DEPTH = 3
_MOST_NUMBER = 2**53 - 1
_MOST_SLOTS = 10_000
_CLIENT = re.compile(r"[A-Za-z0-9-]{8,36}")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,2}")


class BadChange(ValueError):
    """What no page of ours could have sent."""


def read_changes(sent: object) -> list[Change]:
    """The changes of a script: {"events": [{client_id, client_seq, slot, kind, value, ...}]}.

    None at all is no mistake: that only asks how the attempt stands. Raises `BadChange`.
    """
    events = sent.get("events") if isinstance(sent, Mapping) else None
    if not isinstance(events, list) or len(events) > MOST_CHANGES:
        raise BadChange("events")
    return [_read_change(event) for event in events]


def read_page(
    form: MultiDict[str, str], questions: Iterable[Question]
) -> tuple[dict[tuple[int, str], JsonValue], dict[tuple[int, str], int]]:
    """The values that a page of questions came back with, and the events it had shown.

    Both by slot and kind. Raises `BadChange`.
    """
    wanted: dict[tuple[int, str], JsonValue] = {}
    bases: dict[tuple[int, str], int] = {}
    for question in questions:
        number, field = question.number, question.field
        value = FACES[question.item.type].response_from_form(form, question.item, field)
        wanted[number, RESPONSE] = _bounded(value)
        wanted[number, FLAG] = f"flag{number}" in form
        bases[number, RESPONSE] = _typed_number(form.get(f"rev{number}", "0"))
        bases[number, FLAG] = _typed_number(form.get(f"flagrev{number}", "0"))
    return wanted, bases


def read_client(form: MultiDict[str, str]) -> str:
    """The name of the page that a form was sent from. Raises `BadChange`."""
    client_id = form.get("client_id", "")
    if not _CLIENT.fullmatch(client_id):
        raise BadChange("client_id")
    return client_id


def _read_change(event: object) -> Change:
    if not isinstance(event, Mapping):
        raise BadChange("event")
    kind, value = event.get("kind"), event.get("value")
    if kind not in (RESPONSE, FLAG) or (kind == FLAG and not isinstance(value, bool)):
        raise BadChange("kind")
    elapsed = event.get("elapsed_ms")
    return Change(
        client_id=_text(event, "client_id", _CLIENT),
        client_seq=_number(event.get("client_seq"), 1, _MOST_NUMBER),
        slot=_number(event.get("slot"), 1, _MOST_SLOTS),
        kind=kind,
        value=_bounded(value),
        base_rev=_number(event.get("base_rev"), 0, _MOST_NUMBER),
        language=_text(event, "language", _LANGUAGE),
        elapsed_ms=None if elapsed is None else _number(elapsed, 0, _MOST_NUMBER),
    )


def _text(event: Mapping[str, object], name: str, shape: re.Pattern[str]) -> str:
    value = event.get(name)
    if not isinstance(value, str) or not shape.fullmatch(value):
        raise BadChange(name)
    return value


def _number(value: object, least: int, most: int) -> int:
    if type(value) is not int or not least <= value <= most:
        raise BadChange("number")
    return value


def _typed_number(typed: str) -> int:
    if not typed.isascii() or not typed.isdigit() or len(typed) > 15:
        raise BadChange("number")
    return int(typed)


def _bounded(value: Any) -> JsonValue:
    """The value, if it is small, flat and made of what every database can keep."""
    if not _is_plain(value, MOST_DEPTH) or len(json.dumps(value)) > MOST_VALUE:
        raise BadChange("value")
    kept: JsonValue = value
    return kept


def _is_plain(value: object, depth: int) -> bool:
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    if isinstance(value, float):
        return math.isfinite(value)
    if value is None or isinstance(value, bool):
        return True
    if isinstance(value, int):
        return abs(value) <= _MOST_NUMBER
    if depth == 0:
        return False
    if isinstance(value, list):
        return all(_is_plain(part, depth - 1) for part in value)
    return isinstance(value, dict) and all(
        _is_plain(name, 0) and _is_plain(part, depth - 1) for name, part in value.items()
    )
