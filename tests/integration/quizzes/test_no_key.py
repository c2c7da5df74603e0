"""No key reaches a browser before it may: markers in every part of an item that must stay here."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from sqlalchemy import select

from lms.core.blueprint import Line, ReviewRules
from lms.core.items.registry import TYPES, parse_item
from lms.quizzes.models import Attempt
from tests.integration.quizzes.conftest import Change
from tests.integration.quizzes.test_pages import use_all_item_types

DOCUMENTS = yaml.load(
    (Path(__file__).parents[2] / "unit" / "item_documents.yaml").read_text(encoding="utf-8"),
    Loader=yaml.BaseLoader,
)
MARKERS = ("Hidden", "cachée", "secret-tag", "Secret source", "per-option", "all-or-nothing",
           "adjacent-pairs", "first-2", "tolerance", "must_pass", "critical")  # fmt: skip


def marked(document):
    """The document with an unlikely number for a key, so that it can be looked for."""
    document = json.loads(json.dumps(document)) | {"use": "exam"}
    document.pop("figure", None)
    if document["type"] == "numeric":
        document |= {"key": "73519", "tolerance": "46.25"}
    return document


@pytest.fixture
def documents():
    found = [marked(document) for document in DOCUMENTS]
    assert {document["type"] for document in found} == set(TYPES)
    return found


def told(response):
    """All that a browser is told: body and headers."""
    return response.text + "\n".join(f"{name}: {value}" for name, value in response.headers)


def leaks(text):
    return [marker for marker in (*MARKERS, "73519", "46.25") if marker in text]


def test_no_page_of_an_open_attempt_tells_a_key(world, client, sign_in, documents):
    use_all_item_types(world, documents)
    world.set_rules(
        blueprint=(Line(bank="types", pick=len(documents)),),
        shuffle_items=False,
        review=ReviewRules("never", "never", "never"),
    )
    person = world.officer()
    sign_in(client, person)
    seen = [client.get(f"/quizzes/{world.quiz.id}")]
    seen.append(client.post(f"/quizzes/{world.quiz.id}/start", follow_redirects=True))
    address = seen[-1].request.path
    attempt = world.session.scalars(select(Attempt)).one()
    for page in (1, 2, 3):
        seen.append(client.get(f"{address}?page={page}"))
        seen.append(client.submit(f"{address}/responses"))
    for number, document in enumerate(documents, 1):
        kind = TYPES[document["type"]]
        for place, sample in enumerate(kind.samples(parse_item(document))):
            sent = {
                "client_id": f"client-{number:02}-{place:02}", "client_seq": 1, "slot": number,
                "kind": "response", "value": sample.value, "base_rev": 0, "language": "en",
            }  # fmt: skip
            answer = client.post(
                f"{address}/responses",
                json={"events": [sent]},
                headers={"X-Outbox-Key": attempt.outbox_key},
            )
            assert answer.status_code == 200
            seen.append(answer)
    world.look_again()
    clear = [
        Change("clear-0001", number, number, "response", None, 10**9, "en")
        for number in range(1, len(documents) + 1)
    ]
    world.save(attempt, *clear)
    seen += [client.get(address), client.get("/quizzes"), client.get(f"{address}/confirm")]
    texts = [told(response) for response in seen]
    assert [leaks(text) for text in texts] == [[]] * len(texts)
    result = client.submit(f"{address}/submit")
    assert leaks(told(result)) == []
    assert "Right answer" not in result.text


def test_scripts_hold_no_keys_and_no_clock_of_the_device():
    folder = Path(__file__).parents[3] / "lms" / "static" / "quiz"
    scripts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.js"))]
    assert scripts
    assert not [script for script in scripts if "Date" in script]
