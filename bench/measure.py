"""Timing: medians with their spread, and how noisy the machine itself is."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Times:
    """Durations in milliseconds, and over how many seconds they were taken."""

    each: tuple[float, ...]
    seconds: float

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.each)

    def quantile(self, share: float) -> float:
        """The duration that this share stays below."""
        ordered = sorted(self.each)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]

    @property
    def rate(self) -> float:
        """How many a second."""
        return len(self.each) / self.seconds


async def closed_loop(clients: Sequence[Callable[[], Awaitable[object]]], times: int) -> Times:
    """Each client does its thing so many times, one after the other, all clients at once."""
    each: list[float] = []

    async def work(client: Callable[[], Awaitable[object]]) -> None:
        for _ in range(times):
            began = time.perf_counter()
            await client()
            each.append((time.perf_counter() - began) * 1000)

    began = time.perf_counter()
    await asyncio.gather(*(work(client) for client in clients))
    return Times(tuple(each), time.perf_counter() - began)


def noise(rounds: int = 15) -> float:
    """How much the same computation varies here: spread of the middle half over the median."""
    block = bytes(1_000_000)
    each = []
    for _ in range(rounds):
        began = time.perf_counter()
        for _ in range(20):
            hashlib.sha256(block).digest()
        each.append(time.perf_counter() - began)
    low, middle, high = statistics.quantiles(each, n=4)
    return (high - low) / middle
