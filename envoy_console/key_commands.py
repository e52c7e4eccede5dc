"""`flask --app app keys rotate`: the second step of changing TOKEN_KEY."""

from __future__ import annotations

import sys

import click
from flask import Flask
from flask.cli import AppGroup

from envoy_console.commands import in_plain_words
from envoy_console.models import resealing

keys = AppGroup("keys", help="The key that seals secrets: rotate.")

LOST = (
    "What no key opens stays as it is. Put the key that sealed it into TOKEN_KEY, after "
    "the first, and run this again; if that key is lost, rotate the token, enter the "
    "Secret Token again, or add a certificate, and begin the audit log anew."
)


def add_commands(app: Flask) -> None:
    """Add the commands to `flask`."""
    app.cli.add_command(keys)


@keys.command("rotate")
@in_plain_words
def rotate() -> None:
    """Seal all that is sealed anew, with the first key of TOKEN_KEY.

    It may run while the server serves, and more than once. Afterwards, the other keys
    may leave TOKEN_KEY.
    """
    tallies = resealing.reseal()
    for each in tallies:
        click.echo(
            f"{each.name}: {each.renewed:,} sealed anew, {each.current:,} were already"
            + (f", {each.unreadable:,} that no key opens" if each.unreadable else "")
        )
    if any(each.unreadable for each in tallies):
        click.echo(LOST, err=True)
        sys.exit(1)
