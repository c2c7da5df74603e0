"""The whole way from signing in to the result, laid beside the peer's."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Mapping

from bench import taking
from bench.counting import counting
from bench.measure import Act, Times, work_off
from bench.servers import PRODUCT, Running, serving
from bench.site import NAMES, POSTGRESQL, SQLITE, Officer, Site, Sites
from bench.table import Row, at_most, number
from bench.visitor import LocalVisitor

CLIENTS = 8
_WARM_UP, _SECONDS = 8, 15
_PEER = 94
_AT_LEAST = 1900
_STATEMENTS, _ROWS = 120, 60
_WITHOUT_HASHING: Mapping[str, str] = {"BENCH_CHEAP_HASHING": "yes"}


def run(sites: Sites) -> list[Row]:
    """Attempts a minute, with and without hashing at the sign-in; statements and rows."""
    rows = []
    for engine_name in (POSTGRESQL, SQLITE):
        site, name = sites[engine_name], NAMES[engine_name]
        with serving(PRODUCT, {**site.environ, **_WITHOUT_HASHING}) as server:
            times, cpu = _walk(site, server)
            budget = _AT_LEAST if engine_name == POSTGRESQL else None
            rows.append(_row(f"quiz journey, {name}, {CLIENTS} clients", times, cpu, budget))
        with serving(PRODUCT, site.environ) as server:
            times, cpu = _walk(site, server)
            rows.append(_row(f"the same with password hashing, {name}", times, cpu, None))
    statements, written = asyncio.run(_count(sites[POSTGRESQL]))
    rows.append(at_most("quiz journey, statements", statements, _STATEMENTS, beside="Moodle 1,101"))
    rows.append(at_most("quiz journey, rows written", written, _ROWS, beside="Moodle 226"))
    return rows


def _walk(site: Site, server: Running) -> tuple[Times, float]:
    """The journeys of many officers, and processor milliseconds of the server for each."""
    first = [_act(site, server.port, officer) for officer in site.officers(_WARM_UP)]
    asyncio.run(work_off(CLIENTS, first))
    before = server.cpu_seconds
    others = (_act(site, server.port, site.officer()) for _ in itertools.count())
    times = asyncio.run(work_off(CLIENTS, others, _SECONDS))
    return times, (server.cpu_seconds - before) * 1000 / len(times.each)


def _act(site: Site, port: int, officer: Officer) -> Act:
    return lambda: taking.journey(site, site.stranger(port, officer), officer)


def _row(what: str, times: Times, cpu: float, budget: float | None) -> Row:
    a_minute = times.rate * 60
    return Row(
        what,
        f"{number(a_minute)} a minute",
        spread=f"{times.spread}, CPU {number(cpu)} ms",
        beside=f"Moodle {_PEER}",
        ratio=f"{number(a_minute / _PEER)}x",
        budget="" if budget is None else f">= {number(budget)}",
        met=None if budget is None else a_minute >= budget,
    )


async def _count(site: Site) -> tuple[int, int]:
    for officer in site.officers(2):  # the first one warms up
        with counting(site.house.engine) as count:
            visitor = LocalVisitor(site.app, site.stranger(0, officer))
            await taking.journey(site, visitor, officer)
    return count.statements, count.rows_written
