"""Test Connection, done by the worker: the page only asks and looks what came of it."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.entra import (
    connection_test,
    jobs,
    provisioning_settings,
    setup,
    targets,
)
from envoy_console.entra.client import ScimClient
from envoy_console.entra.connection_test import ConnectionResult
from envoy_console.entra.provisioning_settings import KeyChangedError, Trial
from envoy_console.entra.urls import RefusedError
from envoy_console.models import EntraApp
from envoy_console.models.base import now, table
from envoy_console.models.transactions import read, write

apps = table(EntraApp)

# Whoever has not been tried for so long has not been heard by a worker.
AGAIN_AFTER = timedelta(seconds=30)


def run(app_id: str) -> None:
    """Try the credentials that wait to be tried, and keep the verdict."""
    with jobs.unless_deleted(app_id):
        _run(app_id)


def _run(app_id: str) -> None:
    with read() as tx:
        trial = provisioning_settings.trial(tx, app_id)
        if trial is None:
            return
        probed = setup.read(tx, app_id).probed
    verdict = asdict(_try(trial, probed))
    write(lambda tx: provisioning_settings.conclude(tx, app_id, trial.id, verdict))


def waiting(tx: Connection) -> list[str]:
    """Return the apps whose credentials have waited to be tried for a while."""
    asked = sa.select(apps.c.id, apps.c.last_test).where(apps.c.last_test.is_not(None))
    return [row.id for row in tx.execute(asked) if _waits(row.last_test)]


def _waits(test: Any) -> bool:
    if not test or test["ok"] is not None:
        return False
    return bool(datetime.fromisoformat(test["at"]) < now() - AGAIN_AFTER)


def _try(trial: Trial, probed: dict[str, Any]) -> ConnectionResult:
    try:
        credentials = trial.credentials
        target = targets.judge(credentials.tenant_url, config.current())
    except (RefusedError, KeyChangedError) as error:
        return connection_test.refused(trial.app_name, str(error))
    with ScimClient(target, credentials.token) as client:
        return connection_test.check_connection(client, trial.app_name, **probed)
