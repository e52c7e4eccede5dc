"""Offices, and which groups feed the employee directory of each."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import audit
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import Employee, Group, Location, LocationGroup, Membership
from envoy_console.models.base import new_id, table
from envoy_console.scim.folding import fold

locations = table(Location)
feeds = table(LocationGroup)
employees = table(Employee)
memberships = table(Membership)


class LocationError(RuleError):
    """The location cannot be added, renamed or removed that way."""


class UnknownLocationError(RuleError):
    """There is no such location here any more. Reload the page."""


def page(tx: Connection, company_id: str) -> list[dict[str, Any]]:
    """Return the company's locations: id, name, is_default, employee_count, group_ids.

    `employee_count` counts those whose primary location it is; `fed_count` those whom
    its groups bring in.
    """
    rows = tx.execute(
        sa.select(
            locations,
            _primary_count().label("employee_count"),
            _fed_count().label("fed_count"),
        )
        .where(locations.c.company_id == company_id)
        .order_by(locations.c.is_default.desc(), locations.c.name_key)
    )
    group_ids: dict[str, list[str]] = {}
    for feed in tx.execute(sa.select(feeds).where(feeds.c.company_id == company_id)):
        group_ids.setdefault(feed.location_id, []).append(feed.group_id)
    return [row._asdict() | {"group_ids": group_ids.get(row.id, [])} for row in rows]


def names(tx: Connection, company_id: str) -> dict[str, str]:
    """Return what the company's locations are called, by id, the default one first."""
    query = sa.select(locations.c.id, locations.c.name).where(
        locations.c.company_id == company_id
    )
    query = query.order_by(locations.c.is_default.desc(), locations.c.name_key)
    return {row.id: row.name for row in tx.execute(query)}


def add_first(tx: Connection, company_id: str, name: str) -> None:
    """Add the location that new employees get."""
    tx.execute(
        locations.insert().values(
            id=new_id(),
            company_id=company_id,
            name=name,
            name_key=fold(name),
            is_default=True,
        )
    )


def add(tx: Connection, actor: Actor, name: str) -> str:
    """Add a location and return its id."""
    location_id, name = new_id(), _checked(name)
    try:
        tx.execute(
            locations.insert().values(
                id=location_id,
                company_id=actor.company_id,
                name=name,
                name_key=fold(name),
                is_default=False,
            )
        )
    except IntegrityError as error:
        raise LocationError(
            f"There already is a location named {name}. Choose another name."
        ) from error
    audit.record(tx, actor, "added the location", name)
    return location_id


def rename(tx: Connection, actor: Actor, location_id: str, name: str) -> None:
    """Give a location another name."""
    old, name = required(tx, actor.company_id, location_id), _checked(name)
    mine = locations.c.id == location_id
    try:
        tx.execute(
            locations.update().where(mine).values(name=name, name_key=fold(name))
        )
    except IntegrityError as error:
        raise LocationError(
            f"There already is a location named {name}. Choose another name."
        ) from error
    audit.record(tx, actor, f"renamed the location {old.name} to", name)


def remove(tx: Connection, actor: Actor, location_id: str) -> None:
    """Remove a location; its employees move to the default one."""
    location = required(tx, actor.company_id, location_id)
    if location.is_default:
        raise LocationError(
            f"{location.name} is where new employees go, so it cannot be removed. "
            "You can rename it."
        )
    theirs = employees.c.location_id == location.id
    home = default_id(tx, actor.company_id)
    tx.execute(employees.update().where(theirs).values(location_id=home))
    tx.execute(locations.delete().where(locations.c.id == location.id))
    audit.record(tx, actor, "removed the location", location.name)


def set_groups(
    tx: Connection, actor: Actor, location_id: str, group_ids: Iterable[str]
) -> None:
    """Choose which groups feed the location; ids of other companies are left out."""
    location = required(tx, actor.company_id, location_id)
    groups = table(Group)
    tx.execute(feeds.delete().where(feeds.c.location_id == location_id))
    tx.execute(
        feeds.insert().from_select(
            ["location_id", "group_id", "company_id"],
            sa.select(sa.literal(location_id), groups.c.id, groups.c.company_id).where(
                groups.c.company_id == actor.company_id,
                groups.c.id.in_(list(group_ids)),
            ),
        )
    )
    audit.record(tx, actor, "chose the groups that feed", location.name)


def directories_of(
    tx: Connection, company_id: str, ids: Iterable[str]
) -> dict[str, list[str]]:
    """Return in which locations' directories each of the employees `ids` is, by name.

    For a company that syncs specific users per location: the groups of a person and
    the locations that they feed decide, or the primary location of one added by hand.
    """
    wanted = list(set(ids))
    fed = (
        sa.select(memberships.c.member_id, locations.c.name, locations.c.name_key)
        .join(feeds, feeds.c.group_id == memberships.c.group_id)
        .join(locations, locations.c.id == feeds.c.location_id)
        .where(
            locations.c.company_id == company_id,
            memberships.c.member_id.in_(wanted),
        )
    )
    by_hand = (
        sa.select(employees.c.id, locations.c.name, locations.c.name_key)
        .join(locations, locations.c.id == employees.c.location_id)
        .where(
            employees.c.company_id == company_id,
            employees.c.id.in_(wanted),
            employees.c.source == "manual",
        )
    )
    both = sa.union(fed, by_hand)
    found: dict[str, list[str]] = {}
    for row in tx.execute(both.order_by(both.selected_columns.name_key)):
        found.setdefault(row.member_id, []).append(row.name)
    return found


def default_id(tx: Connection, company_id: str) -> str:
    """Return the id of the location that new employees get."""
    query = sa.select(locations.c.id).where(
        locations.c.company_id == company_id, locations.c.is_default
    )
    return str(tx.execute(query).scalar_one())


def _primary_count() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count())
        .where(employees.c.location_id == locations.c.id)
        .scalar_subquery()
    )


def _fed_count() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.count(memberships.c.member_id.distinct()))
        .join(feeds, feeds.c.group_id == memberships.c.group_id)
        .where(
            feeds.c.location_id == locations.c.id, memberships.c.member_type == "User"
        )
        .scalar_subquery()
    )


def required(tx: Connection, company_id: str, location_id: str) -> Any:
    """Return a location of the company; raises UnknownLocationError."""
    query = sa.select(locations).where(
        locations.c.company_id == company_id, locations.c.id == location_id
    )
    found = tx.execute(query).first()
    if found is None:
        raise UnknownLocationError(
            "There is no such location here any more. Reload the page."
        )
    return found


def _checked(name: str) -> str:
    name = name.strip()
    if not 1 <= len(name) <= 100:
        raise LocationError("Give the location a name of up to 100 characters.")
    return name
