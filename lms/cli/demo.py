"""`lms demo`: invented people and a cohort to try the platform with."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import click
from sqlalchemy.orm import Session

from lms.accounts.vault import Vault, new_code
from lms.db import new_session, transaction
from lms.sync.demo import PEOPLE, Loaded, load, reset
from lms.wiring import House

_SECRETS = "demo-sign-ins.json"
_Act: TypeAlias = Callable[[Session, Vault, str, datetime], Loaded]


@click.group()
def demo() -> None:
    """Demo data: only where no real people's data are."""


@demo.command("load")
@click.pass_obj
def load_command(house: House) -> None:
    """Add the demo people, programme and cohort where they are missing; print the sign-ins."""
    known = _known(house)
    _run(house, known, partial(load, renew="password" not in known))


@demo.command("reset")
@click.pass_obj
def reset_command(house: House) -> None:
    """Let the demo begin anew: a new cycle, accounts as at first. Keeps every journal."""
    _run(house, _known(house), reset)


def _known(house: House) -> dict[str, Any]:
    """The password and codes of earlier loads."""
    if house.settings.is_production:
        raise click.ClickException("Demo data is never loaded in production (LMS_MODE).")
    path = house.settings.home / _SECRETS
    return dict(json.loads(path.read_text("utf-8"))) if path.is_file() else {}


def _run(house: House, known: dict[str, Any], act: _Act) -> None:
    path = house.settings.home / _SECRETS
    # Of this installation alone: a password that everyone knows would open each demo that can be
    # reached over a network, with its administrator's account.
    known.setdefault("password", secrets.token_hex(2) + "-" + new_code().lower())
    _keep(path, known)
    with new_session(house.engine) as session, transaction(session):
        vault = Vault(house.settings.secret_key)
        loaded = act(session, vault, known["password"], house.clock())
    known["codes"] = {**known.get("codes", {}), **loaded.codes}
    _keep(path, known)
    _print(house.settings.public_url, known["password"], known["codes"], loaded.missing)


def _keep(path: Path, known: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(json.dumps(known, indent=2) + "\n")


def _print(address: str, password: str, codes: dict[str, str], missing: list[str]) -> None:
    click.echo("\nThe demo is ready.\n")
    click.echo(f"  Address    {address}")
    click.echo(f"  Password   {password}\n")
    for one in PEOPLE:
        how = "" if one.email else f"  one-time code {codes.get(one.login, 'used')}"
        click.echo(f"  {one.login:<26} {one.display_name}{how}")
    click.echo("\nThe code is good once and for 14 days; `lms demo reset` prints another.")
    for slug in missing:
        click.echo(f"The course {slug} is not there yet. Run: lms content sync", err=True)
