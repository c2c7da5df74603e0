"""`lms content`: courses and question banks between files and database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from lms.content import canonical, checks
from lms.content.library import read_library
from lms.content.problems import Problem
from lms.core.access import SYSTEM
from lms.db import new_session, transaction
from lms.sync.into_database import NoContent, bring_in
from lms.sync.into_files import NotEmpty, write_out
from lms.sync.report import Outcome, Report
from lms.wiring import House

_as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON, for other programs.")
_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group()
def content() -> None:
    """Courses and question banks: check the files, bring them in, write them out."""


@content.command()
@click.argument("path", type=_FOLDER, required=False)
@click.option("--fix", is_flag=True, help="First rewrite files whose layout is not canonical.")
@_as_json
@click.pass_obj
def check(house: House, path: Path | None, fix: bool, as_json: bool) -> None:
    """Print every problem of the files below PATH, or of the shipped ones. Needs no database.

    Each line says file, line, column, severity, what is wrong and what to do. Exits 1 if there is
    any error; warnings alone are no reason to refuse.
    """
    root = path or house.settings.content
    fixed = canonical.fix(root) if fix else []
    problems = checks.check(root)
    if as_json:
        found = [problem.to_json() for problem in problems]
        _print_json({"problems": found, "fixed": fixed})
    else:
        for name in fixed:
            click.echo(f"{name}: rewritten")
        _print_problems(problems)
    sys.exit(checks.has_errors(problems))


@content.command()
@_as_json
@click.pass_obj
def sync(house: House, as_json: bool) -> None:
    """Bring courses and question banks from files into the database.

    Takes what changed in the files and not in the database. What changed on both sides is a
    conflict: it is listed, and neither side is overwritten. Exits 1 if anything was left out.
    """
    library = read_library(house.settings.content)
    house.prepare_folders()
    with new_session(house.engine) as session:
        try:
            with transaction(session):
                report = bring_in(session, SYSTEM, library, house.files, house.clock())
        except NoContent as missing:
            raise click.ClickException(
                f"There is no courses/ or question_banks/ in {missing}. Set LMS_CONTENT to the "
                "folder that holds them."
            ) from None
    if as_json:
        _print_json(report.to_json())
    else:
        _print_report(report)
    sys.exit(report.is_refused)


@content.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.pass_obj
def export(house: House, folder: Path) -> None:
    """Write all courses and question banks to FOLDER, which must be empty or not exist."""
    with new_session(house.engine) as session:
        try:
            written = write_out(session, folder, house.files)
        except NotEmpty as found:
            raise click.ClickException(
                f"{found} is not empty. Name a folder that is, or does not exist yet."
            ) from None
    click.echo(f"{written} files written to {folder}")


def _print_report(report: Report) -> None:
    _print_problems(report.problems)
    quiet = (Outcome.ADDED, Outcome.CHANGED) if len(report.changes) > _MOST_LINES else ()
    for change in report.changes:
        if change.outcome not in quiet:
            click.echo(str(change), err=change.outcome in (Outcome.CONFLICT, Outcome.LEFT_OUT))
    counts = ", ".join(f"{count} {outcome}" for outcome, count in report.counts.items())
    click.echo(f"Content: {counts or 'nothing changed'}.")


_MOST_LINES = 40
"""So many changes are listed one by one."""


def _print_problems(problems: Sequence[Problem]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    errors = sum(problem.severity == "error" for problem in problems)
    click.echo(f"{errors} errors, {len(problems) - errors} warnings.", err=bool(errors))


def _print_json(value: object) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))
