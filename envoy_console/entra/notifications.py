"""Mails to the Notification Email: written to the outbox in the transaction of what they
tell. `mail` sends them afterwards, where a mail server is configured.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.entra import quarantine
from envoy_console.entra.errors import UnknownError
from envoy_console.models import EntraApp, EntraNotification, paging
from envoy_console.models.base import now, table

outbox = table(EntraNotification)
apps = table(EntraApp)


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
            subject=_subject(app, reason),
            body=_body(app, reason, message),
        )
    )


def page(tx: Connection, company_id: str, number: int = 1) -> paging.Page[Any]:
    """Return a page of the mails of a tenant, latest first."""
    query = sa.select(outbox).where(outbox.c.company_id == company_id)
    return paging.fetch(tx, query.order_by(outbox.c.id.desc()), number)


def one(tx: Connection, company_id: str, mail_id: str) -> Any:
    """Return a mail, with the name of its app; raises UnknownError."""
    query = (
        sa.select(outbox, apps.c.name.label("app_name"))
        .join(apps, apps.c.id == outbox.c.app_id)
        .where(
            outbox.c.company_id == company_id,
            sa.cast(outbox.c.id, sa.Text) == mail_id,
        )
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownError("There is no such mail in the outbox.")
    return found


def _subject(app: Any, reason: str) -> str:
    if reason == quarantine.TOO_MANY_DELETES:
        return f"{app.name}: deletions wait for you, provisioning is in quarantine"
    return f"{app.name}: provisioning has been quarantined"


def _body(app: Any, reason: str, message: str) -> str:
    page = f"{config.current().external_url}/entra/apps/{app.id}/provisioning"
    paragraphs = (
        f"Provisioning to {app.name} has been quarantined.",
        f"Reason: {reason}\n{message}",
        "While in quarantine, cycles are run less and less often, and after 28 days "
        "no more.",
        f"What to do: {quarantine.ADVICE.get(reason, 'Choose Restart provisioning.')}",
        f"See {page}",
        "This is a mail of a training environment. It does not come from Microsoft.",
    )
    return "\n\n".join(paragraphs) + "\n"
