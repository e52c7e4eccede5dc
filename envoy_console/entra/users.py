"""Users of the tenant: what an administrator does to them, and how they are found.

Every change takes the tenant's next number, so that the next cycle looks at whom it
concerns. Attributes go by Entra's names, as in `attributes.USER`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.entra import audit, tenants, user_values
from envoy_console.entra.errors import UnknownError
from envoy_console.entra.user_values import UserError
from envoy_console.models import EntraGroup, EntraMembership, EntraUser, paging
from envoy_console.models.base import new_id, now, table

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)

# how many are looked up in one statement
BATCH = 500

# how long the recycle bin keeps somebody, and how many it loses in one transaction
KEPT_DELETED = timedelta(days=30)
PURGED_AT_ONCE = 200
SERVICE = "Microsoft Entra ID"

SORTS = {
    "name": users.c.display_name,
    "upn": users.c.upn_key,
    "created": users.c.created_at,
}


def page(
    tx: Connection,
    company_id: str,
    *,
    query: str = "",
    enabled: bool | None = None,
    deleted: bool = False,
    sort: str = "name",
    page: int = 1,
) -> paging.Page[Any]:
    """Return a page of the users whose name, UPN or mail holds the words of `query`."""
    is_deleted = users.c.deleted_at.is_not(None)
    statement = sa.select(users).where(
        users.c.company_id == company_id, is_deleted if deleted else ~is_deleted
    )
    if enabled is not None:
        statement = statement.where(users.c.account_enabled == enabled)
    for word in query.casefold().split():
        statement = statement.where(users.c.search_key.contains(word, autoescape=True))
    column = SORTS.get(sort.removeprefix("-"), users.c.display_name)
    order = column.desc() if sort.startswith("-") else column
    return paging.fetch(tx, statement.order_by(order, users.c.id), page)


def required(tx: Connection, company_id: str, user_id: str) -> Any:
    """Return a user, deleted ones included; raises UnknownError."""
    found = tx.execute(
        sa.select(users).where(users.c.company_id == company_id, users.c.id == user_id)
    ).first()
    if found is None:
        raise UnknownError("There is no such user in this tenant.")
    return found


def by_name(tx: Connection, company_id: str, upn: str) -> Any | None:
    """Return the user with a user principal name, in any case, deleted ones included."""
    mine = (users.c.company_id == company_id, users.c.upn_key == upn.strip().casefold())
    return tx.execute(sa.select(users).where(*mine)).first()


def named(tx: Connection, company_id: str, upns: Collection[str]) -> dict[str, str]:
    """Return the objectIds of those whose UPN is among these, by folded UPN."""
    keys, found = sorted({upn.casefold() for upn in upns}), {}
    for begin in range(0, len(keys), BATCH):
        query = sa.select(users.c.upn_key, users.c.id).where(
            users.c.company_id == company_id,
            users.c.upn_key.in_(keys[begin : begin + BATCH]),
        )
        found.update({row.upn_key: row.id for row in tx.execute(query)})
    return found


def count(tx: Connection, company_id: str) -> int:
    """Return how many users are not in the recycle bin."""
    mine = (users.c.company_id == company_id, users.c.deleted_at.is_(None))
    return int(
        tx.execute(
            sa.select(sa.func.count()).select_from(users).where(*mine)
        ).scalar_one()
    )


def create(
    tx: Connection, company_id: str, values: Mapping[str, Any], *, actor: str
) -> str:
    """Add a user and return the objectId; raises UserError."""
    checked = user_values.of_newcomer(values)
    user_id = new_id()
    row = {
        **user_values.columns(checked),
        "id": user_id,
        "company_id": company_id,
        "manager_id": _manager(tx, company_id, user_id, checked),
        "created_at": now(),
        "change": tenants.next_change(tx, company_id),
    }
    _unless_taken(tx, users.insert().values(row), row["user_principal_name"])
    _write_down(tx, company_id, actor, "Add user", row["user_principal_name"])
    return user_id


def edit(tx: Connection, user: Any, values: Mapping[str, Any], *, actor: str) -> None:
    """Give a user these values; an empty one is taken away."""
    _unless_deleted(user)
    before = user_values.of_row(user)
    checked = user_values.checked({**before, **values})
    row = {
        **user_values.columns(checked),
        "manager_id": _manager(tx, user.company_id, user.id, checked),
        "change": tenants.next_change(tx, user.company_id),
    }
    if row["user_principal_name"] == user.user_principal_name:
        # a twin of the story shares its name with somebody, but for the case
        row["upn_key"] = user.upn_key
    statement = users.update().where(users.c.id == user.id).values(row)
    _unless_taken(tx, statement, row["user_principal_name"])
    changed = ", ".join(
        name for name in values if (before.get(name) or "") != (checked.get(name) or "")
    )
    _write_down(
        tx, user.company_id, actor, "Update user", user.user_principal_name, changed
    )


def add_many(
    tx: Connection, company_id: str, many: Mapping[str, Mapping[str, Any]]
) -> None:
    """Add users whose values are checked, by their objectIds, in few statements.

    Managers are set once everybody is there, since they may be among them.
    """
    change, at = tenants.next_change(tx, company_id), now()
    common = {"company_id": company_id, "created_at": at, "change": change}
    rows = [
        {**user_values.columns(values), **common, "id": user_id}
        for user_id, values in many.items()
    ]
    tx.execute(users.insert(), rows)
    managed = [
        {"whose": user_id, "manager": values["manager"]}
        for user_id, values in many.items()
        if values.get("manager")
    ]
    if managed:
        statement = users.update().where(users.c.id == sa.bindparam("whose"))
        tx.execute(statement.values(manager_id=sa.bindparam("manager")), managed)


def set_enabled(tx: Connection, user: Any, enabled: bool, *, actor: str) -> None:
    """Block a user from signing in, or let them again."""
    _unless_deleted(user)
    _update(tx, user, account_enabled=enabled)
    deed = "Enable account" if enabled else "Disable account"
    _write_down(tx, user.company_id, actor, deed, user.user_principal_name)


def delete(tx: Connection, user: Any, *, actor: str) -> None:
    """Put a user into the recycle bin, where they keep everything."""
    _unless_deleted(user)
    _update(tx, user, deleted_at=now())
    _write_down(tx, user.company_id, actor, "Delete user", user.user_principal_name)


def restore(tx: Connection, user: Any, *, actor: str) -> None:
    """Take a user out of the recycle bin."""
    _if_deleted(user)
    _update(tx, user, deleted_at=None)
    _write_down(tx, user.company_id, actor, "Restore user", user.user_principal_name)


def purge(tx: Connection, user: Any, *, actor: str) -> None:
    """Delete a user for good: out of the groups, out of the assignments."""
    _if_deleted(user)
    change = tenants.next_change(tx, user.company_id)
    theirs = sa.select(memberships.c.group_id).where(memberships.c.user_id == user.id)
    tx.execute(groups.update().where(groups.c.id.in_(theirs)).values(change=change))
    tx.execute(
        users.update().where(users.c.manager_id == user.id).values(change=change)
    )
    tx.execute(users.delete().where(users.c.id == user.id))
    _write_down(
        tx, user.company_id, actor, "Hard Delete user", user.user_principal_name
    )


def purge_expired(tx: Connection) -> int:
    """Delete for good who has been deleted for 30 days, in any tenant; return how many
    those are. These days are real ones: what a class deleted is there the next morning.
    """
    query = sa.select(users).where(users.c.deleted_at < now() - KEPT_DELETED)
    mine = query.limit(PURGED_AT_ONCE).with_for_update(skip_locked=True)
    expired = tx.execute(mine).all()
    for user in expired:
        purge(tx, user, actor=SERVICE)
    return len(expired)


def reports(tx: Connection, user: Any) -> list[Any]:
    """Return whom a user manages."""
    query = sa.select(users).where(
        users.c.manager_id == user.id, users.c.deleted_at.is_(None)
    )
    return list(tx.execute(query.order_by(users.c.display_name).limit(100)).all())


def groups_of(tx: Connection, user: Any) -> list[Any]:
    """Return the groups that a user is directly in."""
    query = (
        sa.select(groups)
        .join(memberships, memberships.c.group_id == groups.c.id)
        .where(memberships.c.user_id == user.id)
    )
    return list(tx.execute(query.order_by(groups.c.display_name)).all())


def _manager(
    tx: Connection, company_id: str, user_id: str, values: Mapping[str, Any]
) -> str | None:
    manager_id = values.get("manager")
    if not manager_id:
        return None
    if manager_id == user_id:
        raise UserError("Nobody can be their own manager.", "manager")
    try:
        return str(required(tx, company_id, manager_id).id)
    except UnknownError as error:
        raise UserError(
            "There is no such user here any more. Choose another manager.",
            "manager",
        ) from error


def _unless_deleted(user: Any) -> None:
    if user.deleted_at is not None:
        raise UserError(f"{user.display_name} is deleted. Restore the user first.")


def _if_deleted(user: Any) -> None:
    if user.deleted_at is None:
        raise UserError(f"{user.display_name} is not deleted. Delete the user first.")


def _update(tx: Connection, user: Any, **values: Any) -> None:
    change = tenants.next_change(tx, user.company_id)
    tx.execute(
        users.update().where(users.c.id == user.id).values(change=change, **values)
    )


def _unless_taken(tx: Connection, statement: sa.Executable, upn: str) -> None:
    try:
        tx.execute(statement)
    except IntegrityError as error:
        raise UserError(
            f"Somebody with the user principal name {upn} exists already, perhaps among "
            "the deleted users. Choose another one.",
            "userPrincipalName",
        ) from error


def _write_down(
    tx: Connection,
    company_id: str,
    actor: str,
    activity: str,
    upn: str,
    detail: str = "",
) -> None:
    audit.write_down(
        tx,
        company_id,
        actor=actor,
        category=audit.USERS,
        activity=activity,
        target=upn,
        detail=detail,
    )
