"""The links at the top of each page: what this person may open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import LazyString

from lms.core.access import Permission, Role, may
from lms.web.request import actor


@dataclass(frozen=True, slots=True)
class Entry:
    """One place of the site; shown to those who have the permission (and role, if any)."""

    endpoint: str
    label: LazyString
    permission: Permission
    blueprints: tuple[str, ...]
    """Where the reader is when this entry is current."""
    roles: tuple[Role, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """An entry as the page shows it."""

    label: str
    url: str
    current: bool


def links(entries: Sequence[Entry]) -> list[Link]:
    """The entries this person may open."""
    here, who = request.blueprint, actor()
    return [
        Link(str(entry.label), url_for(entry.endpoint), here in entry.blueprints)
        for entry in entries
        if may(who, entry.permission) and (not entry.roles or who.has_role(*entry.roles))
    ]
