"""The `lms` command: what an installation is run with. Exit 0 ok, 1 refused, 2 wrong use."""

from __future__ import annotations

import os

import click

from lms import wiring
from lms.adapters.clock import system_clock
from lms.cli import certificate, content, database, demo, serving, user
from lms.config import BadSetting, Settings


@click.group()
@click.pass_context
def main(context: click.Context) -> None:
    """Vigie: training and assessment for customs officers."""
    try:
        settings = Settings.from_env(os.environ)
    except BadSetting as problem:
        raise click.ClickException(str(problem)) from None
    context.obj = wiring.build(settings, system_clock)
    context.call_on_close(context.obj.engine.dispose)


for command in (
    certificate.certificate,
    content.content,
    database.db,
    demo.demo,
    serving.serve,
    serving.worker,
    user.user,
):
    main.add_command(command)
