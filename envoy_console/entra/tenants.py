"""The tenant of a company: made on first sight, empty, and reset with the company."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import (
    EndpointCheck,
    EntraApp,
    EntraAuditLog,
    EntraGroup,
    EntraTenant,
    EntraUser,
)
from envoy_console.models.base import new_id, now, table

tenants = table(EntraTenant)

# Rows that `reset` removes; what hangs on them goes with them.
RESET = (
    EndpointCheck,
    EntraApp,
    EntraUser,
    EntraGroup,
    EntraAuditLog,
    EntraTenant,
)


def find(tx: Connection, company_id: str) -> Any | None:
    """Return the company's tenant, if it was made already."""
    query = sa.select(tenants).where(tenants.c.company_id == company_id)
    return tx.execute(query).first()


def required(tx: Connection, company_id: str) -> Any:
    """Return the company's tenant, which was made before."""
    query = sa.select(tenants).where(tenants.c.company_id == company_id)
    return tx.execute(query).one()


def found(tx: Connection, company_id: str, *, name: str, domain: str = "") -> Any:
    """Return the company's tenant, making it when there is none."""
    if existing := find(tx, company_id):
        return existing
    tx.execute(
        tenants.insert().values(
            company_id=company_id,
            id=new_id(),
            name=name,
            domain=domain or domain_for(name),
            created_at=now(),
        )
    )
    return find(tx, company_id)


def domain_for(name: str) -> str:
    """Return the domain of a tenant called `name`: `Contoso Ltd` has contoso-ltd.example."""
    label = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40].strip("-")
    return f"{label or 'tenant'}.example"


def next_change(tx: Connection, company_id: str) -> int:
    """Take the next number of change; others wait until this transaction has ended."""
    taken = (
        tenants.update()
        .where(tenants.c.company_id == company_id)
        .values(change=tenants.c.change + 1)
        .returning(tenants.c.change)
    )
    return int(tx.execute(taken).scalar_one())


def set_clock(tx: Connection, company_id: str, *, speed: int, pace: int) -> None:
    """Let `speed` simulated seconds pass in a second, and `pace` objects be watched."""
    tx.execute(
        tenants.update()
        .where(tenants.c.company_id == company_id)
        .values(clock_speed=speed, pace=pace)
    )


def reset(tx: Connection, company_id: str) -> None:
    """Forget the company's tenant with all that is in it."""
    for model in RESET:
        rows = table(model)
        tx.execute(rows.delete().where(rows.c.company_id == company_id))
