"""What the Entra console has to tell the Envoy console: the other way round of
`counterparts`. Envoy works without it, whoever sends the requests.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.entra import summaries

ENVOY = "envoy"


def apps(tx: Connection, company_id: str) -> list[Any]:
    """Return the tenant's applications, the most pressing first."""
    return summaries.every(tx, company_id)


def job(tx: Connection, company_id: str) -> Any | None:
    """Return how provisioning to Envoy is doing, if an application was added for it."""
    to_envoy = (app for app in apps(tx, company_id) if app.template == ENVOY)
    return next(to_envoy, None)
