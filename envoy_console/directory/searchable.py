"""What a filter can ask of users and of groups: their columns, and what they refer to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from envoy_console.directory import nesting
from envoy_console.directory.fields import (
    EMPLOYEE_COLUMNS,
    GROUP_COLUMNS,
    Projected,
    employees,
    groups,
)
from envoy_console.directory.json_sql import Sql
from envoy_console.models import Membership
from envoy_console.models.base import table
from envoy_console.scim.schemas import GROUP, USER, ResourceType

memberships = table(Membership)
managers = employees.alias("managers")


@dataclass(frozen=True, slots=True)
class Searchable:
    """A resource type as the database knows it."""

    type: ResourceType
    table: sa.Table
    columns: Mapping[str, Projected]
    links: Mapping[str, Link]


@dataclass(frozen=True, slots=True)
class Link:
    """A reference that is kept in a table of its own.

    `columns` are those of what is referred to, by name. `holds` tells, for a company
    and a condition on these columns, whether a resource refers to what meets it.
    """

    columns: Mapping[str, Sql]
    holds: Callable[[str, Sql], Sql]


def _groups_of_employee() -> Link:
    """Found from the groups, not from each employee: those within them count, too."""

    def holds(company_id: str, condition: Sql) -> Sql:
        found = nesting.with_inner(company_id, condition)
        inside = memberships.c.group_id.in_(found)
        members = sa.select(memberships.c.member_id).where(inside)
        # OFFSET keeps PostgreSQL from asking for each employee all the same
        return employees.c.id.in_(members.offset(0))

    return Link({"value": groups.c.id, "display": groups.c.display_name_key}, holds)


def _members_of_group() -> Link:
    joined = memberships.c.group_id == groups.c.id
    return Link(
        {
            "value": memberships.c.member_id,
            "type": sa.func.lower(memberships.c.member_type),
        },
        lambda _, condition: _exists(memberships, groups, joined, condition),
    )


def _manager_of_employee() -> Link:
    joined = (managers.c.company_id == employees.c.company_id) & (
        managers.c.id == employees.c.manager_id
    )
    return Link(
        {"displayName": managers.c.display_name_key},
        lambda _, condition: _exists(managers, employees, joined, condition),
    )


def _exists(source: Any, resources: sa.Table, *conditions: Sql) -> Sql:
    found = sa.select(sa.literal(1)).select_from(source).where(*conditions)
    return found.correlate(resources).exists()


USERS = Searchable(
    USER,
    employees,
    EMPLOYEE_COLUMNS,
    {"groups": _groups_of_employee(), "manager": _manager_of_employee()},
)


GROUPS = Searchable(GROUP, groups, GROUP_COLUMNS, {"members": _members_of_group()})
