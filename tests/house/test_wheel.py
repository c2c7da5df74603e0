"""The built wheel carries templates and content, and finds them."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.house.sources import ROOT, files

FINDS = """
import sys
sys.path.insert(0, sys.argv[1])
from lms.config import Settings
settings = Settings.from_env({})
print(settings.templates, settings.content, sep="\\n")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    program = Path(sys.executable).with_name("hatchling")
    build = [program, "build", "--target", "wheel", "--directory", folder]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    return path


def test_it_carries_what_lies_beside_the_package_in_a_checkout(wheel):
    with zipfile.ZipFile(wheel) as archive:
        carried = set(archive.namelist())
    for folder in ("templates", "courses", "question_banks"):
        for path in files(folder):
            assert f"lms/shipped/{path.relative_to(ROOT).as_posix()}" in carried
    assert {"lms/cli/__main__.py", "lms/migrations/script.py.mako", "wsgi.py"} <= carried
    assert any(name.startswith("lms/static/css/") for name in carried)
    assert "lms/translations/fr/LC_MESSAGES/messages.mo" in carried


def test_it_finds_them(wheel, tmp_path):
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    run = subprocess.run(
        [sys.executable, "-c", FINDS, tmp_path], cwd=tmp_path, capture_output=True, text=True
    )
    templates, content = map(Path, run.stdout.split())
    assert (templates / "layout" / "page.html").is_file()
    assert (content / "courses").is_dir()
    assert content.is_relative_to(tmp_path)
