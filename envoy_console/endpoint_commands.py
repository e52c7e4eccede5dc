"""`flask --app app entra test-connection` and `check`: any SCIM endpoint, by its URL.

They know no company and no application: a URL and its token are all that they need.
"""

from __future__ import annotations

import sys
from dataclasses import asdict

import click
from flask import Flask
from flask.cli import with_appcontext
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from envoy_console import config
from envoy_console.commands import as_json, in_plain_words, print_json, progress
from envoy_console.entra import connection_test, targets
from envoy_console.entra.client import ScimClient
from envoy_console.entra.endpoint_check.ledger import Ledger
from envoy_console.entra.endpoint_check.requirements import (
    FAILED,
    PASSED,
    SKIPPED,
    Finding,
)
from envoy_console.entra.urls import RefusedError
from envoy_console.entra_commands import entra

COLOURS = {PASSED: "green", FAILED: "red", SKIPPED: "dim"}

token_stdin = click.option(
    "--token-stdin", is_flag=True, help="Read the token from stdin."
)


def add_commands(app: Flask) -> None:
    """Add the commands to those of the tenant, where `flask` finds them."""
    for command in (test_connection, check_endpoint):
        entra.add_command(command)


@click.command("test-connection")
@with_appcontext
@click.argument("url")
@token_stdin
@as_json
@in_plain_words
def test_connection(url: str, token_stdin: bool, as_json: bool) -> None:
    """Probe the SCIM endpoint at URL as Test Connection does."""
    token = _token(token_stdin)
    try:
        target = targets.judge(url, config.current())
    except RefusedError as error:
        raise click.ClickException(str(error)) from error
    with ScimClient(target, token) as client:
        result = connection_test.check_connection(
            client, url, user_attribute="userName", group_attribute="displayName"
        )
    if as_json:
        print_json(asdict(result))
    else:
        click.echo("\n".join(filter(None, (result.message, result.details))))
    sys.exit(0 if result.ok else 1)


@click.command("check")
@with_appcontext
@click.argument("url")
@token_stdin
@as_json
@in_plain_words
def check_endpoint(url: str, token_stdin: bool, as_json: bool) -> None:
    """Check what the SCIM endpoint at URL does against what Entra and the RFCs ask.

    It makes test users and groups whose names begin with endpoint-check-, and removes
    them again.
    """
    token, ledger = _token(token_stdin), Ledger()
    try:
        found = _checked(url, token, ledger, quiet=as_json)
    except RefusedError as error:
        raise click.ClickException(str(error)) from error
    _print(found, as_json)
    for left in ledger.creations:
        click.echo(f"Could not be removed: {left.shown}", err=True)
    sys.exit(1 if any(each.status == FAILED for each in found) else 0)


def _token(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().strip()
    return str(click.prompt("Secret Token", hide_input=True))


def _checked(url: str, token: str, ledger: Ledger, *, quiet: bool) -> list[Finding]:
    # what is behind them takes a second to load, which other commands need not wait
    from envoy_console.entra.endpoint_check import (  # noqa: PLC0415
        examination,
        running,
    )

    found: list[Finding] = []
    with running.wired(url, token, ledger) as wire, progress(quiet=quiet) as shown:
        bar = shown.add_task("Checking", total=None)
        try:
            for each in examination.examine(wire):
                found += each.findings
                shown.update(bar, completed=each.done, total=each.planned)
        finally:
            wire.tidy_all()
    return found


def _print(found: list[Finding], as_json: bool) -> None:
    if as_json:
        print_json([asdict(each) for each in found])
        return
    shown = Table("Requirement", "Status", "What came")
    for each in found:
        asked, colour = each.requirement, COLOURS[each.status]
        shown.add_row(
            f"{asked.chapter}: {asked.title} ({asked.reference})",
            f"[{colour}]{each.status}[/]",
            escape(each.found),
        )
    Console().print(shown)
