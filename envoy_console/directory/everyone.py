"""Employees and groups in one list, as the root of the SCIM endpoint shows them.

One window lies over both together: the employees first, then the groups. Sorted, they
are mixed; only what both kinds have can be sorted by.
"""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import groups, people, records, search, searchable, windows
from envoy_console.directory.groups import GroupRecord
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.records import Found
from envoy_console.directory.windows import Order
from envoy_console.scim.messages import Page, Position, Sort, Walk, Window
from envoy_console.scim.nodes import Node

SORTABLE = (
    "id",
    "externalId",
    "displayName",
    "meta.created",
    "meta.lastModified",
    "meta.resourceType",
)

GROUP = searchable.GROUPS.type.name

# the filter as it reads for an employee, and for a group
Nodes = tuple[Node | None, Node | None]
Either = EmployeeRecord | GroupRecord


def find(
    tx: Connection, company_id: str, nodes: Nodes, window: Window, sort: Sort | None
) -> Found[Either]:
    """Return how many of both match the filter, and those of one window."""
    if sort is not None:
        return _sorted(tx, company_id, nodes, window, sort)
    if isinstance(window, Walk):
        return _walk(tx, company_id, nodes, window)
    return _page(tx, company_id, nodes, window)


def _page(tx: Connection, company_id: str, nodes: Nodes, page: Page) -> Found[Either]:
    users = people.find(tx, company_id, nodes[0], page, None)
    rest = Page(max(1, page.start_index - users.total), page.count - len(users.records))
    teams = groups.find(tx, company_id, nodes[1], rest, None)
    return Found(users.total + teams.total, [*users.records, *teams.records])


def _walk(tx: Connection, company_id: str, nodes: Nodes, walk: Walk) -> Found[Either]:
    after = walk.after
    if after is not None and after.kind == GROUP:
        teams = groups.find(tx, company_id, nodes[1], walk, None)
        end = teams.end and replace(teams.end, kind=GROUP)
        return Found(after.total, teams.records, end)
    users = people.find(tx, company_id, nodes[0], walk, None)
    if after is not None and users.end is not None:
        return users
    room = Walk(walk.count - len(users.records))
    teams = groups.find(tx, company_id, nodes[1], room, None)
    total = after.total if after else users.total + teams.total
    end = users.end or teams.end
    if end is None and walk.count and not room.count and teams.total:
        end = Position("")
    if users.end is None and end is not None:
        end = replace(end, kind=GROUP)
    return Found(
        total, [*users.records, *teams.records], end and replace(end, total=total)
    )


def _sorted(
    tx: Connection, company_id: str, nodes: Nodes, window: Window, sort: Sort
) -> Found[Either]:
    kinds = zip((searchable.USERS, searchable.GROUPS), nodes, strict=True)
    both = sa.union_all(
        *(_keys(kind, company_id, node, sort, tx.dialect.name) for kind, node in kinds)
    ).subquery()
    found = windows.select(
        tx,
        sa.select(both.c.id),
        Order(both.c.id, both.c.key, sort.descending),
        window,
        lambda: int(
            tx.execute(sa.select(sa.func.count()).select_from(both)).scalar_one()
        ),
    )
    ids = [row.id for row in found.rows]
    loaded: list[Either] = [
        *people.named(tx, company_id, ids),
        *groups.named(tx, company_id, ids),
    ]
    by_id = {record.id: record for record in loaded}
    return Found(found.total, [by_id[i] for i in ids if i in by_id], found.end)


def _keys(
    kind: searchable.Searchable, company_id: str, node: Node | None, sort: Sort, db: str
) -> sa.Select[tuple[str, object]]:
    key = search.order(sort, kind, db).key
    assert key is not None  # noqa: S101
    conditions = records.of_company(kind, company_id, node, db)
    return sa.select(kind.table.c.id, key.label("key")).where(*conditions)
