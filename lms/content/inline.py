"""The short texts of items: emphasis and `code`, nothing else, and never HTML of their own."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_TAGS = {"em", "strong", "code", "br"}

# Links and pictures are parsed as such only to be found and reported; they show as written.
_WRITTEN = MarkdownIt("zero", {"html": False}).enable(
    ["emphasis", "backticks", "escape", "newline"]
)
_SUSPECTED = MarkdownIt("commonmark", {"html": True})


@lru_cache(maxsize=4096)
def html(source: str) -> str:
    """The text as HTML with no tags but em, strong, code and br; safe whatever the source."""
    rendered: str = _WRITTEN.renderInline(source)
    return nh3.clean(rendered, tags=_TAGS, attributes={}, url_schemes=set(), link_rel=None)


@lru_cache(maxsize=4096)
def plain(source: str) -> str:
    """The text without its marks, for titles, alternative texts and exports."""
    return "".join(_texts(_WRITTEN.parseInline(source)))


def faults(source: str) -> list[tuple[str, str]]:
    """What an item's text may not hold: codes of problems, each with what was found."""
    found = []
    for token in _SUSPECTED.parseInline(source)[0].children or []:
        if token.type == "html_inline":
            found.append(("raw_html", token.content))
        if token.type in ("link_open", "image"):
            found.append(("link_in_item", token.content))
    return found


def _texts(tokens: Sequence[Token]) -> list[str]:
    texts = []
    for token in tokens:
        if token.children is not None:
            texts += _texts(token.children)
        elif token.type in ("softbreak", "hardbreak"):
            texts.append(" ")
        else:
            texts.append(token.content)
    return texts
