"""Envoy Console: a mock Envoy admin console over a real SCIM 2.0 endpoint.

`create_app` is the recipe. Each part knows how to add itself to the app; the map
of the house is docs/architecture.md.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined

from envoy_console import (
    classroom,
    command_line,
    config,
    console,
    errors,
    extensions,
    headers,
    health,
    logs,
    metrics,
    oauth,
    queue,
    scim_api,
    sessions,
    sso,
    tutorial,
)
from envoy_console.config import Config
from envoy_console.directory import exchange_log
from envoy_console.entra import pages
from envoy_console.models import transactions

ROOT = Path(__file__).resolve().parent.parent


class Synchronous(Flask):
    """Flask, which asks of every function it calls whether it is async: none is here,
    and asking ten times a request costs a twentieth of a look-up.
    """

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_app(settings: Config | None = None) -> Flask:
    """Build the app from `settings`, or from the environment when none are given."""
    os.umask(0o077)  # the database, its backups and the secrets are for us alone
    app = Synchronous(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=str(ROOT / "static"),
        instance_path=str(settings.instance if settings else ROOT / "instance"),
    )
    app.jinja_env.undefined = StrictUndefined
    app.session_interface = sessions.ConsoleSessions()
    config.init_app(app, settings or Config.from_env(ROOT / "instance"))
    logs.init_app(app)
    extensions.init_app(app)
    transactions.init_app(app)
    exchange_log.init_app(app)
    scim_api.init_app(app)
    oauth.init_app(app)
    console.init_app(app)
    pages.init_app(app)
    classroom.init_app(app)
    sso.init_app(app)
    tutorial.init_app(app)
    health.init_app(app)
    metrics.init_app(app)
    errors.init_app(app)
    headers.init_app(app)
    queue.init_app(app)
    command_line.init_app(app)
    return app
