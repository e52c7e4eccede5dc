"""What administrators did. Rows are added in the transaction of the deed itself, each
chained to the one before it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import audit_chain
from envoy_console.directory.actors import Actor
from envoy_console.models import AuditEvent, paging
from envoy_console.models.base import table


def record(tx: Connection, actor: Actor, action: str, subject: str = "") -> None:
    """Note that `actor` did `action` (past tense, as the page shows it) to `subject`."""
    event = {
        "company_id": actor.company_id,
        "actor_label": actor.label,
        "action": action,
        "subject": subject,
        "source": actor.source,
    }
    tx.execute(sa.insert(AuditEvent).values(audit_chain.linked(tx, event)))


def latest(tx: Connection, company_id: str, action: str) -> Any | None:
    """Return the company's newest event of one kind, or None."""
    events = table(AuditEvent)
    query = sa.select(events).where(
        events.c.company_id == company_id, events.c.action == action
    )
    return tx.execute(query.order_by(events.c.id.desc()).limit(1)).first()


def page(
    tx: Connection, company_id: str, *, page: int = 1, per_page: int = 50
) -> paging.Page[Any]:
    """Return a page of the company's events, newest first."""
    events = table(AuditEvent)
    query = sa.select(events).where(events.c.company_id == company_id)
    return paging.fetch(tx, query.order_by(events.c.id.desc()), page, per_page)
