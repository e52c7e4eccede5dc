"""Work that a company does one piece after the other: nesting groups, bulk requests.

SQLite has one writer anyhow, and reads FOR UPDATE as nothing.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import Company
from envoy_console.models.base import table

companies = table(Company)


def enter(tx: Connection, company_id: str) -> None:
    """Wait until nobody else does such work for the company; it is ours to the end of
    the transaction. Others may write what refers to the company meanwhile.
    """
    tx.execute(_ENTER, {"company_id": company_id})


_ENTER = (
    sa.select(companies.c.id)
    .where(companies.c.id == sa.bindparam("company_id"))
    .with_for_update(key_share=True)
)
