"""The history of employees and groups: who changed what, in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.actors import Actor
from envoy_console.directory.json_sql import among
from envoy_console.models import DirectoryEvent, Employee, Group, paging
from envoy_console.models.base import now, table
from envoy_console.models.prepared import Prepared
from envoy_console.scim.schemas import ENTERPRISE

EMPLOYEE, GROUP = "employee", "group"
EVENTS_AT_MOST = 100

events = table(DirectoryEvent)
employees = table(Employee)
groups = table(Group)

Change = dict[str, Any]

# type, id and name of what an event is about
Subject = tuple[str, str, str]


def record(
    tx: Connection,
    actor: Actor,
    action: str,
    subject: Subject,
    changes: Iterable[Change] = (),
) -> None:
    """Note that `actor` did `action` to `subject` (type, id, label)."""
    _INSERT.run(tx, _row(actor, action, subject) | {"changes": list(changes)})


def record_many(
    tx: Connection,
    actor: Actor,
    action: str,
    made: Iterable[tuple[Subject, dict[str, Any]]],
) -> None:
    """Note that `actor` made each (subject, document), in one statement."""
    rows = [
        _row(actor, action, subject) | {"changes": differences({}, document)}
        for subject, document in made
    ]
    _INSERT.many(tx, rows)


def record_members(
    tx: Connection,
    actor: Actor,
    action: str,
    group: Subject,
    member_ids: Sequence[str],
) -> None:
    """Note that each of `member_ids` joined or left the group, in one statement."""
    common = _row(actor, action, group) | {"changes": []}
    values = {f"the_{name}": value for name, value in common.items()}
    _INSERT_MEMBERS.run(tx, {**values, "member_ids": list(member_ids)})


def differences(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return what changed between two documents, one entry per attribute path."""
    if not old:
        return [
            {"attribute": path, "old": None, "new": value}
            for path, value in _leaves(new).items()
            if value is not None
        ]
    before, after = _leaves(_without(old, new)), _leaves(_without(new, old))
    paths = [*before, *(path for path in after if path not in before)]
    return [
        {"attribute": path, "old": before.get(path), "new": after.get(path)}
        for path in paths
        if before.get(path) != after.get(path)
    ]


def of(
    tx: Connection,
    company_id: str,
    subject_id: str,
    *,
    page: int = 1,
    per_page: int = 20,
) -> paging.Page[Any]:
    """Return the events about one employee or group, newest first."""
    about = sa.union_all(
        sa.select(events.c.id).where(
            events.c.company_id == company_id, events.c.subject_id == subject_id
        ),
        sa.select(events.c.id).where(
            events.c.company_id == company_id, events.c.related_id == subject_id
        ),
    )
    query = sa.select(events).where(events.c.id.in_(about)).order_by(events.c.id.desc())
    return paging.fetch(tx, query, page, per_page)


def last_actor(tx: Connection, company_id: str, subject_id: str) -> str | None:
    """Return who changed an employee or a group last."""
    query = sa.select(events.c.actor_label).where(
        events.c.company_id == company_id, events.c.subject_id == subject_id
    )
    return tx.execute(query.order_by(events.c.id.desc()).limit(1)).scalar()


def latest(
    tx: Connection, company_id: str, *, page: int = 1, per_page: int = 50
) -> paging.Page[Any]:
    """Return the company's events, newest first."""
    query = sa.select(events).where(events.c.company_id == company_id)
    return paging.fetch(tx, query.order_by(events.c.id.desc()), page, per_page)


def of_exchange(tx: Connection, company_id: str, exchange_id: str) -> list[Any]:
    """Return the first events that one request left behind, in their order."""
    query = sa.select(events).where(
        events.c.company_id == company_id, events.c.exchange_id == exchange_id
    )
    return list(tx.execute(query.order_by(events.c.id).limit(EVENTS_AT_MOST)).all())


def newest(tx: Connection, company_id: str, *, limit: int) -> list[Any]:
    """Return the newest events without counting the rest."""
    query = sa.select(events).where(events.c.company_id == company_id)
    return list(tx.execute(query.order_by(events.c.id.desc()).limit(limit)).all())


_INSERT = Prepared(events.insert())


def _insert_members() -> Prepared:
    """Build the statement that notes the same of each of `member_ids`, by its name."""
    common = [
        c for c in events.c if c.name not in ("id", "related_id", "related_label")
    ]
    given = [sa.bindparam(f"the_{c.name}", type_=c.type).label(c.name) for c in common]
    members = sa.union_all(
        *(
            sa.select(table.c.id, table.c.display_name).where(
                among(table.c.id, "member_ids")
            )
            for table in (employees, groups)
        )
    ).subquery()
    query = sa.select(*given, members.c.id, members.c.display_name)
    names = [*(c.name for c in common), "related_id", "related_label"]
    return Prepared(events.insert().from_select(names, query, include_defaults=False))


_INSERT_MEMBERS = _insert_members()


def _row(actor: Actor, action: str, subject: Subject) -> dict[str, Any]:
    subject_type, subject_id, label = subject
    return {
        "company_id": actor.company_id,
        "at": now(),
        "action": action,
        "subject_type": subject_type,
        "subject_id": subject_id,
        "subject_label": label,
        "actor_label": actor.label,
        "exchange_id": actor.exchange_id,
    }


def _without(document: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes that `other` does not have alike."""
    return {
        name: value
        for name, value in document.items()
        if name not in other or other[name] != value
    }


def _leaves(document: dict[str, Any]) -> dict[str, Any]:
    """Return every plain value of a document by its path."""
    found: dict[str, Any] = {}
    _gather("", document, found)
    return found


def _gather(start: str, values: dict[str, Any], found: dict[str, Any]) -> None:
    """Put the plain values of an object into `found`; their paths begin with `start`."""
    for name, value in values.items():
        if isinstance(value, dict):
            colon_or_dot = ":" if name == ENTERPRISE else "."
            _gather(f"{start}{name}{colon_or_dot}", value, found)
        elif isinstance(value, list):
            _gather_elements(start + name, value, found)
        else:
            found[start + name] = value


def _gather_elements(path: str, elements: list[Any], found: dict[str, Any]) -> None:
    seen: dict[str, int] = {}
    for element in elements:
        place = path + _selector(element)
        seen[place] = number = seen.get(place, 0) + 1
        if number > 1:
            place = f"{place}#{number}"
        if isinstance(element, dict):
            _gather(f"{place}.", element, found)
        else:
            found[place] = element


def _selector(element: Any) -> str:
    if isinstance(element, dict) and "type" in element:
        return f'[type eq "{element["type"]}"]'
    return ""
