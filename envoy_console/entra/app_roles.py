"""App roles: what an assignment to an app can give. Two come with every app, and an
administrator adds more, as the tutorial's step 4 says.

An expression such as SingleAppRoleAssignment([appRoleAssignments]) sends them.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import applications, audit
from envoy_console.entra.errors import EntraError
from envoy_console.models import EntraAssignment
from envoy_console.models.base import table

assignments = table(EntraAssignment)

BUILT_IN = ("User", "Default Access")
LONGEST = 120
MOST = 50


class RoleError(EntraError):
    """A role that cannot be so."""


def of(app: Any) -> list[str]:
    """Return the roles of an app, in the order in which they are offered."""
    return [*BUILT_IN, *app.more_roles]


def used(tx: Connection, app: Any) -> dict[str, int]:
    """Return how many assignments give each role."""
    query = (
        sa.select(assignments.c.role, sa.func.count())
        .where(assignments.c.app_id == app.id)
        .group_by(assignments.c.role)
    )
    return {role: int(number) for role, number in tx.execute(query).all()}


def add(tx: Connection, app: Any, name: str, *, actor: str) -> None:
    """Add a role to an app; raises RoleError."""
    app, name = applications.locked(tx, app), " ".join(name.split())
    if not 1 <= len(name) <= LONGEST or "\0" in name:
        raise RoleError(f"Enter a name of 1 to {LONGEST} characters for the role.")
    if name.casefold() in {role.casefold() for role in of(app)}:
        raise RoleError(f"There is a role “{name}” already. Choose another name.")
    if len(app.more_roles) >= MOST:
        raise RoleError(f"An application has at most {MOST} roles of its own.")
    _keep(tx, app, [*app.more_roles, name], f"Role added: {name}", actor)


def delete(tx: Connection, app: Any, name: str, *, actor: str) -> None:
    """Delete a role that was added and that nobody has; raises RoleError."""
    app = applications.locked(tx, app)
    if name not in app.more_roles:
        raise RoleError(f"There is no role “{name}” that could be deleted.")
    if used(tx, app).get(name):
        raise RoleError(
            f"“{name}” is assigned. Remove these assignments, or give them another role, "
            "on Users and groups first."
        )
    kept = [role for role in app.more_roles if role != name]
    _keep(tx, app, kept, f"Role deleted: {name}", actor)


def _keep(tx: Connection, app: Any, roles: list[str], detail: str, actor: str) -> None:
    applications.keep_roles(tx, app, roles)
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.APPS,
        activity="Update application",
        detail=detail,
    )
