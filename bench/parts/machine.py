"""The machine itself: how steady it is, and how fast it commits one row."""

from __future__ import annotations

from sqlalchemy import text

from bench.measure import noise, repeat
from bench.site import NAMES, Sites
from bench.table import Row, number
from lms.db import make_engine

_COMMITS = 400
_INSERT = text("insert into bench_floor (person, slot, value) values (1, 2, 'abcd')")


def run(sites: Sites) -> list[Row]:
    """Noise and commits a second."""
    rows = [Row("noise of this machine (same computation)", f"{noise():.1%}")]
    for engine_name, name in NAMES.items():
        engine = make_engine(floor_database(sites, engine_name, "commits"))
        with engine.connect().execution_options(lms_immediate=True) as connection:

            def commit(connection: object = connection) -> None:
                connection.execute(_INSERT)  # type: ignore[attr-defined]
                connection.commit()  # type: ignore[attr-defined]

            times = repeat(_COMMITS, commit)
        engine.dispose()
        rows.append(
            Row(f"commits a second, one row, {name}", number(times.rate), spread=times.spread)
        )
    return rows


def floor_database(sites: Sites, engine_name: str, database: str) -> str:
    """A database with the one table of the floor."""
    url = sites.database_url(engine_name, database)
    engine = make_engine(url)
    key = "integer primary key" if engine_name == "sqlite" else "bigserial primary key"
    with engine.begin() as connection:
        connection.execute(
            text(f"create table bench_floor (id {key}, person int, slot int, value varchar(64))")
        )
    engine.dispose()
    return url
