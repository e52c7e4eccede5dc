"""`flask --app app audit …`: prove the log of what administrators did, or take it along."""

from __future__ import annotations

import json
import sys

import click
from flask import Flask
from flask.cli import AppGroup
from sqlalchemy.engine import Connection

from envoy_console.commands import in_plain_words
from envoy_console.directory import audit, audit_chain, audit_verdict, companies
from envoy_console.directory.actors import Actor
from envoy_console.directory.audit_verdict import Head, Sound, UnsoundError
from envoy_console.models.transactions import read, write

audit_group = AppGroup("audit", help="The log of what administrators did.")

of_company = click.option(
    "--company", "name", required=True, help="The company's name."
)


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(audit_group)


@audit_group.command("verify")
@click.option("--company", "name", help="This company alone.")
@click.option("--head", "known", help="A head that was printed before: 12:5f0c….")
@in_plain_words
def verify(name: str | None, known: str | None) -> None:
    """Tell whether the logs are what was written; exit 1 where one is not."""
    head = _head(known, name)
    with read() as tx:
        asked = [companies.by_name(tx, name)] if name else companies.listed(tx)
    # of all companies, so that one bad log does not hide another
    verdicts = [_verify(company.id, company.name, head) for company in asked]
    sys.exit(0 if all(verdicts) else 1)


@audit_group.command("export")
@of_company
@in_plain_words
def export(name: str) -> None:
    """Print a company's log, one JSON object a line, the oldest first."""
    company_id = write(lambda tx: _noted(tx, name, "exported the audit log"))
    with read() as tx:
        for row in audit_chain.rows(tx, company_id):
            told = {
                **row._mapping,
                "at": row.at.isoformat(),
                "hash": row.hash and row.hash.hex(),
            }
            click.echo(json.dumps(told, ensure_ascii=False))


@audit_group.command("begin")
@of_company
@click.confirmation_option(
    prompt="The rows as they are now are taken for what was written. Go on?"
)
@in_plain_words
def begin(name: str) -> None:
    """Begin the chain of a company's log anew, where its key is lost for good."""
    write(lambda tx: _begin(tx, name))
    click.echo(f"The chain of {name} begins anew, over the rows as they are now.")


def _head(text: str | None, company: str | None) -> Head | None:
    if text is None:
        return None
    if company is None:
        raise click.BadParameter("say whose head it is with --company")
    try:
        return Head.read(text)
    except ValueError as error:
        raise click.BadParameter("give a head as it was printed: 12:5f0c…") from error


def _verify(company_id: str, name: str, known: Head | None) -> bool:
    try:
        with read() as tx:
            click.echo(
                f"{name}: {_in_words(audit_verdict.verify(tx, company_id, known=known))}"
            )
    except UnsoundError as error:
        click.echo(f"{name}: NOT SOUND: {error}")
        return False
    return True


def _in_words(sound: Sound) -> str:
    if sound.chain is None:
        return f"no chain yet, {sound.rows:,} rows."
    words = f"sound, {sound.rows:,} rows. Head {sound.head}"
    if sound.chain.anchored:
        words += (
            f". {sound.chain.anchored:,} of them were there when the chain began, on "
            f"{sound.chain.begun_at:%Y-%m-%d %H:%M} UTC"
        )
    return words


def _begin(tx: Connection, name: str) -> None:
    company_id = companies.by_name(tx, name).id
    audit_chain.begin_anew(tx, company_id)
    _noted(tx, name, "began the chain of the audit log anew")


def _noted(tx: Connection, name: str, deed: str) -> str:
    company_id = str(companies.by_name(tx, name).id)
    audit.record(tx, Actor.command_line(company_id), deed)
    return company_id
