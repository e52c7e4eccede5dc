"""An expression tried on a user of the tenant, as a mapping of the app would flow it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import expressions, mappings, scoping, source, users
from envoy_console.entra.errors import EntraError
from envoy_console.entra.objects import Value

OFFERED = 100


class UnknownUserError(EntraError):
    """There is no such user to try an expression on."""


def offered(tx: Connection, company_id: str) -> list[Any]:
    """Return the first users, by name: whom to try an expression on."""
    everybody = users.users
    query = (
        sa.select(everybody.c.user_principal_name, everybody.c.display_name)
        .where(everybody.c.company_id == company_id, everybody.c.deleted_at.is_(None))
        .order_by(everybody.c.display_name, everybody.c.id)
        .limit(OFFERED)
    )
    return list(tx.execute(query).all())


def values(
    tx: Connection, app: Any, text: str, user_principal_name: str
) -> tuple[Value, dict[str, Value]]:
    """Return what an expression makes of a user, and the attributes that it read.

    Raises ExpressionError, EvaluationError or UnknownUserError.
    """
    expression = expressions.parse(text)
    attributes = _attributes(tx, app, user_principal_name)
    read = {name: attributes.get(name) for name in sorted(expression.attributes)}
    result = expression.evaluate(attributes)
    return None if result is expressions.IGNORE else result, read


def _attributes(tx: Connection, app: Any, user_principal_name: str) -> dict[str, Value]:
    row = users.by_name(tx, app.company_id, user_principal_name)
    found = source.read(tx, app, "User", row.id) if row else None
    if found is None:
        raise UnknownUserError("There is no user with this user principal name.")
    filters = mappings.from_json(app.user_mapping).filters
    is_wanted = (
        found.is_active
        and (app.scope == "all" or found.is_assigned)
        and scoping.evaluate(filters, found.object).passed
    )
    return {**found.object.attributes, "IsSoftDeleted": not is_wanted}
