"""An officer's way through the quiz of twenty: signs in, starts, answers, hands in, reads on.

Without a script, as the peer was walked through: five pages of four questions, each saved by its
button.
"""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field

from bench.content import RIGHT
from bench.site import PASSWORD, Officer, Site
from bench.visitor import Answer, Unexpected, Visitor

_ATTEMPT = re.compile(r"/attempts/[0-9]+")
_OUTBOX_KEY = re.compile(r'data-key="([0-9a-f]{64})"')


@dataclass(slots=True)
class Taking:
    """An attempt that is open in a browser with its script."""

    visitor: Visitor
    attempt: str
    outbox_key: str
    client_id: str = field(default_factory=lambda: secrets.token_hex(8))
    revisions: dict[int, int] = field(default_factory=dict)

    async def save(self, number: int, slots: int = 20) -> None:
        """Enter an option in the next slot; fails unless the server says that it is kept."""
        slot = (number - 1) % slots + 1
        event = {
            "client_id": self.client_id,
            "client_seq": number,
            "slot": slot,
            "kind": "response",
            "value": "abcd"[number % 4],
            "base_rev": self.revisions.get(slot, 0),
            "language": "en",
            "elapsed_ms": 1000 * number,
        }
        answer = await self.visitor.post_json(
            f"{self.attempt}/responses", {"events": [event]}, {"X-Outbox-Key": self.outbox_key}
        )
        if answer.status != 200 or b'"rev":' not in answer.body:
            raise Unexpected(f"save: {answer.status} {answer.text[:200]}")
        self.revisions[slot] = int(answer.text.split('"rev":')[1].split("}")[0])


async def begin(site: Site, visitor: Visitor) -> Taking:
    """Start an attempt and open it with its script."""
    page = await visitor.get(f"/quizzes/{site.quiz_id}")
    return await opened(visitor, (await press_start(visitor, page)).partition("?")[0])


async def press_start(visitor: Visitor, quiz: Answer) -> str:
    """Send the form of the quiz's page; where it leads."""
    form = quiz.form("/start")
    answer = await visitor.post(form.action, form.fields)
    onward = answer.headers.get("location", "")
    if answer.status != 303 or _ATTEMPT.match(onward) is None:
        raise Unexpected(f"start: {answer.status} {onward}")
    return onward


async def opened(visitor: Visitor, attempt: str) -> Taking:
    """The page of an attempt, as its script reads it."""
    page = await visitor.get(attempt)
    key = _OUTBOX_KEY.search(page.text)
    if key is None:
        raise Unexpected(f"{attempt}: no key of the outbox ({page.status})")
    return Taking(visitor, attempt, key[1])


async def sign_in(visitor: Visitor, officer: Officer) -> None:
    """The sign-in page, its form, and the home page it leads to."""
    page = await visitor.get("/sign-in")
    fields = page.form("/sign-in").fields
    sent = [(name, value) for name, value in fields if name not in ("login", "password")]
    answer = await visitor.post(
        "/sign-in", [*sent, ("login", officer.login), ("password", PASSWORD)]
    )
    if answer.status != 303:
        raise Unexpected(f"sign-in: {answer.status}")
    home = await visitor.follow(answer)
    _expect(home, "/", "Bench")


async def take(site: Site, visitor: Visitor) -> Answer:
    """From the quiz's page to the result."""
    quiz = await visitor.get(f"/quizzes/{site.quiz_id}")
    page = await visitor.get(await press_start(visitor, quiz))
    attempt = page.path.partition("?")[0]
    if page.path == attempt:
        # All questions are there for the script; without one the page leads on to its first part.
        page = await visitor.get(f"{attempt}?page=1")
    while "/confirm" not in page.path:
        form = page.form("/responses")
        chosen = [
            (name, RIGHT if RIGHT in options else options[0])
            for name, options in form.choices.items()
        ]
        page = await visitor.follow(await visitor.post(form.action, [*form.fields, *chosen]))
    form = page.form("/submit")
    result = await visitor.follow(await visitor.post(form.action, form.fields))
    _expect(result, f"{attempt}/result", "100")
    return result


async def journey(site: Site, visitor: Visitor, officer: Officer) -> Answer:
    """All of it, from signing in to the result."""
    await sign_in(visitor, officer)
    return await take(site, visitor)


def _expect(answer: Answer, path: str, words: str) -> None:
    """A measurement of an error page would be a fast one."""
    if answer.status != 200 or answer.path != path or words not in answer.text:
        raise Unexpected(f"{answer.path}: {answer.status}, not {path} with {words!r}")
