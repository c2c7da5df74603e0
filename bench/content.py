"""The course under measurement: one lesson and one quiz of 20 choice items, beside what ships.

The quiz is as long as the one the peer was measured with. The lesson stays unread, so that
passing the quiz completes nothing: the peer issues no certificate on its way either.
"""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import yaml

ITEMS = 20
COURSE, QUIZ, BANK = "bench", "twenty", "bench"
RIGHT = "b"
_SENTENCE = (
    "A container is declared as table sugar in bags of 25 kilograms, and one of the seals carries"
    " another number than the papers"
)


def write(shipped: Path, root: Path) -> None:
    """Shipped content and the bench's own, in one folder to bring in."""
    for folder in ("courses", "question_banks"):
        shutil.copytree(shipped / folder, root / folder)
    _dump(root / "question_banks" / BANK / "bank.yaml", _bank())
    _dump(root / "question_banks" / BANK / "items.yaml", {"items": list(map(_item, range(ITEMS)))})
    course = root / "courses" / COURSE
    _dump(course / "course.yaml", _course())
    _dump(course / "quizzes" / f"{QUIZ}.yaml", _quiz())
    lesson = course / "lessons" / "010-before"
    lesson.mkdir(parents=True)
    header = "---\ntitle: Before the quiz\nsummary: Nothing to read here.\n---\n"
    (lesson / "en.md").write_text(f"{header}\n## Ready\n\nThe quiz is open.\n", "utf-8")


def _dump(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, allow_unicode=True, sort_keys=False), "utf-8")


def _credits() -> dict[str, Any]:
    return {
        "owner": "vigie",
        "sharing": "platform",
        "licence": "CC-BY-4.0",
        "sources": ["Made for measurements"],
        "review": {"content": "unreviewed", "languages": {"en": "unreviewed"}},
    }


def _bank() -> dict[str, Any]:
    return {"title": {"en": "Bench"}, "description": {"en": "Made to measure."}, **_credits()}


def _item(number: int) -> dict[str, Any]:
    return {
        "id": f"bench-{number + 1:03}",
        "type": "choice",
        "use": "exam",
        "objective": "M1",
        "bloom": "understand",
        "difficulty": "medium",
        "tags": ["bench"],
        "stem": {"en": f"Case {number + 1}. {_SENTENCE}. What comes first?"},
        "key": RIGHT,
        "options": [
            {
                "id": name,
                "text": {"en": f"Way {name} of case {number + 1}, said in about as many words"},
                "feedback": {"en": f"Why way {name} is what it is, in one more sentence."},
            }
            for name in "abcd"
        ],
        "feedback": {"en": "Papers, seals and goods are compared before anything is opened."},
    }


def _course() -> dict[str, Any]:
    lesson = {"kind": "lesson", "id": "010-before", "minutes": "1", "objectives": ["M1"]}
    return {
        "title": {"en": "Bench"},
        "summary": {"en": "Made to measure."},
        **_credits(),
        "languages": ["en"],
        "banks": [BANK],
        "certificate": {"validity": "24 months"},
        "objectives": [{"id": "M1", "critical": "no", "text": {"en": "Be measured"}}],
        "modules": [
            {
                "id": "M1",
                "title": {"en": "All of it"},
                "activities": [
                    {**lesson, "completion": "confirm"},
                    {"kind": "quiz", "id": QUIZ},
                ],
            }
        ],
    }


def _quiz() -> dict[str, Any]:
    return {
        "title": {"en": "Twenty"},
        "summary": {"en": "Twenty questions."},
        "time_limit": "60 min",
        "attempts": "3",
        "pass_mark": "70 %",
        "shuffle": {"items": "yes", "options": "yes"},
        "navigation": "free",
        "grace": "60 s",
        "review": {
            "responses": "after-submission",
            "feedback": "after-submission",
            "key": "after-submission",
        },
        "blueprint": [{"bank": BANK, "pick": str(ITEMS)}],
    }
