"""`python -m bench [part ...]`: measure, and print one table."""

from __future__ import annotations

import argparse
import importlib.metadata
import os
import platform
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from bench import table
from bench.parts import (
    certificates,
    content,
    journey,
    machine,
    memory,
    pages,
    save,
    spike,
    weights,
)
from bench.site import Sites, sites
from bench.table import Row

PARTS: Mapping[str, Callable[[Sites], list[Row]]] = {
    "machine": machine.run,
    "save": save.run,
    "journey": journey.run,
    "pages": pages.run,
    "spike": spike.run,
    "certificates": certificates.run,
    "weights": weights.run,
    "content": content.run,
    "memory": memory.run,
}
_VERSIONS = ("Flask", "SQLAlchemy", "psycopg", "gunicorn", "weasyprint")


def main() -> int:
    """Run the parts asked for, or all; 1 where a budget was missed or a part failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("part", nargs="*", help=f"what to measure: {', '.join(PARTS)}")
    wanted = parser.parse_args().part or list(PARTS)
    unknown = [name for name in wanted if name not in PARTS]
    if unknown:
        parser.error(f"there is no part called {unknown[0]}; there are {', '.join(PARTS)}")
    # Whoever ends a run ends its servers too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    rows: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="vigie-bench-") as folder, sites(Path(folder)) as made:
        for name in dict.fromkeys(["machine", *wanted]):
            rows += _measured(name, made)
        versions = _versions(made)
    print("\n".join(table.lines(rows)))
    print(f"\n{versions}")
    return int(any(row.met is False for row in rows))


def _measured(name: str, made: Sites) -> list[Row]:
    began = time.monotonic()
    try:
        return PARTS[name](made)
    except Exception as error:  # noqa: BLE001 - the other parts are worth having all the same
        print(f"{name}: {error!r}", file=sys.stderr)
        return [Row(name, "failed", beside=type(error).__name__, met=False)]
    finally:
        print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr)


def _versions(made: Sites) -> str:
    libraries = [f"{name} {importlib.metadata.version(name)}" for name in _VERSIONS]
    return ", ".join(
        [
            f"{os.cpu_count()} cores",
            platform.freedesktop_os_release()["PRETTY_NAME"],
            f"Python {platform.python_version()}",
            *libraries,
            *made.versions(),
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
