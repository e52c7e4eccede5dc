"""`flask --app app backup`, `restore` and `doctor`: what an operator needs."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click
from flask import Flask
from flask.cli import with_appcontext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from envoy_console import config, doctor
from envoy_console.commands import as_json, print_json
from envoy_console.directory import audit, companies
from envoy_console.directory.actors import Actor
from envoy_console.models import backup, restore
from envoy_console.models.backup import BackupError
from envoy_console.models.transactions import write, writer

file_argument = click.argument("file", type=click.Path(dir_okay=False, path_type=Path))


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    for command in (backup_command, restore_command, doctor_command):
        app.cli.add_command(command)


@click.command("backup")
@file_argument
@with_appcontext
def backup_command(file: Path) -> None:
    """Copy the SQLite database to the new FILE while the server goes on."""
    try:
        backup.write_to(writer(), file)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The database is copied to {file}, and the copy is sound.")
    try:
        write(lambda tx: _note_backup(tx, file))
    except SQLAlchemyError as error:  # the tables may be those of an older version
        click.echo(f"The logs of admins do not tell of it: {error.__cause__}", err=True)


@click.command("restore")
@file_argument
@with_appcontext
def restore_command(file: Path) -> None:
    """Put a copy of FILE in the place of the SQLite database, which is kept beside it."""
    try:
        restored = restore.restore(writer(), file)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file} is sound, and a copy of it is the database now.")
    if restored.former:
        click.echo(f"The database that was there before is kept as {restored.former}.")
    if restored.needs_upgrade:
        click.echo("Its tables are older: run `flask --app app db upgrade` now.")
    click.echo("`flask --app app doctor` tells whether everything fits together.")


@click.command("doctor")
@as_json
@click.pass_context
@with_appcontext
def doctor_command(context: click.Context, as_json: bool) -> None:
    """Look whether everything is as it must be; exit with 1 when something is not."""
    found = []
    for finding in doctor.examine(config.current()):
        found.append(finding)
        if not as_json:
            _tell(finding)
    if as_json:
        print_json([{**asdict(f), "ok": not f.problems} for f in found])
    if any(finding.problems for finding in found):
        context.exit(1)


def _note_backup(tx: Connection, file: Path) -> None:
    """Let the admins of every company see that a copy of their data was made."""
    for company in companies.listed(tx):
        actor = Actor.command_line(company.id)
        audit.record(tx, actor, "copied the database to", str(file))


def _tell(finding: doctor.Finding) -> None:
    if not finding.problems:
        click.echo(f"✓ {finding.subject}")
    for problem in finding.problems:
        click.echo(f"✗ {finding.subject}: {problem}")
