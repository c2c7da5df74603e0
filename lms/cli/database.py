"""`lms db`: the database's form."""

from __future__ import annotations

import click

from lms import migrations
from lms.wiring import House


@click.group()
def db() -> None:
    """The database's tables."""


@db.command()
@click.pass_obj
def upgrade(house: House) -> None:
    """Bring the database to its newest form. Keeps all data; safe to run again."""
    house.prepare_folders()
    migrations.upgrade(house.engine)
    click.echo("The database is up to date.")
