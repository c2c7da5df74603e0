"""The pages officers read most: how many a second, and with how many statements."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from bench.counting import counting
from bench.measure import Act, Times, closed_loop
from bench.servers import PRODUCT, serving
from bench.site import COURSE, LESSON, POSTGRESQL, Site, Sites
from bench.table import Row, at_most, number
from bench.visitor import LocalVisitor, Unexpected, Visitor

CLIENTS, SECONDS = 8, 5
_STATEMENTS = 8
_AT_LEAST = 15

PAGES: Mapping[str, tuple[str, float]] = {
    "course page": (f"/courses/{COURSE}", 25.0),
    "lesson page": (f"/courses/{COURSE}/lessons/{LESSON}", 27.5),
}
"""Addresses, and how many a second the peer serves."""


def run(sites: Sites) -> list[Row]:
    """Requests a second beside the peer's, then statements."""
    site = sites[POSTGRESQL]
    rows = []
    with serving(PRODUCT, site.environ) as server:
        for name, (path, peers) in PAGES.items():
            before = server.cpu_seconds
            times, pages = asyncio.run(_read(site, server.port, path))
            cpu = 1000 * (server.cpu_seconds - before) / pages
            rows.append(_faster_than_peer(name, times, cpu, peers))
    for name, (path, _) in PAGES.items():
        rows.append(at_most(f"{name}, statements", _statements(site, path), _STATEMENTS))
    return rows


async def _read(site: Site, port: int, path: str) -> tuple[Times, int]:
    """The durations, and how many pages there were with those that warmed up."""
    visitors = [site.visitor(port, officer) for officer in site.officers(CLIENTS)]
    acts = [reading(visitor, path) for visitor in visitors]
    first = await closed_loop(acts, 1)
    times = await closed_loop(acts, SECONDS)
    return times, len(first.each) + len(times.each)


def reading(visitor: Visitor, path: str) -> Act:
    """Reads a page, and makes sure that it is one."""

    async def read() -> None:
        answer = await visitor.get(path)
        if answer.status != 200:
            raise Unexpected(f"{path}: {answer.status} {answer.headers.get('location', '')}")

    return read


def _faster_than_peer(name: str, times: Times, cpu: float, peers: float) -> Row:
    ratio = times.rate / peers
    return Row(
        f"{name} on PostgreSQL, {CLIENTS} clients",
        f"{number(times.rate)}/s",
        spread=f"{times.spread}, CPU {cpu:.1f} ms",
        beside=f"Moodle {number(peers)}/s",
        ratio=f"{number(ratio)}x",
        budget=f">= {_AT_LEAST}x",
        met=ratio >= _AT_LEAST,
    )


def _statements(site: Site, path: str) -> int:
    read = reading(LocalVisitor(site.app, site.visitor(0, site.officer())), path)
    asyncio.run(read())  # what is kept in memory is there from now on
    with counting(site.house.engine) as count:
        asyncio.run(read())
    return count.statements
