"""Exchanges as the database keeps them, a batch in a transaction.

With its row go its quirks, the counters of the integration, the last use of the token, and
the mark of whom a newly installed integration has looked up.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, fields
from datetime import datetime
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.json_sql import among
from envoy_console.models import (
    Company,
    Employee,
    Group,
    Integration,
    OAuthClient,
    ScimExchange,
    ScimExchangeQuirk,
    ScimToken,
)
from envoy_console.models.base import table
from envoy_console.models.prepared import Prepared

exchanges = table(ScimExchange)
exchange_quirks = table(ScimExchangeQuirk)
employees = table(Employee)
groups = table(Group)
integrations = table(Integration)
tokens = table(ScimToken)
clients = table(OAuthClient)
companies = table(Company)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer, already redacted; the columns of `scim_exchanges`."""

    id: str
    company_id: str | None
    integration_id: str | None
    token_id: str | None
    token_hint: str | None
    client_id: str | None
    source: str
    at: datetime
    duration_us: int
    method: str
    path: str
    status: int
    resource_type: str | None
    resource_id: str | None
    sought_key: str | None
    replay_of: str | None
    quirks: list[str]
    injected: bool
    detail: str | None
    request_headers: dict[str, str]
    request_body: str
    response_headers: dict[str, str]
    response_body: str


_INSERT = Prepared(exchanges.insert())

COLUMNS = [f.name for f in fields(Exchange) if f.name in exchanges.c]
_in_columns = attrgetter(*COLUMNS)


def insert(tx: Connection, rows: list[Exchange]) -> list[Exchange]:
    """Keep exchanges, and what follows from them for whom they are of.

    Returns those that were kept.
    """
    rows = _still_wanted(tx, rows)
    if not rows:
        return []
    only = _only_company(tx) if any(row.company_id is None for row in rows) else None
    _INSERT.many(tx, [_columns(row, only) for row in rows])
    _insert_quirks(tx, rows)
    _count(tx, rows)
    _adopt(tx, rows)
    return rows


def _still_wanted(tx: Connection, rows: list[Exchange]) -> list[Exchange]:
    """Leave out what was asked of a company that was deleted, or reset, meanwhile; who
    deletes or resets one from now on waits, and takes these rows along.
    """
    _held(tx, companies, {row.company_id for row in rows})  # first, as whoever resets
    here = {None, *_held(tx, integrations, {row.integration_id for row in rows})}
    return [row for row in rows if row.integration_id in here]


def _held(tx: Connection, owners: sa.Table, ids: set[str | None]) -> list[str]:
    """Return which of these are there, and keep them so until the rows are in."""
    known = ids - {None}
    if not known:
        return []
    query = sa.select(owners.c.id).where(owners.c.id.in_(known)).order_by(owners.c.id)
    return list(tx.execute(query.with_for_update(read=True, key_share=True)).scalars())


def _insert_quirks(tx: Connection, rows: list[Exchange]) -> None:
    found = [
        {"the_id": row.id, "the_name": name} for row in rows for name in row.quirks
    ]
    if found:
        tx.execute(_INSERT_QUIRK, found)


# a request that was judged has a company; the number is the database's to give
_INSERT_QUIRK = exchange_quirks.insert().from_select(
    ["number", "name", "company_id"],
    sa.select(
        exchanges.c.number,
        sa.bindparam("the_name", type_=sa.String).label("name"),
        exchanges.c.company_id,
    ).where(
        exchanges.c.id == sa.bindparam("the_id"), exchanges.c.company_id.is_not(None)
    ),
)


def _columns(row: Exchange, only_company: str | None) -> dict[str, Any]:
    values = dict(zip(COLUMNS, _in_columns(row), strict=True))
    values["company_id"] = row.company_id or only_company
    return values


def _only_company(tx: Connection) -> str | None:
    """Return the company of a server that has just one.

    A wrong token belongs to nobody; but where there is one company, its admin is the
    one who is wondering why the connection fails.
    """
    ids = tx.execute(sa.select(companies.c.id).limit(2)).scalars().all()
    return ids[0] if len(ids) == 1 else None


def _count(tx: Connection, rows: list[Exchange]) -> None:
    """Keep the integrations' counters, and the last use of tokens and OAuth clients."""
    known = [row for row in rows if row.integration_id is not None]
    asked = Counter(row.integration_id for row in known)
    rejected = Counter(row.integration_id for row in known if row.status >= 400)
    last = {row.integration_id: row for row in known}
    for integration_id, count in sorted(asked.items(), key=str):
        tx.execute(
            integrations.update()
            .where(integrations.c.id == integration_id)
            .values(
                request_count=integrations.c.request_count + count,
                rejected_count=integrations.c.rejected_count + rejected[integration_id],
                last_request_at=last[integration_id].at,
            )
        )
    used = {row.token_id: row for row in known if row.token_id and row.status != 401}
    # clients before tokens, as everybody locks them
    active = {row.client_id: row.at for row in used.values() if row.client_id}
    for client_id, at in sorted(active.items()):
        mine = clients.c.id == client_id
        tx.execute(clients.update().where(mine).values(last_used_at=at))
    for token_id, row in sorted(used.items(), key=str):
        mine = tokens.c.id == token_id
        values = {"last_used_at": row.at, "last_used_from": row.source}
        tx.execute(tokens.update().where(mine).values(values))


def _adopt(tx: Connection, rows: list[Exchange]) -> None:
    """Mark those as synced again whom a newly installed integration has looked up.

    A client that finds nothing to change only reads, and a read writes nothing. What
    the fault card answered was no look-up.
    """
    seen: dict[str, set[str]] = {}
    for row in rows:
        is_read = row.status == 200 and not row.injected
        if row.integration_id and row.resource_id and is_read:
            seen.setdefault(row.integration_id, set()).add(row.resource_id)
    for integration_id, ids in sorted(seen.items()):
        for adopting in _ADOPTING:
            adopting.run(tx, {"of_integration": integration_id, "ids": [*ids]})


def _adopting(resources: sa.Table) -> Prepared:
    is_installed = sa.exists().where(
        integrations.c.id == sa.bindparam("of_integration"),
        integrations.c.company_id == resources.c.company_id,
        integrations.c.uninstalled_at.is_(None),
    )
    # asked in a way that no index answers: a database without statistics would rather
    # read all rows that no integration looks after than look up these few ids
    is_orphan = sa.func.coalesce(resources.c.integration_id, "") == ""
    adopting = resources.update().where(
        among(resources.c.id, "ids"),
        is_orphan,
        resources.c.source == "scim",
        is_installed,
    )
    return Prepared(adopting.values(integration_id=sa.bindparam("of_integration")))


_ADOPTING = [_adopting(employees), _adopting(groups)]
