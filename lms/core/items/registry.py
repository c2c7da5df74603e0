"""The list of item types; a new type adds one line here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from lms.core.items.base import Item, ItemError, ItemType
from lms.core.items.choice import Choice
from lms.core.items.choices import Choices
from lms.core.items.matching import Matching
from lms.core.items.numeric import Numeric
from lms.core.items.ordering import Ordering
from lms.core.items.true_false import TrueFalse

_ALL: tuple[ItemType[Any, Any], ...] = (
    Choice(),
    Choices(),
    TrueFalse(),
    Numeric(),
    Matching(),
    Ordering(),
)

TYPES: Mapping[str, ItemType[Any, Any]] = {item_type.name: item_type for item_type in _ALL}


def item_type(name: str) -> ItemType[Any, Any]:
    """The type of that name; `ItemError` (unknown_type) where there is none."""
    if name not in TYPES:
        raise ItemError("type", "unknown_type", name=name[:64])
    return TYPES[name]


def parse_item(content: Mapping[str, object]) -> Item:
    """The item of a document, whatever its type; `ItemError` where it is not a proper one."""
    if not isinstance(content, Mapping):
        raise ItemError("", "not_a_mapping")
    name = content.get("type")
    if name is None:
        raise ItemError("type", "missing")
    if not isinstance(name, str):
        raise ItemError("type", "not_text")
    item: Item = item_type(name).parse(content)
    return item
