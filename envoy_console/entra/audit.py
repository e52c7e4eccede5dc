"""Audit logs of the tenant: what an administrator did, in Entra's words (spec §3.4)."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import EntraAuditLog
from envoy_console.models.base import now, table

audit_logs = table(EntraAuditLog)

PROVISIONING, QUARANTINE = "Provisioning", "Quarantine"
USERS, GROUPS, APPS = "UserManagement", "GroupManagement", "ApplicationManagement"


def write_down(
    tx: Connection,
    company_id: str,
    *,
    actor: str,
    category: str,
    activity: str,
    target: str,
    app_id: str | None = None,
    detail: str = "",
) -> None:
    """Add a line to the audit logs, in the transaction of what it tells."""
    tx.execute(
        audit_logs.insert().values(
            company_id=company_id,
            at=now(),
            actor=actor,
            category=category,
            activity=activity,
            target=target,
            app_id=app_id,
            detail=detail,
        )
    )


def about_app(
    tx: Connection,
    app: Any,
    *,
    actor: str,
    category: str,
    activity: str,
    detail: str = "",
) -> None:
    """As `write_down`, about an application of the tenant."""
    write_down(
        tx,
        app.company_id,
        actor=actor,
        category=category,
        activity=activity,
        target=app.name,
        app_id=app.id,
        detail=detail,
    )


def page(
    tx: Connection,
    company_id: str,
    *,
    category: str = "",
    app_id: str = "",
    before: int = 0,
    size: int = 50,
) -> list[Any]:
    """Return audit logs, latest first, older than the one numbered `before`."""
    query = sa.select(audit_logs).where(audit_logs.c.company_id == company_id)
    if category:
        query = query.where(audit_logs.c.category == category)
    if app_id:
        query = query.where(audit_logs.c.app_id == app_id)
    if before:
        query = query.where(audit_logs.c.id < before)
    return list(tx.execute(query.order_by(audit_logs.c.id.desc()).limit(size)).all())
