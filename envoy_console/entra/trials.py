"""Test Connection, done by the worker: the page only asks and looks what came of it."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from envoy_console import config
from envoy_console.entra import (
    connection_test,
    provisioning_settings,
    setup,
    targets,
)
from envoy_console.entra.client import ScimClient
from envoy_console.entra.connection_test import ConnectionResult
from envoy_console.entra.provisioning_settings import Trial
from envoy_console.entra.urls import RefusedError
from envoy_console.models.transactions import read, write


def run(app_id: str) -> None:
    """Try the credentials that wait to be tried, and keep the verdict."""
    with read() as tx:
        trial = provisioning_settings.trial(tx, app_id)
        if trial is None:
            return
        probed = setup.read(tx, app_id).probed
    verdict = asdict(_try(trial, probed))
    write(lambda tx: provisioning_settings.conclude(tx, app_id, trial.id, verdict))


def _try(trial: Trial, probed: dict[str, Any]) -> ConnectionResult:
    try:
        target = targets.judge(trial.credentials.tenant_url, config.current())
    except RefusedError as error:
        return connection_test.refused(trial.app_name, str(error))
    with ScimClient(target, trial.credentials.token) as client:
        return connection_test.check_connection(client, trial.app_name, **probed)
