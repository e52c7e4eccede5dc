"""Letting go of old logs, mails and checks of all tenants. Audit logs stay.

Each function removes at most so many rows from before a moment, in one transaction, and
returns how many those were.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import (
    EndpointCheck,
    EntraNotification,
    EntraOnDemand,
    EntraProvisioningLog,
)
from envoy_console.models.base import first_id, table

checks = table(EndpointCheck)
logs = table(EntraProvisioningLog)
outbox = table(EntraNotification)
runs = table(EntraOnDemand)


def forget_runs(tx: Connection, before: datetime, most: int) -> int:
    """Remove runs on demand. They were asked for before their log was written, and so
    never outlive it.
    """
    is_old = (runs.c.at < before) & runs.c.done_at.is_not(None)
    return _remove(tx, runs, runs.c.id, is_old, most)


def forget_logs(tx: Connection, before: datetime, most: int) -> int:
    """Remove entries of provisioning logs; their ids begin with the time."""
    return _remove(tx, logs, logs.c.id, logs.c.id < first_id(before), most)


def forget_mails(tx: Connection, before: datetime, most: int) -> int:
    """Remove mails from the outbox, sent or given up."""
    return _remove(tx, outbox, outbox.c.id, outbox.c.at < before, most)


def forget_checks(tx: Connection, before: datetime, most: int) -> int:
    """Remove checks with what they found, unless they still know what they left over
    there.
    """
    is_old = (checks.c.done_at < before) & (sa.cast(checks.c.made, sa.Text) == "[]")
    return _remove(tx, checks, checks.c.id, is_old, most)


def _remove(
    tx: Connection,
    rows: sa.Table,
    key: sa.Column[object],
    is_old: sa.ColumnElement[bool],
    most: int,
) -> int:
    old = sa.select(key).where(is_old).order_by(key).limit(most)
    chosen = old.with_for_update(skip_locked=True)
    return tx.execute(rows.delete().where(key.in_(chosen))).rowcount
