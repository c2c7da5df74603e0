"""Whoever reads the log reads words, whatever the act."""

import re
from pathlib import Path

from lms.wiring import ACTIONS

ROOT = Path(__file__).parents[2]
KINDS = {act.partition(".")[0] for act in ACTIONS}
"""What acts are done to: attempts, certificates, people ..."""
_ACT = re.compile(rf'"((?:{"|".join(sorted(KINDS))})\.[a-z_]+)"')


def test_every_act_that_is_recorded_has_words():
    writing = [*ROOT.glob("lms/*/services/*.py"), *ROOT.glob("lms/*/services.py")]
    writing += ROOT.glob("lms/sync/*.py")
    found = {act for path in writing for act in _ACT.findall(path.read_text("utf-8"))}
    assert found == set(ACTIONS), f"differ: {sorted(found ^ set(ACTIONS))}"
