"""One quiz, a thousand officers who all start when they are told to, and then save as they go.

An open loop: officers press the button when they do, however slow the server has become.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bench import taking
from bench.measure import Act, Times, open_loop, work_off
from bench.servers import PRODUCT, serving
from bench.site import POSTGRESQL, Officer, Site, Sites
from bench.table import Row, at_most, number
from bench.taking import Taking
from bench.visitor import Answer, Visitor

OFFICERS, START_SECONDS = 1000, 10
SAVES_A_SECOND, SAVE_SECONDS = 200, 20
_P95 = 300


def run(sites: Sites) -> list[Row]:
    """Errors and the slowest 5 %, of starts and of saves."""
    site = sites[POSTGRESQL]
    with serving(PRODUCT, site.environ) as server:
        starts, start_errors, takings = asyncio.run(_start(site, server.port))
        saves, save_errors = asyncio.run(_save(takings))
    return [
        Row(
            f"{number(OFFICERS)} officers start within {START_SECONDS} s, errors",
            number(len(start_errors)),
            spread=_first(start_errors),
            budget="0",
            met=not start_errors,
        ),
        Row("their start and first page, p95", f"{number(starts.quantile(0.95))} ms"),
        at_most(
            f"then {SAVES_A_SECOND} saves a second for {SAVE_SECONDS} s, p95",
            saves.quantile(0.95),
            _P95,
            " ms",
            spread=f"p50 {number(saves.median)} ms",
        ),
        Row(
            "errors among these saves",
            number(len(save_errors)),
            spread=_first(save_errors),
            budget="0",
            met=not save_errors,
        ),
    ]


async def _start(site: Site, port: int) -> tuple[Times, list[str], list[Taking]]:
    """Everyone has the quiz's page open, and presses the button."""
    waiting: list[tuple[Visitor, Answer]] = []
    officers = site.officers(OFFICERS)
    await work_off(8, [_open_quiz(site, port, officer, waiting) for officer in officers])
    takings: list[Taking] = []
    times, errors = await open_loop(
        [_press(visitor, page, takings) for visitor, page in waiting], START_SECONDS
    )
    return times, errors, takings


def _open_quiz(
    site: Site, port: int, officer: Officer, waiting: list[tuple[Visitor, Answer]]
) -> Act:
    async def act() -> None:
        visitor = site.visitor(port, officer)
        waiting.append((visitor, await visitor.get(f"/quizzes/{site.quiz_id}")))

    return act


def _press(visitor: Visitor, page: Answer, takings: list[Taking]) -> Act:
    async def act() -> None:
        takings.append(await taking.opened(visitor, await taking.press_start(visitor, page)))

    return act


async def _save(takings: Sequence[Taking]) -> tuple[Times, list[str]]:
    saves = SAVES_A_SECOND * SAVE_SECONDS
    turns = [(takings[turn % len(takings)], turn // len(takings) + 1) for turn in range(saves)]
    return await open_loop([_saving(one, number) for one, number in turns], SAVE_SECONDS)


def _saving(one: Taking, number: int) -> Act:
    return lambda: one.save(number)


def _first(errors: Sequence[str]) -> str:
    return errors[0][:60] if errors else ""
