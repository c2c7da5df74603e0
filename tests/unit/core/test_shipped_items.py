"""Every item that ships is parsed, shown and exercised with its own samples."""

import random
from functools import cache
from pathlib import Path

import pytest
import yaml

from lms.core.items.base import MalformedResponse, Reveal
from lms.core.items.registry import item_type, parse_item

ROOT = Path(__file__).parents[3]
FILES = sorted(
    path for path in (ROOT / "question_banks").glob("*/*.yaml") if path.name != "bank.yaml"
)
FILE_NAMES = [str(path.relative_to(ROOT)) for path in FILES]


@cache
def items_of(path):
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)["items"]


@pytest.mark.parametrize("path", FILES, ids=FILE_NAMES)
def test_every_item_grades_its_own_samples(path):
    wrong = []
    for place, document in enumerate(items_of(path)):
        try:
            exercise(document)
        except Exception as error:
            wrong.append(f"{path.name}, {document.get('id', f'items[{place}]')}: {error!r}")
    assert not wrong, "\n" + "\n".join(wrong)


def test_ids_are_unique_within_a_bank():
    for bank in sorted({path.parent for path in FILES}):
        ids = [
            document["id"] for path in FILES if path.parent == bank for document in items_of(path)
        ]
        assert not {name for name in ids if ids.count(name) > 1}, bank.name


def exercise(document):
    item = parse_item(document)
    its_type = item_type(item.type)
    layout = its_type.draw_layout(item, random.Random(item.id), shuffle=True)
    for language in item.stem:
        assert its_type.question(item, layout, language)["stem"] == item.stem[language]
    for sample in its_type.samples(item):
        try:
            response = its_type.read_response(item, sample.value)
        except MalformedResponse:
            assert sample.fraction is None, sample
            continue
        assert its_type.grade(item, response).fraction == sample.fraction, sample
        its_type.review(item, layout, response, "fr", Reveal(True, True, True))
