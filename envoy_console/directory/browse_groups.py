"""Groups as the console shows them: searchable, sortable, paged."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory import records, totals
from envoy_console.directory.browse import ordered
from envoy_console.models import (
    Employee,
    Group,
    Location,
    LocationGroup,
    Membership,
    paging,
)
from envoy_console.models.base import table
from envoy_console.scim.folding import fold

employees = table(Employee)
groups = table(Group)
memberships = table(Membership)
locations = table(Location)
feeds = table(LocationGroup)

GROUP_ORDER = {
    "name": groups.c.display_name_key,
    "members": groups.c.member_count,
    "updated": groups.c.updated_at,
}

LISTED_GROUP = (
    groups.c.id,
    groups.c.display_name,
    groups.c.external_id,
    groups.c.member_count,
    groups.c.source,
    groups.c.integration_id.is_not(None).label("synced"),
    groups.c.updated_at,
)


def group_page(
    tx: Connection,
    company_id: str,
    *,
    query: str = "",
    sort: str = "name",
    descending: bool = False,
    page: int = 1,
    per_page: int = 50,
) -> paging.Page[Any]:
    """Return a page of the groups; `sort` is a key of GROUP_ORDER."""
    statement = sa.select(*LISTED_GROUP).where(groups.c.company_id == company_id)
    total = None if query.strip() else totals.of(tx, groups, company_id)
    for text in fold(query).split():
        statement = statement.where(
            groups.c.display_name_key.contains(text, autoescape=True)
        )
    order = GROUP_ORDER.get(sort, groups.c.display_name_key)
    statement = statement.order_by(*ordered(order, descending), groups.c.id)
    return paging.fetch(tx, statement, page, per_page, total=total)


def group_detail(tx: Connection, company_id: str, group_id: str) -> Any:
    """Return one group; raises NotFoundError."""
    if not records.is_id(group_id):
        raise records.missing("group", group_id)
    row = tx.execute(
        sa.select(groups, groups.c.integration_id.is_not(None).label("synced")).where(
            groups.c.company_id == company_id, groups.c.id == group_id
        )
    ).first()
    if row is None:
        raise records.missing("group", group_id)
    return row


def group_options(tx: Connection, company_id: str) -> list[Any]:
    """Return every group (id, display_name, member_count) to choose from."""
    query = sa.select(groups.c.id, groups.c.display_name, groups.c.member_count)
    query = query.where(groups.c.company_id == company_id)
    return list(tx.execute(query.order_by(groups.c.display_name_key)).all())


def member_page(
    tx: Connection,
    company_id: str,
    group_id: str,
    *,
    query: str = "",
    page: int = 1,
    per_page: int = 50,
) -> paging.Page[Any]:
    """Return a page of a group's members, people and groups, by name."""
    nested = groups.alias("nested")
    name_key = sa.func.coalesce(employees.c.display_name_key, nested.c.display_name_key)
    statement = (
        sa.select(
            memberships.c.member_id.label("id"),
            memberships.c.member_type.label("type"),
            sa.func.coalesce(employees.c.display_name, nested.c.display_name).label(
                "display_name"
            ),
            employees.c.user_name,
            employees.c.active,
        )
        .join(employees, employees.c.id == memberships.c.member_id, isouter=True)
        .join(nested, nested.c.id == memberships.c.member_id, isouter=True)
        .where(
            memberships.c.company_id == company_id, memberships.c.group_id == group_id
        )
    )
    for text in fold(query).split():
        found = name_key.contains(text, autoescape=True)
        found |= employees.c.user_name_key.contains(text, autoescape=True)
        statement = statement.where(found)
    statement = statement.order_by(name_key, memberships.c.member_id)
    return paging.fetch(tx, statement, page, per_page)


def feeding(tx: Connection, location_id: str) -> Sequence[Any]:
    """Return the groups (id, display_name, member_count) that feed a location."""
    query = (
        sa.select(groups.c.id, groups.c.display_name, groups.c.member_count)
        .join(feeds, feeds.c.group_id == groups.c.id)
        .where(feeds.c.location_id == location_id)
    )
    return tx.execute(query.order_by(groups.c.display_name_key)).all()


def locations_fed_by(tx: Connection, group_id: str) -> list[Any]:
    """Return the locations (id, name) whose directory a group feeds."""
    query = (
        sa.select(locations.c.id, locations.c.name)
        .join(feeds, feeds.c.location_id == locations.c.id)
        .where(feeds.c.group_id == group_id)
    )
    return list(tx.execute(query.order_by(locations.c.name_key)).all())
