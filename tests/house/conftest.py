"""What tests of doors, headers and keys share: a world of two administrations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lms.web.limits import limiter
from tests.house.world import World, made


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Its limits on strangers are off: one address knocks at every door here."""
    home = tmp_path_factory.mktemp("world")
    database = home / "vigie.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    limited, limiter.enabled = limiter.enabled, False
    with made(home, f"sqlite:///{database}") as world:
        yield world
    limiter.enabled = limited
