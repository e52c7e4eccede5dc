"""Users of the tenant: what an administrator does to them, and how they are found.

Every change takes the tenant's next number, so that the next cycle looks at whom it
concerns. Attributes go by Entra's names, as in `attributes.USER`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.entra import attributes, audit, paging, tenants
from envoy_console.entra.attributes import Type
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models.base import new_id, now, table
from envoy_console.models.entra import EntraGroup, EntraMembership, EntraUser

users = table(EntraUser)
groups = table(EntraGroup)
memberships = table(EntraMembership)

LONGEST = 1_024
UPN = re.compile(r"[^\s@]{1,64}@[^\s@]{1,255}")
# attributes that are columns of their own
COLUMNS = ("userPrincipalName", "displayName", "accountEnabled", "manager")

SORTS = {"name": users.c.display_name, "upn": users.c.upn_key}


class UserError(EntraError):
    """A user that cannot be so; `attribute` is what is wrong."""

    def __init__(self, message: str, attribute: str = "") -> None:
        super().__init__(message)
        self.attribute = attribute


def page(
    tx: Connection,
    company_id: str,
    *,
    query: str = "",
    enabled: bool | None = None,
    deleted: bool = False,
    sort: str = "name",
    page: int = 1,
) -> paging.Page:
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
    checked = _checked(values)
    user_id = new_id()
    row = {
        **columns(checked),
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
    merged = {**as_values(user), **values}
    checked = _checked(merged)
    row = {
        **columns(checked),
        "manager_id": _manager(tx, user.company_id, user.id, checked),
        "change": tenants.next_change(tx, user.company_id),
    }
    statement = users.update().where(users.c.id == user.id).values(row)
    _unless_taken(tx, statement, row["user_principal_name"])
    changed = ", ".join(name for name in values if _differs(user, name, values[name]))
    _write_down(
        tx, user.company_id, actor, "Update user", user.user_principal_name, changed
    )


def set_enabled(tx: Connection, user: Any, enabled: bool, *, actor: str) -> None:
    """Block a user from signing in, or let them again."""
    _update(tx, user, account_enabled=enabled)
    deed = "Enable account" if enabled else "Disable account"
    _write_down(tx, user.company_id, actor, deed, user.user_principal_name)


def delete(tx: Connection, user: Any, *, actor: str) -> None:
    """Put a user into the recycle bin, where they keep everything for 30 days."""
    _update(tx, user, deleted_at=now())
    _write_down(tx, user.company_id, actor, "Delete user", user.user_principal_name)


def restore(tx: Connection, user: Any, *, actor: str) -> None:
    """Take a user out of the recycle bin."""
    _update(tx, user, deleted_at=None)
    _write_down(tx, user.company_id, actor, "Restore user", user.user_principal_name)


def purge(tx: Connection, user: Any, *, actor: str) -> None:
    """Delete a user for good: out of the groups, out of the assignments."""
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


def as_values(user: Any) -> dict[str, Any]:
    """Return the attributes of a user by Entra's names; `manager` is an objectId."""
    return {
        **user.attributes,
        "userPrincipalName": user.user_principal_name,
        "displayName": user.display_name,
        "accountEnabled": user.account_enabled,
        "manager": user.manager_id or "",
    }


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row of a user with these checked values, but for the manager."""
    upn = values["userPrincipalName"]
    named = (values["displayName"], upn, values.get("mail", ""))
    return {
        "user_principal_name": upn,
        "upn_key": upn.casefold(),
        "display_name": values["displayName"],
        "search_key": "\n".join(named).casefold(),
        "account_enabled": values.get("accountEnabled", True) is not False,
        "attributes": {
            name: value
            for name, value in values.items()
            if name not in COLUMNS and value not in (None, "")
        },
    }


def _checked(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = {name: _value(name, value) for name, value in values.items()}
    upn, shown = checked.get("userPrincipalName", ""), checked.get("displayName", "")
    if not UPN.fullmatch(upn):
        raise UserError(
            "Enter a user principal name such as ada@contoso.example.",
            "userPrincipalName",
        )
    if not shown:
        raise UserError("Enter a display name.", "displayName")
    return checked


def _value(name: str, value: Any) -> Any:
    described = attributes.USER.get(name)
    if described is None or not described.is_editable:
        raise UserError(f"{name} cannot be set.", name)
    if described.type is Type.BOOLEAN:
        return _boolean(name, value)
    text = "" if value is None else str(value).strip()
    if len(text) > LONGEST or "\0" in text:
        raise UserError(f"{described.label} may have {LONGEST:,} characters.", name)
    return text


def _boolean(name: str, value: Any) -> bool:
    if isinstance(value, bool):
        return value
    spelt = str(value).strip().lower()
    if spelt not in ("true", "false"):
        raise UserError(f"{name} is True or False, not “{spelt[:40]}”.", name)
    return spelt == "true"


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
            "There is no such user to be the manager.", "manager"
        ) from error


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


def _differs(user: Any, name: str, value: Any) -> bool:
    return (as_values(user).get(name) or "") != (value or "")


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
