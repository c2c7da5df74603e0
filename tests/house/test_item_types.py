"""An item type is one module, one face, its templates and one line in each list."""

from pathlib import Path

import pytest

from lms.core.items.registry import TYPES
from lms.items.registry import FACES

ROOT = Path(__file__).parents[2]
SHARED = {"__init__", "base", "registry", "options", "face", "names", "mistakes"}


def modules(folder):
    return {path.stem for path in (ROOT / folder).glob("*.py")} - SHARED


def test_every_type_has_its_module_and_every_module_its_line():
    assert modules("lms/core/items") == set(TYPES)
    assert all(
        its_type.__class__.__module__ == f"lms.core.items.{name}"
        for name, its_type in TYPES.items()
    )


def test_every_type_has_its_face():
    assert modules("lms/items") == set(FACES) == set(TYPES)
    assert all(face.__class__.__module__ == f"lms.items.{name}" for name, face in FACES.items())


@pytest.mark.parametrize("template", ["take.html", "review.html"])
def test_every_type_has_its_templates(template):
    with_one = {path.parent.name for path in (ROOT / "templates/items").glob(f"*/{template}")}
    assert with_one == set(TYPES)
