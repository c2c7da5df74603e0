"""`lms user create`: the first administrator of a new platform."""

from __future__ import annotations

import re

from click.testing import CliRunner, Result
from flask import Flask

from lms.cli.user import user
from tests.fixtures.pages import InspectingClient

WHO = ("create", "--name", "Demo administrator", "--email", "admin@demo.example")
WHERE = ("--organisation", "demo")


def run(app: Flask, *arguments: str, typed: str = "") -> Result:
    """The command, in the test's house."""
    return CliRunner().invoke(user, list(arguments), obj=app.extensions["house"], input=typed)


def test_it_makes_an_administrator_who_can_sign_in(app: Flask, client: InspectingClient) -> None:
    named = (*WHERE, "--organisation-name", "Demo customs")
    role = ("--role", "administrator", "--scope", "platform")
    done = run(app, *WHO, *named, *role, "--generate-password")
    assert done.exit_code == 0, done.output
    (password,) = re.findall(r"shown this once: (\S+)", done.output)
    client.get("/sign-in?next=/organisations")
    response = client.submit("/sign-in", login="admin@demo.example", password=password)
    assert response.request.path == "/organisations"
    assert "Demo customs" in client.page.words


def test_it_asks_for_a_password_and_does_not_print_it(app: Flask) -> None:
    named = (*WHERE, "--organisation-name", "Demo customs")
    done = run(app, *WHO, *named, typed="paper lantern harbour\n" * 2)
    assert done.exit_code == 0, done.output
    assert "lantern" not in done.output


def test_it_refuses_with_a_reason_and_leaves_nothing_behind(app: Flask) -> None:
    unknown = run(app, *WHO, *WHERE, "--generate-password")
    assert unknown.exit_code == 1
    assert "--organisation-name" in unknown.output
    named = (*WHERE, "--organisation-name", "Demo customs")
    poor = run(app, *WHO, *named, typed="password\n" * 2)
    assert poor.exit_code == 1
    assert "easy to guess" in poor.output
    assert run(app, *WHO, *named, "--generate-password").exit_code == 0
    twice = run(app, *WHO, *named, "--generate-password")
    assert twice.exit_code == 1
    assert "already belongs" in twice.output
