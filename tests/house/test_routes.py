"""Every door of the house has its guard and a proper address."""

import ast
import inspect
import re
import textwrap

import pytest

from lms.app import create_app
from lms.config import Settings
from lms.web.guard import permission_of

_WORD = r"[a-z0-9]+(-[a-z0-9]+)*(\.json)?"
_PART = r"<[^<>]+>(-<[^<>]+>)*(\.[a-z]+)?"
ADDRESS = re.compile(rf"/|(/({_WORD}|{_PART}|\.well-known|V))+/?")
"""/V is in QR codes, which have no small letters; .json is for programs."""


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    app = create_app(Settings.from_env({"LMS_HOME": str(home)}))
    yield app
    app.extensions["house"].engine.dispose()


@pytest.fixture(scope="module")
def routes(app):
    return list(app.url_map.iter_rules())


def test_every_route_declares_its_permission(app, routes):
    assert routes
    open_doors = [rule.rule for rule in routes if permission_of(app, rule.endpoint) is None]
    assert not open_doors


def test_addresses_are_nouns_in_small_letters_and_dashes(routes):
    assert not [rule.rule for rule in routes if not ADDRESS.fullmatch(rule.rule)]


def test_what_only_reads_opens_no_transaction(app, routes):
    writing = {
        rule.endpoint
        for rule in routes
        if rule.methods <= {"GET", "HEAD", "OPTIONS"}
        and "transaction" in called_by(app.view_functions[rule.endpoint])
    }
    assert not writing


def called_by(view):
    source = textwrap.dedent(inspect.getsource(inspect.unwrap(view)))
    return {
        ast.unparse(node.func) for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)
    }
