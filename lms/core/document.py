"""Reading plain documents (mappings, lists and texts) with errors that say where and why.

Items and quiz rules arrive as documents: from files, from forms, from imports. All of them are
read here, so that a mistake is reported the same way whatever its source: the path inside the
document ("options[2].text.fr"), a code, and the values a sentence about it needs.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from lms.core.text import Text

LONGEST_TEXT = 4_000
"""Characters of one sentence or paragraph; a stem longer than two screens is not a stem."""
LONGEST_SCALAR = 500

_IDENTIFIER = re.compile(r"[a-z0-9-]{1,64}")
_LANGUAGE = re.compile(r"(?=.{2,16}\Z)[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DECIMAL = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,15})?")
_COUNT = re.compile(r"[0-9]{1,6}")
_NEVER_WRITTEN = {"Cc", "Cs"}


class DocumentError(ValueError):
    """A document is not what it should be.

    `path` leads to the place ("" is the whole document), `code` is one of: missing, unknown_key,
    not_a_mapping, not_a_list, not_text, empty, too_long, bad_character, bad_identifier,
    bad_language, not_one_of, not_a_number, out_of_range, too_few, too_many, duplicate,
    unknown_reference, or one the reader of that document adds. `params` fills the sentence.
    """

    def __init__(self, path: str, code: str, **params: str | int) -> None:
        super().__init__(path, code, params)
        self.path = path
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = "".join(f", {name} {value}" for name, value in self.params.items())
        return f"{self.path or 'document'}: {self.code}{details}"


@dataclass(frozen=True, slots=True)
class Fields:
    """One mapping of a document, read key by key; every method raises `error` at its path."""

    content: Mapping[str, object]
    path: str
    error: type[DocumentError]

    @classmethod
    def of(
        cls,
        value: object,
        path: str,
        error: type[DocumentError],
        known: Collection[str],
    ) -> Fields:
        """The value as a mapping that holds no key but the known ones."""
        if not isinstance(value, Mapping):
            raise error(path, "not_a_mapping")
        fields = cls(value, path, error)
        for key in value:
            if key not in known:
                raise error(fields.at(str(key)[:64]), "unknown_key")
        return fields

    def at(self, key: str) -> str:
        """The path of a key of this mapping."""
        return f"{self.path}.{key}" if self.path else key

    def has(self, key: str) -> bool:
        """Whether the mapping holds the key."""
        return key in self.content

    def value(self, key: str) -> object:
        """Whatever stands under a key that must be there."""
        if key not in self.content:
            raise self.error(self.at(key), "missing")
        return self.content[key]

    def text(self, key: str, default: str | None = None) -> str:
        """A short scalar, not a sentence."""
        if default is not None and not self.has(key):
            return default
        return self.written(self.value(key), self.at(key), LONGEST_SCALAR)

    def texts(self, key: str) -> Text:
        """A text in at least one language."""
        path = self.at(key)
        value = self.value(key)
        if not isinstance(value, Mapping):
            raise self.error(path, "not_a_mapping")
        if not value:
            raise self.error(path, "empty")
        read = {}
        for language, sentence in value.items():
            if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
                raise self.error(f"{path}.{str(language)[:16]}", "bad_language")
            read[language] = self.written(sentence, f"{path}.{language}", LONGEST_TEXT)
        return read

    def texts_if_any(self, key: str) -> Text | None:
        """A text in several languages that may be left out."""
        return self.texts(key) if self.has(key) else None

    def identifier(self, key: str) -> str:
        """A name that never changes: small letters, digits and hyphens."""
        return self.named(self.value(key), self.at(key))

    def one_of(self, key: str, words: Collection[str], default: str | None = None) -> str:
        """One word of a closed list."""
        word = self.text(key, default)
        if word not in words:
            raise self.error(self.at(key), "not_one_of", expected=", ".join(words))
        return word

    def yes(self, key: str, default: str | None = None) -> bool:
        """The words "yes" and "no"."""
        return self.one_of(key, ("yes", "no"), default) == "yes"

    def decimal(self, key: str, default: str | None = None) -> Decimal:
        """A decimal number with a point, exactly as written."""
        text = self.text(key, default)
        if not _DECIMAL.fullmatch(text):
            raise self.error(self.at(key), "not_a_number")
        return Decimal(text)

    def fraction(self, key: str, default: str | None = None) -> Fraction:
        """A decimal number with a point, as an exact fraction."""
        return Fraction(self.decimal(key, default))

    def count(self, key: str, least: int = 1) -> int:
        """A whole number of things."""
        text = self.text(key)
        if not _COUNT.fullmatch(text):
            raise self.error(self.at(key), "not_a_number")
        if int(text) < least:
            raise self.error(self.at(key), "out_of_range", least=least)
        return int(text)

    def entries(self, key: str, least: int, most: int) -> list[tuple[str, object]]:
        """The entries of a list, each with its path."""
        path = self.at(key)
        value = self.value(key)
        if not isinstance(value, Sequence) or isinstance(value, str | bytes):
            raise self.error(path, "not_a_list")
        if len(value) < least:
            raise self.error(path, "too_few", least=least, found=len(value))
        if len(value) > most:
            raise self.error(path, "too_many", most=most, found=len(value))
        return [(f"{path}[{place}]", entry) for place, entry in enumerate(value)]

    def identifiers(self, key: str, least: int, most: int) -> tuple[str, ...]:
        """A list of identifiers, none of them twice."""
        read: list[str] = []
        for path, entry in self.entries(key, least, most):
            name = self.named(entry, path)
            if name in read:
                raise self.error(path, "duplicate", name=name)
            read.append(name)
        return tuple(read)

    def named(self, value: object, path: str) -> str:
        """A value that must be an identifier."""
        if not isinstance(value, str):
            raise self.error(path, "not_text")
        if not _IDENTIFIER.fullmatch(value):
            raise self.error(path, "bad_identifier")
        return value

    def written(self, value: object, path: str, longest: int) -> str:
        """A value that must be a text somebody could have written by hand."""
        if not isinstance(value, str):
            raise self.error(path, "not_text")
        if not value.strip():
            raise self.error(path, "empty")
        if len(value) > longest:
            raise self.error(path, "too_long", most=longest, found=len(value))
        if any(unicodedata.category(c) in _NEVER_WRITTEN and c != "\n" for c in value):
            raise self.error(path, "bad_character")
        return value
