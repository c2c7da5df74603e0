"""What one place does for all: committing, reading the clock, reading settings."""

import re

from tests.house.sources import ROOT, calls, files, name

CLOCKS = re.compile(
    r"(datetime|date)\.(now|utcnow|today)|time\.(time|time_ns|localtime|gmtime)|func\.(now|current_\w+)"
)
ENVIRONMENT = re.compile(r"os\.environ|getenv")


def callers(pattern):
    return {
        f"{name(path)}:{line}"
        for path in files("lms", suffix=".py")
        for called, line in calls(path)
        if re.search(rf"(^|\.)({pattern.pattern})$", called)
    }


def but(found, *places):
    return {caller for caller in found if not caller.startswith(places)}


def test_only_the_transaction_commits():
    assert not but(callers(re.compile("commit")), "lms/db.py:")


def test_only_the_clock_reads_the_time():
    found = callers(CLOCKS)
    assert any(caller.startswith("lms/adapters/clock.py:") for caller in found)
    assert not but(found, "lms/adapters/clock.py:")


def test_only_the_commands_touch_the_environment_and_hand_it_to_the_settings():
    touching = {
        name(path)
        for path in files("lms", suffix=".py")
        if ENVIRONMENT.search(path.read_text(encoding="utf-8"))
    }
    assert touching == {"lms/cli/__init__.py"}


def test_no_module_is_a_drawer_for_everything():
    names = {path.stem for path in files("lms", "tests", suffix=".py")}
    assert not names & {"utils", "util", "helpers", "common", "misc", "api"}


def test_the_package_itself_brings_in_nothing():
    source = (ROOT / "lms" / "__init__.py").read_text(encoding="utf-8")
    assert "import" not in source
