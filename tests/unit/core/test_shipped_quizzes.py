"""Every quiz that ships has proper rules, and its banks can fill its blueprint many times over."""

import random
from pathlib import Path

import pytest
import yaml

from lms.core.blueprint import Candidate, QuizRules, draw

ROOT = Path(__file__).parents[3]
QUIZZES = sorted((ROOT / "courses").glob("*/quizzes/*.yaml"))
NAMES = [str(path.relative_to(ROOT)) for path in QUIZZES]


def read(path):
    return yaml.load(path.read_text("utf-8"), yaml.BaseLoader)


def candidates(bank):
    return [
        Candidate(
            item_key=f"{bank}/{item['id']}",
            version_id=item["id"],
            bank=bank,
            objective=item["objective"],
            tags=frozenset(item.get("tags", ())),
            difficulty=item["difficulty"],
            use=item["use"],
        )
        for path in sorted((ROOT / "question_banks" / bank).glob("*.yaml"))
        if path.name != "bank.yaml"
        for item in read(path)["items"]
    ]


@pytest.mark.parametrize("path", QUIZZES, ids=NAMES)
def test_every_quiz_can_be_drawn_from_its_banks(path):
    rules = QuizRules.parse(read(path))
    assert QuizRules.from_json(rules.to_json()) == rules
    banks = sorted({line.bank for line in rules.blueprint})
    pool = [one for bank in banks for one in candidates(bank)]
    for seed in range(5):
        form = draw(rules.blueprint, pool, random.Random(seed))
        assert len(form) == rules.length
