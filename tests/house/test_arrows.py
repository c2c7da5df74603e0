"""The import contracts of pyproject.toml hold."""

import subprocess
import sys
from pathlib import Path

from tests.house.sources import ROOT


def test_arrows_point_down_only():
    program = Path(sys.executable).with_name("lint-imports")
    run = subprocess.run([program, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
