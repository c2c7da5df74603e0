"""Saving one response, beside a bare Flask that saves with one statement and does nothing else.

Both run under the same server on the same engine, block by block in turn, so that whatever else
the machine does falls on both.
"""

from __future__ import annotations

import asyncio
import itertools
import statistics
from collections.abc import Sequence

from bench.counting import counting
from bench.measure import Act, closed_loop
from bench.parts.machine import floor_database
from bench.servers import FLOOR, PRODUCT, Running, serving
from bench.site import NAMES, Site, Sites
from bench.table import Row, at_most, number
from bench.taking import Taking, begin
from bench.visitor import LocalVisitor, Unexpected, Visitor

CLIENTS, BLOCKS, SECONDS = 8, 9, 0.8
_AT_MOST = 2
_STATEMENTS = 2


def run(sites: Sites) -> list[Row]:
    """The ratio on each engine, and the statements of a save."""
    rows = [_beside_floor(sites, engine_name) for engine_name in NAMES]
    for engine_name, name in NAMES.items():
        site = sites[engine_name]
        count = asyncio.run(_statements(site))
        rows.append(at_most(f"save one response, statements, {name}", count, _STATEMENTS))
    return rows


def _beside_floor(sites: Sites, engine_name: str) -> Row:
    site = sites[engine_name]
    floor_environ = {"BENCH_DATABASE_URL": floor_database(sites, engine_name, "floor")}
    with serving(FLOOR, floor_environ, "/") as floor, serving(PRODUCT, site.environ) as product:
        before = floor.cpu_seconds, product.cpu_seconds
        floors, products, saves = asyncio.run(_in_turn(site, floor, product))
        spent = floor.cpu_seconds - before[0], product.cpu_seconds - before[1]
    bare_cpu, our_cpu = (1000 * used / each for used, each in zip(spent, saves, strict=True))
    ratios = [ours / bare for ours, bare in zip(products, floors, strict=True)]
    ratio = statistics.median(ratios)
    return Row(
        f"save one response, {NAMES[engine_name]} FULL, {CLIENTS} clients",
        f"{number(statistics.median(products))} ms",
        spread=f"{min(products):.2f}-{max(products):.2f} ms, CPU {our_cpu:.2f} ms",
        beside=f"floor {number(statistics.median(floors))} ms, CPU {bare_cpu:.2f} ms",
        ratio=f"{ratio:.2f}x ({min(ratios):.2f}-{max(ratios):.2f})",
        budget=f"<= {_AT_MOST}x",
        met=ratio <= _AT_MOST,
    )


async def _in_turn(
    site: Site, floor: Running, product: Running
) -> tuple[Sequence[float], Sequence[float], tuple[int, int]]:
    """Milliseconds of the machine a save, block by block, of floor and product; how many."""
    bare = [_bare_save(Visitor(floor.port), person) for person in range(CLIENTS)]
    ours = [
        saving(await begin(site, site.visitor(product.port, officer)))
        for officer in site.officers(CLIENTS)
    ]
    taken: tuple[list[float], list[float]] = ([], [])
    saves = [0, 0]
    for block in range(-1, BLOCKS):
        for which, acts in enumerate((bare, ours)):
            times = await closed_loop(acts, SECONDS)
            saves[which] += len(times.each)
            if block >= 0:  # the first one warms up
                taken[which].append(1000 / times.rate)
    return *taken, (saves[0], saves[1])


def _bare_save(visitor: Visitor, person: int) -> Act:
    slots = itertools.count(1)

    async def save() -> None:
        sent = {"person": person, "slot": next(slots) % 20 + 1, "value": '"b"'}
        answer = await visitor.post_json("/save", sent, {})
        if answer.status != 200:
            raise Unexpected(f"floor: {answer.status}")

    return save


def saving(taking: Taking) -> Act:
    """Enters one option after the other, as the page's script does."""
    numbers = itertools.count(1)

    async def save() -> None:
        await taking.save(next(numbers))

    return save


async def _statements(site: Site) -> int:
    visitor = LocalVisitor(site.app, site.visitor(0, site.officer()))
    save = saving(await begin(site, visitor))
    await save()
    with counting(site.house.engine) as count:
        await save()
    return count.statements
