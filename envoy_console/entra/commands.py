"""The command bar of the provisioning overview: what an administrator has the job do.

Each command is written into the audit logs in Entra's words (spec §3.4).
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.entra import audit, jobs, provisioning_settings, quarantine
from envoy_console.entra.errors import EntraError

RESTARTED = "Enable/restart provisioning configuration"
DELETES_ALLOWED = "Allow deletes"


class CommandError(EntraError):
    """The job is not in a state for this command."""


def start(tx: Connection, app: Any, *, actor: str) -> None:
    """Begin a cycle now, from where the last one ended."""
    _require_credentials(app)
    if not provisioning_settings.switch(tx, app, on=True, actor=actor):
        raise CommandError("Provisioning is on already.")


def stop(tx: Connection, app: Any, *, actor: str) -> None:
    """Begin no more cycles; one that is running goes on to its end."""
    if not provisioning_settings.switch(tx, app, on=False, actor=actor):
        raise CommandError("Provisioning is off already.")


def restart(tx: Connection, app: Any, *, actor: str) -> None:
    """Begin anew with an initial cycle, and leave quarantine."""
    _require_credentials(app)
    jobs.restart(tx, app.id)
    _write_down(tx, app, actor, RESTARTED)


def allow_deletes(tx: Connection, app: Any, *, actor: str) -> None:
    """Let the deletions through that put the job into quarantine."""
    if jobs.of(tx, app.id).quarantine_reason != quarantine.TOO_MANY_DELETES:
        raise CommandError("No deletions wait to be allowed.")
    jobs.allow_deletes(tx, app.id)
    _write_down(tx, app, actor, DELETES_ALLOWED)


def _require_credentials(app: Any) -> None:
    if app.saved_at is None:
        raise CommandError(
            "Provisioning is not configured. Choose Edit provisioning, enter the Tenant "
            "URL and the Secret Token, and save."
        )


def _write_down(tx: Connection, app: Any, actor: str, activity: str) -> None:
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.PROVISIONING,
        activity=activity,
    )
