"""`flask --app app token …`: bearer tokens and OAuth clients of a company."""

from __future__ import annotations

import re
from datetime import timedelta

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.commands import as_json, in_plain_words, print_json
from envoy_console.directory import accounts, clients, companies, integrations, tokens
from envoy_console.directory.actors import Actor
from envoy_console.directory.clients import Credentials
from envoy_console.models.transactions import read, write

token = AppGroup("token", help="OAUTH BEARER TOKENS and OAuth clients.")


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(token)


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
        print_json({"token": issued, "tenant_url": config.current().scim_url})
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
        print_json(described)
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
        print_json(
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


def _duration(text: str) -> timedelta:
    found = re.fullmatch(r"([1-9][0-9]{0,4})([dh])", text)
    if not found:
        raise click.BadParameter("use a number of days or hours, such as 90d or 12h")
    number = int(found[1])
    return timedelta(days=number) if found[2] == "d" else timedelta(hours=number)
