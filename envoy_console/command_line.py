"""Our commands for `flask --app app`, imported when the first one is asked for.

A web process never asks for any. What only they need — tables and progress bars, and all
that speaks to other servers — would cost it a fifth of its memory.
"""

from __future__ import annotations

from importlib import import_module

import click
from flask import Flask
from flask.cli import AppGroup

from envoy_console.extensions import MIGRATIONS, db

MODULES = (
    *("commands", "token_commands", "entra_commands", "endpoint_commands"),
    *("class_commands", "audit_commands", "key_commands", "operations_commands"),
    "tasks",
)


def init_app(app: Flask) -> None:
    """Let `flask` find our commands."""
    app.cli = CommandLine(app)


class CommandLine(AppGroup):
    """The commands of every module, each of which adds its own by `add_commands`."""

    def __init__(self, app: Flask) -> None:
        super().__init__()
        self._app = app
        self._is_complete = False

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        self._complete()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, or None when there is none of that name."""
        self._complete()
        return super().get_command(ctx, cmd_name)

    def _complete(self) -> None:
        if not self._is_complete:
            self._is_complete = True
            for module in MODULES:
                import_module(f"envoy_console.{module}").add_commands(self._app)
            _add_migrations(self._app)


def _add_migrations(app: Flask) -> None:
    from flask_migrate import Migrate  # noqa: PLC0415

    Migrate(app, db, directory=str(MIGRATIONS), compare_type=True)
