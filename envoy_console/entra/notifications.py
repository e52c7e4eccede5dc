"""Mails to the Notification Email: written to the outbox, sent by SMTP if there is one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models.base import now, table
from envoy_console.models.entra import EntraNotification

outbox = table(EntraNotification)


def quarantined(tx: Connection, app: Any, reason: str, message: str) -> None:
    """Tell whoever wants to be told that the job was quarantined, or why it still is."""
    if not (app.notifies and app.notification_email):
        return
    tx.execute(
        outbox.insert().values(
            company_id=app.company_id,
            app_id=app.id,
            at=now(),
            recipient=app.notification_email,
            subject=f"{app.name}: provisioning has been quarantined",
            body=(
                f"Provisioning to {app.name} has been quarantined.\n\n"
                f"Reason: {reason}\n{message}\n\n"
                "While in quarantine, cycles are run less and less often. Mend the "
                "cause, then choose Restart provisioning, or wait for the next try."
            ),
        )
    )


def page(tx: Connection, company_id: str, size: int = 100) -> list[Any]:
    """Return the mails of a tenant, latest first."""
    query = sa.select(outbox).where(outbox.c.company_id == company_id)
    return list(tx.execute(query.order_by(outbox.c.id.desc()).limit(size)).all())
