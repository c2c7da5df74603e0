"""Every word of the interface is there in English, French and Portuguese."""

import re
import tomllib
from collections import Counter

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from tests.house.sources import ROOT

KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
LAZY = {"lazy_gettext": None, "lazy_ngettext": (1, 2)}
PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sd]|%%")
MAPPINGS = [
    (mapping["pattern"], mapping["method"])
    for mapping in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"][
        "babel"
    ]["mappings"]
]


def catalogue(language):
    path = ROOT / "lms" / "translations" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language), path


def texts(one_or_more):
    """The singular and the plural, or the one text there is."""
    return (one_or_more,) if isinstance(one_or_more, str) else tuple(one_or_more)


def said(entry):
    return all(texts(entry.string))


def places(text):
    return Counter(PLACEHOLDER.findall(text))


@pytest.fixture(scope="module")
def words():
    found = {}
    for folder in ("lms", "templates"):
        patterns = [(p.removeprefix(f"{folder}/"), m) for p, m in MAPPINGS if p.startswith(folder)]
        for file, line, message, _comments, context in extract_from_dir(
            ROOT / folder, patterns, keywords={**KEYWORDS, **LAZY}
        ):
            found[(context, message)] = f"{folder}/{file}:{line}"
    assert found
    return found


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_every_word_is_translated(words, language):
    known, _ = catalogue(language)
    missing = []
    for (context, message), place in words.items():
        key = message[0] if isinstance(message, tuple) else message
        entry = known.get(key, context)
        if not entry or entry.fuzzy or not said(entry):
            missing.append(f"{place}: {key}")
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_a_translation_has_the_same_places_to_fill(language):
    known, _ = catalogue(language)
    wrong = []
    for entry in known:
        wanted = [places(text) for text in texts(entry.id)]
        wrong += [text for text in texts(entry.string) if text and places(text) not in wanted]
    assert not wrong


@pytest.mark.parametrize("language", ["fr", "pt"])
def test_the_compiled_catalogue_is_of_today(language):
    known, path = catalogue(language)
    with path.with_suffix(".mo").open("rb") as file:
        compiled = {texts(entry.id): texts(entry.string) for entry in read_mo(file) if entry.id}
    assert compiled == {
        texts(entry.id): texts(entry.string) for entry in known if entry.id and said(entry)
    }
