"""The command line: `flask --app app …`. Each command says what it did."""

from __future__ import annotations

import gc
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from envoy_console import config, seed
from envoy_console.directory import (
    accounts,
    audit,
    companies,
    loading,
    locations,
    passwords,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models.engine import enlarge_cache
from envoy_console.models.transactions import read, write
from envoy_console.scenarios import bringing, catalogue
from envoy_console.scenarios.catalogue import Scenario

Command = Callable[..., Any]

company = AppGroup("company", help="Companies: create, list, load, reset.")
account = AppGroup("account", help="Console accounts.")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def add_commands(app: Flask) -> None:
    """Add our commands to `flask`."""
    for group in (company, account):
        app.cli.add_command(group)
    app.cli.add_command(seed_command)


def in_plain_words(command: Command) -> Command:
    """Turn a broken rule or an absent database into a sentence and a non-zero exit."""

    @wraps(command)
    def run(*args: Any, **options: Any) -> Any:
        try:
            return command(*args, **options)
        except RuleError as error:
            raise click.ClickException(str(error)) from error
        except OperationalError as error:
            raise click.ClickException(
                "The database cannot be used. Is it there, and has "
                f"`flask --app app db upgrade` been run? ({error.orig})"
            ) from error

    return run


@click.command("seed")
@in_plain_words
def seed_command() -> None:
    """Found the demo company on an empty server and print its sign-in, once."""
    planted = write(seed.plant)
    if planted is None:
        click.echo("There is a company already: nothing to seed.")
        return
    click.echo(
        f"\n  The demo company {seed.COMPANY} is ready. Sign in at "
        f"{config.current().external_url}\n\n"
        f"    Email     {planted.email}\n"
        f"    Password  {planted.password}\n\n"
        "  The password is shown this once. "
        f"`flask --app app account reset-password {planted.email}` makes a new one.\n"
    )


@company.command("create")
@click.argument("name")
@click.option(
    "--admin", "email", required=True, help="Email address of the first global admin."
)
@click.option("--admin-name", default="", help="Their name.")
@click.option("--password-stdin", is_flag=True, help="Read the password from stdin.")
@as_json
@in_plain_words
def create_company(
    name: str, email: str, admin_name: str, password_stdin: bool, as_json: bool
) -> None:
    """Found the company NAME; prints a generated password unless you give one."""
    password = _given_password(email) if password_stdin else passwords.generate()
    created = write(
        lambda tx: companies.create(
            tx, name=name, email=email, admin_name=admin_name, password=password
        )
    )
    shown = {} if password_stdin else {"password": password}
    if as_json:
        print_json({"company_id": created.company_id, "email": email, **shown})
        return
    click.echo(f"Founded {name}. {email} may sign in as its global admin.")
    if shown:
        click.echo(f"Password (shown this once): {password}")


@company.command("list")
@as_json
@in_plain_words
def list_companies(as_json: bool) -> None:
    """List the companies on this server."""
    with read() as tx:
        rows = companies.listed(tx)
    if as_json:
        print_json(
            [{"id": r.id, "name": r.name, "employees": r.employee_count} for r in rows]
        )
        return
    for row in rows:
        click.echo(
            f"{row.name}: {row.employee_count} employees, since {row.created_at:%Y-%m-%d}"
        )
    if not rows:
        click.echo("No companies yet. `company create NAME --admin EMAIL` founds one.")


@company.command("reset")
@click.argument("name")
@click.confirmation_option(
    prompt="This deletes its directory, integration and SCIM logs. Go on?"
)
@in_plain_words
def reset_company(name: str) -> None:
    """Bring the company NAME back to its first day; its accounts stay."""
    write(lambda tx: _reset(tx, name))
    click.echo(
        f"{name} is as new: no integration, no employees, no groups, empty SCIM logs; "
        "its Entra tenant has the people of the sample company again. Its accounts and "
        "the log of what admins did stay."
    )


@company.command("scenario")
@click.argument("name")
@click.argument("scenario", type=click.Choice(list(catalogue.SCENARIOS)))
@click.confirmation_option(
    prompt="This deletes its directory, integration, tenant and SCIM logs. Go on?"
)
@in_plain_words
def bring_company(name: str, scenario: str) -> None:
    """Reset the company NAME and bring it to SCENARIO; its accounts stay."""
    chosen = catalogue.named(scenario)
    company_id = write(lambda tx: _bring(tx, name, chosen))
    bringing.ring(company_id, chosen)
    click.echo(f"{name}: {chosen.title}. {chosen.gives}")
    if chosen.needs_worker:
        click.echo("The worker does the rest; it has to be running.")


@company.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--company", "name", required=True, help="The company's name.")
@as_json
@in_plain_words
def load_company(file: Path, name: str, as_json: bool) -> None:
    """Add the users and groups of FILE, one SCIM resource a line; all or nothing."""
    gc.disable()  # it would look through all that was read, again and again: a seventh
    try:
        with loading.surveyed(file) as survey:
            loaded = write(lambda tx: _load(tx, name, survey))
    finally:
        gc.enable()
    if as_json:
        print_json({"users": loaded.users, "groups": loaded.groups})
        return
    click.echo(f"Loaded {loaded.users:,} users, {loaded.groups:,} groups into {name}.")


@account.command("reset-password")
@click.argument("email")
@in_plain_words
def reset_password(email: str) -> None:
    """Give EMAIL a new password and print it; every session of theirs ends."""
    password = write(lambda tx: accounts.reset_password(tx, email))
    click.echo(f"Password of {email} (shown this once): {password}")


def _reset(tx: Connection, name: str) -> None:
    _bring(tx, name, catalogue.named("fresh"))


def _bring(tx: Connection, name: str, scenario: Scenario) -> str:
    company_id = str(companies.by_name(tx, name).id)
    bringing.bring(tx, Actor.command_line(company_id), scenario)
    return company_id


def _load(tx: Connection, name: str, survey: loading.Survey) -> loading.Loaded:
    enlarge_cache(tx)
    actor = Actor.command_line(companies.by_name(tx, name).id)
    location_id = locations.default_id(tx, actor.company_id)
    loaded = loading.load(tx, actor, survey, location_id=location_id)
    number = f"{loaded.users:,} users, {loaded.groups:,} groups"
    audit.record(tx, actor, "loaded from a file", number)
    return loaded


def _given_password(email: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    name, _, domain = email.partition("@")
    passwords.check(password, about=(name, domain))
    return password


def print_json(value: Any) -> None:
    """Print what a script will read."""
    click.echo(json.dumps(value, indent=2))


def progress(*, quiet: bool) -> Progress:
    """Return a bar for what takes long; it is no part of what is printed."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, console=Console(stderr=True), disable=quiet)
