"""The files of the project, for tests that read them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDERS = (
    ".ci", "bench", "courses", "docs", "lms", "question_banks", "scripts", "styles", "templates",
    "tests",
)  # fmt: skip
_NOT_OURS = {"node_modules", "__pycache__"}


def files(*folders: str, suffix: str = "") -> list[Path]:
    """The files below these folders, or all of the project's."""
    tops = [ROOT / folder for folder in folders or FOLDERS]
    found = [path for top in tops for path in top.rglob(f"*{suffix}") if path.is_file()]
    found += [] if folders else [path for path in ROOT.glob(f"*{suffix}") if path.is_file()]
    return sorted(path for path in found if not _NOT_OURS & set(path.parts))


def name(path: Path) -> str:
    """A file's name as messages show it."""
    return path.relative_to(ROOT).as_posix()


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """What a Python file calls, as dotted names, and on which line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno
