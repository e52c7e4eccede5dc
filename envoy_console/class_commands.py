"""`company create-class`, and who is an operator: `flask --app app operator …`."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TextIO

import click
from flask import Flask
from flask.cli import AppGroup
from rich.console import Console
from rich.table import Table

from envoy_console import config
from envoy_console.classroom import founding
from envoy_console.classroom.founding import Card
from envoy_console.commands import as_json, company, in_plain_words
from envoy_console.directory import accounts, audit, companies
from envoy_console.directory.actors import Actor
from envoy_console.models.transactions import read, write
from envoy_console.web.wording import counted

operator = AppGroup("operator", help="Who runs classes: appoint, dismiss.")


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(operator)


@operator.command("appoint")
@click.argument("email")
@in_plain_words
def appoint(email: str) -> None:
    """Make EMAIL an operator: a global admin of their company who runs its class."""
    write(lambda tx: accounts.appoint(tx, email))
    click.echo(f"{email} is an operator now, and signs in anew.")


@operator.command("dismiss")
@click.argument("email")
@in_plain_words
def dismiss(email: str) -> None:
    """Let EMAIL be a global admin and no more."""
    write(lambda tx: accounts.dismiss(tx, email))
    click.echo(f"{email} is a global admin now, and signs in anew.")


@company.command("create-class")
@click.argument("count", type=click.IntRange(1, founding.MOST), required=False)
@click.option(
    "--company",
    "owner",
    default="Contoso",
    show_default=True,
    help="The company whose operators run the class.",
)
@click.option("--title", default="Class A", show_default=True, help="Its name.")
@click.option("--names", type=click.File(), help="A file of names, one a line.")
@as_json
@in_plain_words
def create_class(
    count: int | None, owner: str, title: str, names: TextIO | None, as_json: bool
) -> None:
    """Found COUNT companies, or one for each of the names; print how to sign in, once."""
    with read() as tx:
        owner_id = str(companies.by_name(tx, owner).id)
    seats = founding.seats_for(title, count, names.read() if names else "")
    cards: list[Card] = []
    try:
        cards.extend(founding.found(owner_id, seats))
    finally:  # those that were founded have their cards, whatever happened to the rest
        _print(cards, as_json)
    actor = Actor.command_line(owner_id)
    number = counted(len(cards), "company", "companies")
    write(lambda tx: audit.record(tx, actor, "founded a class of", number))


def _print(cards: list[Card], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([asdict(card) for card in cards], indent=2))
        return
    shown = Table("Company", "Email", "Password")
    for card in cards:
        shown.add_row(card.company, card.email, card.password)
    Console().print(shown)
    click.echo(
        f"Sign in at {config.current().external_url}. The passwords are shown this once."
    )
