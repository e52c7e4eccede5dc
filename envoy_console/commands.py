"""The command line: `flask --app app …`. Each command says what it did."""

from __future__ import annotations

import gc
import json
import re
import sys
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup, with_appcontext
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from envoy_console import config, seed
from envoy_console.directory import (
    accounts,
    clients,
    companies,
    integrations,
    loading,
    locations,
    passwords,
    tokens,
)
from envoy_console.directory.actors import Actor
from envoy_console.directory.clients import Credentials
from envoy_console.directory.errors import RuleError
from envoy_console.models import backup
from envoy_console.models.backup import BackupError
from envoy_console.models.transactions import read, write, writer
from envoy_console.scenarios import bringing, catalogue
from envoy_console.scenarios.catalogue import Scenario

Command = Callable[..., Any]

company = AppGroup("company", help="Companies: create, list, load, reset.")
token = AppGroup("token", help="OAUTH BEARER TOKENS and OAuth clients.")
account = AppGroup("account", help="Console accounts.")

as_json = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


def add_commands(app: Flask) -> None:
    """Add our commands to `flask`."""
    for group in (company, token, account):
        app.cli.add_command(group)
    app.cli.add_command(seed_command)
    app.cli.add_command(backup_command)


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


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def backup_command(file: Path) -> None:
    """Copy the SQLite database to the new FILE while the server goes on."""
    try:
        backup.write_to(writer(), file)
    except BackupError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The database is copied to {file}, and the copy is sound.")


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
        _print_json({"company_id": created.company_id, "email": email, **shown})
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
        _print_json(
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
        _print_json({"users": loaded.users, "groups": loaded.groups})
        return
    click.echo(f"Loaded {loaded.users:,} users, {loaded.groups:,} groups into {name}.")


@account.command("reset-password")
@click.argument("email")
@in_plain_words
def reset_password(email: str) -> None:
    """Give EMAIL a new password and print it; every session of theirs ends."""
    password = write(lambda tx: accounts.reset_password(tx, email))
    click.echo(f"Password of {email} (shown this once): {password}")


@token.command("issue")
@click.option("--company", "name", required=True, help="The company's name.")
@click.option(
    "--expires", "lifetime", default="365d", help="How long it lives: 90d, 12h."
)
@as_json
@in_plain_words
def issue_token(name: str, lifetime: str, as_json: bool) -> None:
    """Install the integration where it is missing, and print a new token alone."""
    duration = _duration(lifetime)
    issued = write(lambda tx: _issue(tx, name, duration))
    if as_json:
        _print_json({"token": issued, "tenant_url": config.current().scim_url})
    else:
        click.echo(issued)


@token.command("list")
@click.option("--company", "name", required=True, help="The company's name.")
@as_json
@in_plain_words
def list_tokens(name: str, as_json: bool) -> None:
    """List the company's tokens, dead ones included."""
    with read() as tx:
        rows = tokens.of_company(tx, companies.by_name(tx, name).id)
    described = [
        {
            "id": row.id,
            "token": row.hint,
            "created": row.created_at.isoformat(),
            "expires": row.expires_at.isoformat(),
            "revoked": row.revoked_at and row.revoked_at.isoformat(),
            "last_used": row.last_used_at and row.last_used_at.isoformat(),
        }
        for row in rows
    ]
    if as_json:
        _print_json(described)
        return
    for token_row in described:
        state = f"revoked {token_row['revoked']}" if token_row["revoked"] else "live"
        click.echo(f"{token_row['id']}  {token_row['token'][-4:]}  {state}")


@token.command("revoke")
@click.argument("token_id")
@click.option("--company", "name", required=True, help="The company's name.")
@in_plain_words
def revoke_token(token_id: str, name: str) -> None:
    """Stop a token at once; `token list` shows the ids."""
    write(
        lambda tx: tokens.revoke(
            tx, Actor.command_line(companies.by_name(tx, name).id), token_id
        )
    )
    click.echo("Revoked. Requests with it are answered 401 from now on.")


@token.command("client-issue")
@click.option("--company", "name", required=True, help="The company's name.")
@as_json
@in_plain_words
def issue_client(name: str, as_json: bool) -> None:
    """Install the integration where it is missing, and print a new OAuth client."""
    made = write(lambda tx: _issue_client(tx, name))
    endpoint = config.current().oauth_token_url
    if as_json:
        _print_json(
            {
                "client_id": made.client_id,
                "client_secret": made.client_secret,
                "token_endpoint": endpoint,
            }
        )
        return
    click.echo(f"Client Identifier      {made.client_id}")
    click.echo(f"Client Secret          {made.client_secret}  (shown this once)")
    click.echo(f"OAuth2 token endpoint  {endpoint}")


@token.command("client-revoke")
@click.option("--company", "name", required=True, help="The company's name.")
@in_plain_words
def revoke_client(name: str) -> None:
    """Stop the company's OAuth client and its access tokens at once."""
    write(
        lambda tx: clients.revoke(
            tx, Actor.command_line(companies.by_name(tx, name).id)
        )
    )
    click.echo("Revoked. Its access tokens are answered 401 from now on.")


def _reset(tx: Connection, name: str) -> None:
    _bring(tx, name, catalogue.named("fresh"))


def _bring(tx: Connection, name: str, scenario: Scenario) -> str:
    company_id = str(companies.by_name(tx, name).id)
    bringing.bring(tx, Actor.command_line(company_id), scenario)
    return company_id


def _load(tx: Connection, name: str, survey: loading.Survey) -> loading.Loaded:
    actor = Actor.command_line(companies.by_name(tx, name).id)
    location_id = locations.default_id(tx, actor.company_id)
    return loading.load(tx, actor, survey, location_id=location_id)


def _issue(tx: Connection, name: str, lifetime: timedelta) -> str:
    actor, integration_id = _installed(tx, name)
    tokens.make_room(tx, integration_id)
    return tokens.issue(tx, actor, integration_id, lifetime=lifetime)


def _issue_client(tx: Connection, name: str) -> Credentials:
    actor, _ = _installed(tx, name)
    return clients.issue(tx, actor)


def _installed(tx: Connection, name: str) -> tuple[Actor, str]:
    """Have the integration installed and saved; return who did it, and its id."""
    company_id = companies.by_name(tx, name).id
    oldest = accounts.global_admins(tx, company_id)[0]
    actor = Actor.command_line(company_id, account_id=oldest)
    integration_id = integrations.install(tx, actor)
    integration = integrations.required(tx, company_id)
    if integration.saved_at is None:
        integrations.mark_saved(tx, actor, integration_id, integrations.ALL_USERS)
    return actor, integration_id


def _given_password(email: str) -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    name, _, domain = email.partition("@")
    passwords.check(password, about=(name, domain))
    return password


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,4})([dh])", text)
    if not found:
        raise click.BadParameter("use a number of days or hours, such as 90d or 12h")
    number = int(found[1])
    return timedelta(days=number) if found[2] == "d" else timedelta(hours=number)


def _print_json(value: Any) -> None:
    click.echo(json.dumps(value, indent=2))
