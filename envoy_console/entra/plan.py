"""What a cycle has to do: users, then groups, then references (spec §3.1).

The plan is made in one transaction with the number of change that it reaches, so
nothing that happens meanwhile falls between two cycles.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.models import (
    EntraAssignment,
    EntraEscrow,
    EntraGroup,
    EntraLink,
    EntraMembership,
    EntraUser,
    EntraWork,
)
from envoy_console.models.base import now, table
from envoy_console.models.prepared import Prepared

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)
assignments = table(EntraAssignment)
links = table(EntraLink)
escrows = table(EntraEscrow)
work = table(EntraWork)

PAGE = 100
DIRECTORY = {"User": users, "Group": groups}


def make(
    tx: Connection, app: Any, *, since: int, with_groups: bool, has_manager: bool
) -> dict[str, int]:
    """Write down the work of a cycle over what changed `since`; return its sizes."""
    tx.execute(work.delete().where(work.c.app_id == app.id))
    sizes = {"User": _add(tx, app, "User", "User", _wanted(app, "User", since))}
    sizes["Group"] = (
        _add(tx, app, "Group", "Group", _wanted(app, "Group", since))
        if with_groups
        else 0
    )
    referring = (["User"] if has_manager else []) + (["Group"] if with_groups else [])
    sizes["References"] = sum(
        _add(tx, app, "References", kind, _referring(app, kind)) for kind in referring
    )
    return sizes


def page(tx: Connection, app_id: str) -> list[Any]:
    """Return what is to be done next, in order; read at once, since to find the first
    costs the database as much as the plan is long.
    """
    query = sa.select(work).where(work.c.app_id == app_id)
    return list(tx.execute(query.order_by(work.c.id).limit(PAGE)).all())


def done(tx: Connection, item: Any) -> None:
    """Take a piece of work off the plan."""
    _DONE.run(tx, {"of_id": item.id})


def size(tx: Connection, app_id: str) -> int:
    """Return how many pieces of work are left."""
    query = sa.select(sa.func.count()).select_from(work).where(work.c.app_id == app_id)
    return int(tx.execute(query).scalar_one())


def defer_deletion(tx: Connection, app: Any, kind: str, source_id: str) -> None:
    """Put a deletion at the end, where all of them are counted before any is done."""
    tx.execute(
        work.insert().values(
            company_id=app.company_id,
            app_id=app.id,
            phase="Deletions",
            kind=kind,
            source_id=source_id,
        )
    )


def _add(tx: Connection, app: Any, phase: str, kind: str, ids: sa.Select[Any]) -> int:
    chosen = ids.subquery()
    values = [
        sa.literal(app.company_id),
        sa.literal(app.id),
        sa.literal(phase),
        sa.literal(kind),
        chosen.c.id,
    ]
    names = ["company_id", "app_id", "phase", "kind", "source_id"]
    added = tx.execute(
        work.insert()
        .from_select(names, sa.select(*values).order_by(chosen.c.id))
        # without it, psycopg's count of an INSERT is thrown away
        .execution_options(preserve_rowcount=True)
    )
    return int(added.rowcount)


def _wanted(app: Any, kind: str, since: int) -> sa.Select[Any]:
    """Return the ids of what changed and may concern the target, of what is gone, and
    of what failed and is due again. Who is gone, and has failed, rests as well.
    """
    rows = DIRECTORY[kind]
    known = sa.select(links.c.source_id).where(
        links.c.app_id == app.id, links.c.kind == kind
    )
    changed = sa.select(rows.c.id).where(
        rows.c.company_id == app.company_id,
        rows.c.change > since,
        sa.or_(_candidates(app, kind), rows.c.id.in_(known)),
    )
    failed = sa.select(escrows.c.source_id).where(
        escrows.c.app_id == app.id, escrows.c.kind == kind
    )
    gone = known.where(
        ~sa.exists(sa.select(1).where(rows.c.id == links.c.source_id)),
        links.c.source_id.not_in(failed),
    )
    due = failed.where(escrows.c.retry_at <= now())
    every = sa.union(changed, gone, due).subquery()
    return sa.select(every.c[0].label("id"))


def _candidates(app: Any, kind: str) -> sa.ColumnElement[bool]:
    """Tell what the chosen scope may cover."""
    if app.scope == "all":
        return users.c.deleted_at.is_(None) if kind == "User" else sa.true()
    mine = assignments.c.app_id == app.id
    if kind == "Group":
        direct = sa.select(assignments.c.group_id).where(
            mine, assignments.c.group_id.is_not(None)
        )
        return groups.c.id.in_(direct)
    direct = sa.select(assignments.c.user_id).where(
        mine, assignments.c.user_id.is_not(None)
    )
    through = (
        sa.select(memberships.c.user_id)
        .join(assignments, assignments.c.group_id == memberships.c.group_id)
        .where(mine, memberships.c.user_id.is_not(None))
    )
    return sa.or_(users.c.id.in_(direct), users.c.id.in_(through))


def _referring(app: Any, kind: str) -> sa.Select[Any]:
    """Return the ids of whose references are looked at: of all that is handled, and of
    what refers to somebody who failed before and may succeed now.
    """
    planned = sa.select(work.c.source_id).where(
        work.c.app_id == app.id, work.c.phase == kind
    )
    every = sa.union(planned, _waiting(app, kind)).subquery()
    return sa.select(every.c[0].label("id"))


def _waiting(app: Any, kind: str) -> sa.Select[Any]:
    """Return the ids of linked objects that refer to what is tried again."""
    failed = sa.select(escrows.c.source_id).where(
        escrows.c.app_id == app.id, escrows.c.phase.in_(["User", "Group"])
    )
    again = sa.select(work.c.source_id).where(
        work.c.app_id == app.id,
        work.c.phase.in_(["User", "Group"]),
        work.c.source_id.in_(failed),
    )
    linked = sa.select(links.c.source_id).where(links.c.app_id == app.id)
    if kind == "User":
        mine = (users.c.manager_id.in_(again), users.c.id.in_(linked))
        return sa.select(users.c.id).where(*mine)
    member_id = sa.func.coalesce(memberships.c.user_id, memberships.c.child_group_id)
    inside = (member_id.in_(again), memberships.c.group_id.in_(linked))
    return sa.select(memberships.c.group_id).where(*inside)


# Run for every piece of work, so it is built once.
_DONE = Prepared(work.delete().where(work.c.id == sa.bindparam("of_id")))
