"""What the program offers, the documents name."""

import re
import tomllib
from importlib.metadata import packages_distributions

import click
import pytest

from lms.cli import main
from lms.core.access import TABLE, Permission, Role
from tests.house.sources import ROOT, files, name

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
IMPORTED = re.compile(r"^(?:from|import) ([A-Za-z_]\w*)", re.MULTILINE)
DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def commands(group, before="lms"):
    for word, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{before} {word}")
        else:
            yield f"{before} {word}"


def declared():
    named = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    return {re.split(r"[\[<>=~! ]", requirement)[0].lower() for requirement in named}


def test_every_command_is_documented():
    assert not [
        command for command in commands(main) if f"`{command}" not in text("docs/operator.md")
    ]


def test_every_setting_is_documented():
    settings = set(re.findall(r'"((?:LMS_[A-Z_]+)|PORT)"', text("lms/config.py")))
    assert settings
    assert not [setting for setting in settings if f"`{setting}`" not in text("docs/operator.md")]


def test_the_page_of_permissions_says_what_the_table_says():
    rows = re.findall(
        r"^\| `([\w:]+)` \| .+? \| (.+?) \|$", text("docs/permissions.md"), re.MULTILINE
    )
    written = {
        permission: set(re.split(r", | \(", roles)) & set(Role) for permission, roles in rows
    }
    assert written == {permission: TABLE.get(permission, set()) for permission in Permission}


def test_every_dependency_has_its_reason():
    reasons = text("docs/dependencies.md").lower()
    assert not [library for library in declared() if f"| {library} |" not in reasons]


def test_every_library_used_is_declared():
    providers = packages_distributions()
    used = set()
    for path in files("lms", "tests", "bench", suffix=".py"):
        for module in re.findall(
            r"^(?:from|import) ([A-Za-z_]\w*)", text(name(path)), re.MULTILINE
        ):
            used |= {provider.lower() for provider in providers.get(module, [])[:1]}
    used = {library.replace("_", "-") for library in used} - {"vigie"}
    assert not used - {library.replace("_", "-") for library in declared()}


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.stem)
def test_a_decision_says_why_and_what_else_was_thought_of(path):
    written = path.read_text(encoding="utf-8")
    assert re.match(rf"# {int(path.stem[:4])}\. ", written)
    for part in ("**Context.**", "**Decision.**", "**Consequences.**", "**Rejected.**"):
        assert part in written


def test_decisions_are_numbered_without_gaps():
    assert [int(path.stem[:4]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))
