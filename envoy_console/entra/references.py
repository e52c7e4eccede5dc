"""References between objects, after the objects themselves are there: the manager of
a user, the members of a group, one request each (spec §1.5, §1.7, §3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import links, payloads, steps
from envoy_console.entra.engine import RESOURCE_TYPES, Engine
from envoy_console.entra.outcomes import SUCCESS, Outcome
from envoy_console.entra.provisioning_log import Modified
from envoy_console.entra.target_errors import TargetError
from envoy_console.models import EntraMembership, EntraUser
from envoy_console.models.base import table

memberships = table(EntraMembership)
users = table(EntraUser)

# so many members are handled before what was done is kept
BATCH = 20


@dataclass(frozen=True, slots=True)
class Manager:
    """What the target calls a user's manager, and what it was told before; None: nobody."""

    target_id: str | None
    told: str | None


@dataclass(frozen=True, slots=True)
class Members:
    """What a group has to gain and to lose: (source id, target id)."""

    to_add: list[tuple[str, str]]
    to_remove: list[tuple[str, str]]

    @property
    def size(self) -> int:
        return len(self.to_add) + len(self.to_remove)


def manager(tx: Connection, app_id: str, link: Any) -> Manager | None:
    """Return the manager to be told of a linked user; None when nothing changed, and
    when the target does not know the manager.
    """
    query = sa.select(users.c.manager_id).where(users.c.id == link.source_id)
    manager_id = tx.execute(query).scalar()
    target_id = links.target_id(tx, app_id, manager_id)
    is_unknown = manager_id is not None and target_id is None
    if is_unknown or target_id == link.manager_target_id:
        return None
    return Manager(target_id, link.manager_target_id)


def members(
    tx: Connection, app_id: str, group_id: str, only: list[str] | None = None
) -> Members:
    """Return how a group differs from what the target was told; `only` these members."""
    member_id = sa.func.coalesce(memberships.c.user_id, memberships.c.child_group_id)
    wanted = (
        sa.select(links.links.c.source_id, links.links.c.target_id)
        .join(memberships, member_id == links.links.c.source_id)
        .where(memberships.c.group_id == group_id, links.links.c.app_id == app_id)
    )
    told = links.members
    mine = (told.c.app_id == app_id, told.c.group_id == group_id)
    known = sa.select(told.c.member_id).where(*mine)
    to_add = wanted.where(links.links.c.source_id.not_in(known))
    in_group = sa.select(member_id).where(memberships.c.group_id == group_id)
    to_remove = sa.select(told.c.member_id, told.c.target_id).where(
        *mine, told.c.member_id.not_in(in_group)
    )
    if only is not None:
        to_add = to_add.where(links.links.c.source_id.in_(only))
        to_remove = to_remove.where(sa.false())
    return Members(_pairs(tx, to_add), _pairs(tx, to_remove))


def _pairs(tx: Connection, query: sa.Select[Any]) -> list[tuple[str, str]]:
    ordered = query.order_by(query.selected_columns[0]).limit(BATCH)
    return [(row[0], row[1]) for row in tx.execute(ordered).all()]


def tell_manager(engine: Engine, path: str, link: Any, told: Manager) -> Outcome:
    """Tell the target who the manager of a user is, or that there is none any more."""
    outcome = _outcome("User", link)
    if told.target_id is None:
        body = payloads.clear_manager(path, engine.dialect)
    else:
        body = payloads.set_manager(path, told.target_id, told.told, engine.dialect)
    try:
        engine.client.patch(RESOURCE_TYPES["User"], link.target_id, body)
    except TargetError as error:
        outcome.fail(engine.target_name, error)
        return outcome
    outcome.link = {"manager_target_id": told.target_id}
    return _succeeded(
        engine, outcome, [Modified(path, told.told or "", told.target_id or "")]
    )


def tell_members(engine: Engine, path: str, link: Any, told: Members) -> Outcome:
    """Tell the target who joined a group and who left it, one member a request."""
    outcome = _outcome("Group", link)
    try:
        for source_id, target_id in told.to_add:
            body = payloads.add_members([target_id], engine.dialect)
            engine.client.patch(RESOURCE_TYPES["Group"], link.target_id, body)
            outcome.added.append((source_id, target_id))
        for source_id, target_id in told.to_remove:
            body = payloads.remove_members([target_id], engine.dialect)
            engine.client.patch(RESOURCE_TYPES["Group"], link.target_id, body)
            outcome.removed.append(source_id)
    except TargetError as error:
        outcome.fail(engine.target_name, error)
        return outcome
    finally:
        outcome.modified = _member_changes(path, outcome, told)
    outcome.is_partial = max(len(told.to_add), len(told.to_remove)) == BATCH
    return _succeeded(engine, outcome, outcome.modified)


def _member_changes(path: str, outcome: Outcome, told: Members) -> list[Modified]:
    gone = [
        there for source_id, there in told.to_remove if source_id in outcome.removed
    ]
    return [Modified(path, "", there) for _, there in outcome.added] + [
        Modified(path, there, "") for there in gone
    ]


def _outcome(kind: str, link: Any) -> Outcome:
    outcome = Outcome(kind, link.source_id, link.label, link.label)
    outcome.action, outcome.target_id = "update", link.target_id
    return outcome


def _succeeded(engine: Engine, outcome: Outcome, modified: list[Modified]) -> Outcome:
    outcome.status, outcome.modified = SUCCESS, modified
    outcome.steps.append(
        steps.exported(outcome.kind, outcome.label, engine.target_name, "update")
    )
    return outcome
