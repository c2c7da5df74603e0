"""Timing: medians with their spread, and how noisy the machine itself is."""

from __future__ import annotations

import asyncio
import hashlib
import math
import statistics
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

Act = Callable[[], Coroutine[Any, Any, object]]


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

    @property
    def spread(self) -> str:
        """Between which durations the middle 90 % lie."""
        return f"{self.quantile(0.05):,.3g}-{self.quantile(0.95):,.3g} ms"


@dataclass(slots=True)
class Stopwatch:
    """Durations of one thing done again and again, in milliseconds.

    `clock` is the wall's, or `time.process_time` for work that needs nothing but the processor:
    that is what it costs, whatever else the machine is doing.
    """

    clock: Callable[[], float] = time.perf_counter
    each: list[float] = field(default_factory=list)

    @contextmanager
    def lap(self) -> Iterator[None]:
        """Time the block."""
        began = self.clock()
        yield
        self.each.append((self.clock() - began) * 1000)

    @property
    def times(self) -> Times:
        """All laps."""
        return Times(tuple(self.each), sum(self.each) / 1000)


def repeat(
    times: int, act: Callable[[], object], clock: Callable[[], float] = time.perf_counter
) -> Times:
    """Time an act so many times, after one that warms up."""
    act()
    watch = Stopwatch(clock)
    for _ in range(times):
        with watch.lap():
            act()
    return watch.times


async def closed_loop(clients: Sequence[Act], seconds: float) -> Times:
    """Each client does its thing again and again for so long, all clients at once."""
    watch = Stopwatch()
    began = time.perf_counter()

    async def work(client: Act) -> None:
        while time.perf_counter() < began + seconds:
            with watch.lap():
                await client()

    await asyncio.gather(*(work(client) for client in clients))
    return Times(tuple(watch.each), time.perf_counter() - began)


async def work_off(clients: int, acts: Iterable[Act], seconds: float = math.inf) -> Times:
    """So many clients take act after act from one pile, until it is empty or the time is over."""
    pile, watch = iter(acts), Stopwatch()
    began = time.perf_counter()

    async def work() -> None:
        for act in pile:
            with watch.lap():
                await act()
            if time.perf_counter() > began + seconds:
                return

    await asyncio.gather(*(work() for _ in range(clients)))
    return Times(tuple(watch.each), time.perf_counter() - began)


async def open_loop(acts: Sequence[Act], seconds: float) -> tuple[Times, list[str]]:
    """Begin the acts evenly over so many seconds, whether earlier ones have ended or not.

    A duration counts from the moment an act was due, so that a server that falls behind cannot
    hide it. Acts that raise are told apart.
    """
    each: list[float] = []
    errors: list[str] = []
    began = time.perf_counter()

    async def work(act: Act, due: float) -> None:
        await asyncio.sleep(max(0.0, began + due - time.perf_counter()))
        try:
            await act()
        except Exception as error:  # noqa: BLE001 - any failure of the server is a result
            errors.append(repr(error))
        else:
            each.append((time.perf_counter() - began - due) * 1000)

    share = seconds / len(acts)
    await asyncio.gather(*(work(act, number * share) for number, act in enumerate(acts)))
    return Times(tuple(each), time.perf_counter() - began), errors


def noise(rounds: int = 15) -> float:
    """How much the same computation varies here: spread of the middle half over the median."""
    block = bytes(1_000_000)
    times = repeat(rounds, lambda: [hashlib.sha256(block).digest() for _ in range(20)])
    low, middle, high = statistics.quantiles(times.each, n=4)
    return (high - low) / middle
