"""Officers who start, answer and hand in while their server comes and goes.

Each keeps a list of what was acknowledged. Whatever gets no answer is sent again as it was, as
the page's script does; every start and every handing in is sent twice at once.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bench.visitor import Answer, Visitor

_OUTBOX_KEY = re.compile(r'data-key="([0-9a-f]{64})"')
_ATTEMPT = re.compile(r"/attempts/(\d+)")
_PATIENCE = 0.05
_AS_EXPECTED = (200, 303)


@dataclass
class Officer:
    """One person with a list."""

    visitor: Visitor
    quiz: int
    chance: random.Random
    pause: float
    """The longest between two answers, in seconds."""
    responses: int
    """Given in each attempt."""
    saved: list[tuple[int, str, int, str]] = field(default_factory=list)
    """Acknowledged: attempt, client, sequence, value."""
    started: list[set[int]] = field(default_factory=list)
    """The attempts that the answers to each double start named: one, if all is well."""
    submitted: list[int] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)

    async def work(self, done: asyncio.Event) -> None:
        """Take one attempt after the other until it is enough."""
        while not done.is_set():
            attempt = await self._start()
            key = await self._open(attempt)
            client = f"{self.chance.getrandbits(64):016x}"
            for sequence in range(1, self.responses + 1):
                await self._save(attempt, key, client, sequence)
                await asyncio.sleep(self.chance.random() * self.pause)
                if done.is_set():
                    return
            await self._submit(attempt)

    async def _start(self) -> int:
        page = await self._until_answered(lambda: self.visitor.get(f"/quizzes/{self.quiz}"))
        address, token = f"/quizzes/{self.quiz}/start", {"csrf_token": page.token}
        answers = await self._twice(lambda: self.visitor.post(address, token))
        named = {int(_ATTEMPT.search(one.headers["location"])[1]) for one in answers}
        self.started.append(named)
        return max(named)

    async def _open(self, attempt: int) -> str:
        page = await self._until_answered(lambda: self.visitor.get(f"/attempts/{attempt}"))
        return _OUTBOX_KEY.search(page.text)[1]

    async def _save(self, attempt: int, key: str, client: str, sequence: int) -> None:
        value = f"{client} says {sequence}"
        event = {
            "client_id": client,
            "client_seq": sequence,
            "slot": sequence % 12 + 1,
            "kind": "response",
            "value": value,
            "base_rev": 0,
            "language": "en",
        }
        address, headers = f"/attempts/{attempt}/responses", {"X-Outbox-Key": key}
        answer = await self._until_answered(
            lambda: self.visitor.post_json(address, {"events": [event]}, headers)
        )
        acks = [(one["client_id"], one["client_seq"]) for one in json.loads(answer.text)["acks"]]
        if (client, sequence) in acks:
            self.saved.append((attempt, client, sequence, value))
        else:
            self.unexpected.append(f"no acknowledgement in {answer.text}")

    async def _submit(self, attempt: int) -> None:
        page = await self._until_answered(lambda: self.visitor.get(f"/attempts/{attempt}/confirm"))
        address, token = f"/attempts/{attempt}/submit", {"csrf_token": page.token}
        for answer in await self._twice(lambda: self.visitor.post(address, token)):
            if answer.headers["location"] != f"/attempts/{attempt}/result":
                self.unexpected.append(f"handing in led to {answer.headers['location']}")
        self.submitted.append(attempt)

    async def _twice(self, send: Callable[[], Awaitable[Answer]]) -> list[Answer]:
        return await asyncio.gather(self._until_answered(send), self._until_answered(send))

    async def _until_answered(self, send: Callable[[], Awaitable[Answer]]) -> Answer:
        """What came back in the end. A server that is gone is waited for."""
        while True:
            with contextlib.suppress(OSError, IndexError, KeyError, ValueError):
                answer = await send()
                # What was cut off in the middle is no answer.
                if len(answer.body) < int(answer.headers["content-length"]):
                    raise ConnectionError
                if answer.status in _AS_EXPECTED:
                    return answer
                self.unexpected.append(f"{answer.status}: {answer.text[:200]}")
            await asyncio.sleep(_PATIENCE * (1 + self.chance.random()))
