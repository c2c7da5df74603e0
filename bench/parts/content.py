"""Content: checking and bringing in what ships, and drawing a spectrum."""

from __future__ import annotations

import time

from bench.measure import repeat
from bench.site import NAMES, Sites
from bench.table import Row, at_most, number
from lms import migrations
from lms.adapters.clock import system_clock
from lms.adapters.files import FileStore
from lms.config import ROOT
from lms.content import checks
from lms.content.library import read_library
from lms.core.access import SYSTEM
from lms.core.spectra import drawing
from lms.db import make_engine, new_session, transaction
from lms.sync.into_database import bring_in


def run(sites: Sites) -> list[Row]:
    """Milliseconds."""
    spectrum = repeat(40, lambda: drawing.svg("caffeine"), time.process_time)
    check = repeat(2, lambda: checks.check(ROOT), time.process_time)
    rows = [
        at_most(
            "a spectrum, simulated and drawn, processor time",
            spectrum.median,
            30,
            " ms",
            spread=spectrum.spread,
        ),
        Row("checking the shipped content", f"{number(check.median / 1000)} s"),
    ]
    for engine_name, name in NAMES.items():
        first, again = _sync(sites, engine_name)
        rows.append(Row(f"bringing it in, first / again, {name}", f"{first:.2f} / {again:.2f} s"))
    return rows


def _sync(sites: Sites, engine_name: str) -> tuple[float, float]:
    engine = make_engine(sites.database_url(engine_name, "content"))
    migrations.upgrade(engine)
    files = FileStore(sites.folder / "content-files")
    taken = []
    for _ in range(2):
        began = time.process_time()
        with new_session(engine) as session, transaction(session):
            bring_in(session, SYSTEM, read_library(ROOT), files, system_clock())
        taken.append(time.process_time() - began)
    engine.dispose()
    return taken[0], taken[1]
