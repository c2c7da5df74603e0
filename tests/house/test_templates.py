"""Templates compile, name their page, and keep to what the policy on scripts allows."""

import re

import pytest

from lms.app import create_app
from lms.config import Settings
from tests.house.sources import ROOT, files

TEMPLATES = ROOT / "templates"
PAGES = [path.relative_to(TEMPLATES).as_posix() for path in files("templates", suffix=".html")]
# What is set on paper is drawn by the PDF renderer, which fetches and runs nothing.
ON_SCREEN = [page for page in PAGES if not page.startswith("certificates/pdf/")]
OWN_DRAWINGS = {"components/icon.html"}
"""Marked as safe in them: what stands in the template itself."""
EXTENDS = re.compile(r'{%-?\s*extends\s+"layout/(base|plain|quiz|print)\.html"')
TITLE = re.compile(r"{%-?\s*block\s+title|{%-?\s*extends\s+\"errors/")
INLINE = re.compile(r"""<style|\sstyle=|\son[a-z]+=["']|javascript:|<script(?![^>]*\ssrc=)""")
UNCHECKED = re.compile(r"""(?<!["'])\|\s*safe\b|autoescape\s+false""")


def source(page):
    return (TEMPLATES / page).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    app = create_app(Settings.from_env({"LMS_HOME": str(home)}))
    yield app.jinja_env
    app.extensions["house"].engine.dispose()


@pytest.mark.parametrize("page", PAGES)
def test_it_compiles(environment, page):
    environment.get_template(page)


@pytest.mark.parametrize("page", ON_SCREEN)
def test_it_has_no_inline_style_or_script(page):
    assert not INLINE.search(source(page))


@pytest.mark.parametrize("page", sorted(set(ON_SCREEN) - OWN_DRAWINGS))
def test_everything_in_it_is_escaped(page):
    assert not UNCHECKED.search(source(page))


@pytest.mark.parametrize("page", [page for page in ON_SCREEN if EXTENDS.search(source(page))])
def test_a_page_of_its_own_says_its_title(page):
    assert TITLE.search(source(page))
