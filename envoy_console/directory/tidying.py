"""Letting go of what is past its time. Histories and audit logs never are."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import admission, employee_sessions, sessions, throttle
from envoy_console.directory.tokens import erase_closed_windows
from envoy_console.models import Company, ScimExchange
from envoy_console.models.base import first_id, table

companies = table(Company)
exchanges = table(ScimExchange)


def tidy(tx: Connection, kept: int) -> None:
    """Let go of what has ended, and of all but `kept` exchanges of each company."""
    _keep_newest(tx, kept)
    erase_closed_windows(tx)
    sessions.forget_old(tx)
    employee_sessions.forget_old(tx)
    admission.forget_spent(tx)
    throttle.forget_rested(tx)


def forget_exchanges(tx: Connection, before: datetime, most: int) -> int:
    """Remove at most so many exchanges from before a moment; return how many those are.

    Their ids begin with the time, so an index finds the oldest.
    """
    old = sa.select(exchanges.c.number).where(exchanges.c.id < first_id(before))
    chosen = old.order_by(exchanges.c.id).limit(most).with_for_update(skip_locked=True)
    return tx.execute(exchanges.delete().where(exchanges.c.number.in_(chosen))).rowcount


def _keep_newest(tx: Connection, kept: int) -> None:
    for company_id in [None, *tx.execute(sa.select(companies.c.id)).scalars()]:
        mine = exchanges.c.company_id == company_id
        oldest = sa.select(exchanges.c.number).where(mine)
        oldest = oldest.order_by(exchanges.c.number.desc()).offset(kept).limit(1)
        tx.execute(
            exchanges.delete().where(
                mine, exchanges.c.number <= oldest.scalar_subquery()
            )
        )
