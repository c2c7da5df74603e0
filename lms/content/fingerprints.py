"""What makes two versions the same: SHA-256 over one canonical JSON form.

The order of keys and the layout of a file never matter; every word and every key of an answer
does. An item has a fingerprint for its structure and key, one for the texts of each language,
and one for the whole, so that a corrected French sentence leaves the review of the others alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from lms.content.shapes import Items, Record, Records, Shape, Texts, entry_shape, item_shape
from lms.content.strict_yaml import Value

TRANSLATES_DIGITS = 12


@dataclass(frozen=True, slots=True)
class ItemFingerprints:
    """SHA-256 in hexadecimal digits. `texts` is keyed by language tag."""

    structure: str
    texts: Mapping[str, str]
    version: str


def canonical_json(value: object) -> bytes:
    """The value as JSON in one form only: keys sorted, no spaces, UTF-8."""
    text = json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )
    return text.encode("utf-8")


def of_value(value: object) -> str:
    """The fingerprint of any JSON-able value: of a bank's, course's or quiz's document."""
    return of_bytes(canonical_json(value))


def of_bytes(source: bytes) -> str:
    """The fingerprint of a file: of a lesson's text or a picture."""
    return hashlib.sha256(source).hexdigest()


def of_item(content: Mapping[str, Value], picture: str = "") -> ItemFingerprints:
    """The fingerprints of an item document.

    `picture` is the fingerprint of the file its figure shows: another picture is another item.
    Texts are known by the ids around them, so that the same sentences in another order of
    options change the structure and no language.
    """
    texts: dict[str, dict[str, str]] = {}
    structure = _without_texts(dict(content), item_shape(content), "", texts)
    structure_print = of_value({"item": structure, "picture": picture})
    text_prints = {language: of_value(sentences) for language, sentences in texts.items()}
    version = of_value({"structure": structure_print, "texts": text_prints})
    return ItemFingerprints(structure_print, dict(sorted(text_prints.items())), version)


def translates(english: bytes) -> str:
    """What a translation notes about the English file it follows."""
    return of_bytes(english)[:TRANSLATES_DIGITS]


def _without_texts(
    value: Value, shape: Shape, path: str, texts: dict[str, dict[str, str]]
) -> object:
    """The value with a mark where a text stood; the texts go to `texts`, by language and path."""
    if isinstance(shape, Texts) and isinstance(value, dict):
        for language, sentence in value.items():
            texts.setdefault(language, {})[path] = str(sentence)
        return {"text": True}
    if isinstance(shape, Record) and isinstance(value, dict):
        return {
            key: _without_texts(entry, shape.fields[key], f"{path}.{key}", texts)
            if key in shape.fields
            else entry
            for key, entry in value.items()
        }
    if isinstance(shape, Records | Items) and isinstance(value, list):
        return [
            _without_texts(entry, entry_shape(shape, entry), f"{path}.{_name(entry, place)}", texts)
            for place, entry in enumerate(value)
        ]
    return value


def _name(entry: Value, place: int) -> str:
    return str(entry["id"]) if isinstance(entry, dict) and "id" in entry else f"[{place}]"
