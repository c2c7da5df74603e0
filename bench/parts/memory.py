"""Memory of web and worker together, while many clients read."""

from __future__ import annotations

import asyncio
import itertools

from bench.measure import closed_loop
from bench.parts.pages import PAGES, reading
from bench.servers import whole_installation
from bench.site import SQLITE, Sites
from bench.table import Row, at_most

CLIENTS, SECONDS = 32, 8


def run(sites: Sites) -> list[Row]:
    """Proportional memory with the embedded database, after the clients have read for a while."""
    site = sites[SQLITE]
    paths = itertools.cycle(path for path, _ in PAGES.values())
    with whole_installation(site.environ) as server:
        acts = [
            reading(site.visitor(server.port, officer), next(paths))
            for officer in site.officers(CLIENTS)
        ]
        asyncio.run(closed_loop(acts, SECONDS))
        memory = server.memory_mb
    row = at_most(f"memory of web and worker, {CLIENTS} clients", memory, 400, " MB")
    return [row]
