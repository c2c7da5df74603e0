"""Memory of web and worker together, while many clients read."""

from __future__ import annotations

import asyncio

from bench.measure import closed_loop
from bench.parts.pages import PAGES, reading
from bench.servers import whole_installation
from bench.site import SQLITE, Sites
from bench.table import Row, at_most

CLIENTS, TIMES = 32, 8


def run(sites: Sites) -> list[Row]:
    """Proportional memory with the embedded database, after every client has read every page."""
    site = sites[SQLITE]
    officers = site.officers(CLIENTS)
    with whole_installation(site.environ) as server:
        acts = [
            reading(site.visitor(server.port, officer), path)
            for officer in officers
            for path, _ in PAGES.values()
        ]
        asyncio.run(closed_loop(acts, TIMES))
        memory = server.memory_mb
    row = at_most(f"memory of web and worker, {CLIENTS} clients", memory, 400, " MB")
    return [row]
