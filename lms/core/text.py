"""A short text that stands side by side in several languages, and how one of them is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

Text: TypeAlias = Mapping[str, str]
"""Language tag (BCP 47: "en", "fr", "pt") -> the sentence in that language."""

FALLBACK = ("en", "fr", "pt")


def language_of(text: Text, language: str) -> str:
    """The tag of the language in which `pick` will give the text; "" for an empty text.

    Tried in turn: the language asked for, the same without its region ("pt-BR" -> "pt"), another
    region of it, the languages of `FALLBACK`, then whatever there is, in the order of the tags.
    A page marks a text that fell back with this tag, so that it is read aloud properly.
    """
    base = language.split("-")[0]
    regions = sorted(tag for tag in text if tag.split("-")[0] == base)
    for tag in (language, base, *regions, *FALLBACK, *sorted(text)):
        if text.get(tag):
            return tag
    return ""


def pick(text: Text, language: str) -> str:
    """The sentence in the language asked for, or in the nearest one there is."""
    return text.get(language_of(text, language), "")
