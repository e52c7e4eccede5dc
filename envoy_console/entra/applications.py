"""Enterprise applications of the tenant: added from the gallery, renamed, deleted."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.entra import audit, gallery, mappings
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models import EntraApp, EntraAssignment, EntraJob
from envoy_console.models.base import new_id, now, table

apps = table(EntraApp)
jobs = table(EntraJob)
assignments = table(EntraAssignment)

LONGEST_NAME = 120


class AppNameError(EntraError):
    """An app may not be called so."""


def every(tx: Connection, company_id: str, *, query: str = "") -> list[Any]:
    """Return the apps of the tenant whose name holds `query`, by name."""
    assigned = (
        sa.select(sa.func.count())
        .where(assignments.c.app_id == apps.c.id)
        .scalar_subquery()
    )
    statement = sa.select(apps, assigned.label("assigned")).where(
        apps.c.company_id == company_id
    )
    if query:
        statement = statement.where(
            apps.c.name_key.contains(_key(query), autoescape=True)
        )
    return list(tx.execute(statement.order_by(apps.c.name_key)).all())


def required(tx: Connection, company_id: str, app_id: str) -> Any:
    """Return an app of the tenant, or raise UnknownError."""
    found = tx.execute(
        sa.select(apps).where(apps.c.company_id == company_id, apps.c.id == app_id)
    ).first()
    if found is None:
        raise UnknownError("There is no such enterprise application.")
    return found


def locked(tx: Connection, app: Any) -> Any:
    """Return an app anew, which nobody else changes until we are done."""
    query = sa.select(apps).where(apps.c.id == app.id).with_for_update()
    found = tx.execute(query).first()
    if found is None:
        raise UnknownError("There is no such enterprise application.")
    return found


def keep_roles(tx: Connection, app: Any, roles: list[str]) -> None:
    """Give an app these roles beside those that every app has."""
    tx.execute(apps.update().where(apps.c.id == app.id).values(more_roles=roles))


def create(
    tx: Connection,
    company_id: str,
    template_id: str,
    name: str,
    *,
    actor: str,
) -> str:
    """Add an app from the gallery with its default mappings, and return its id."""
    template, app_id = gallery.TEMPLATES[template_id], new_id()
    name = _checked(name)
    row = {
        "id": app_id,
        "company_id": company_id,
        "template": template_id,
        "name": name,
        "name_key": _key(name),
        "created_at": now(),
        "user_mapping": mappings.to_json(template.user_mapping),
        "group_mapping": mappings.to_json(template.group_mapping),
    }
    _unless_taken(tx, apps.insert().values(row), name)
    tx.execute(jobs.insert().values(app_id=app_id, company_id=company_id))
    _write_down(tx, company_id, app_id, actor, "Add service principal", name)
    return app_id


def rename(tx: Connection, app: Any, name: str, *, actor: str) -> None:
    """Give an app another name."""
    name = _checked(name)
    values = {"name": name, "name_key": _key(name)}
    _unless_taken(tx, apps.update().where(apps.c.id == app.id).values(values), name)
    _write_down(tx, app.company_id, app.id, actor, "Update service principal", name)


def delete(tx: Connection, app: Any, *, actor: str) -> None:
    """Delete an app with its assignments, its job and its logs; nothing is sent."""
    tx.execute(apps.delete().where(apps.c.id == app.id))
    _write_down(tx, app.company_id, app.id, actor, "Remove service principal", app.name)


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise AppNameError("Enter a name for the application.")
    if len(name) > LONGEST_NAME:
        raise AppNameError(f"Use at most {LONGEST_NAME} characters.")
    return name


def _unless_taken(tx: Connection, statement: sa.Executable, name: str) -> None:
    try:
        tx.execute(statement)
    except IntegrityError as error:
        raise AppNameError(
            f"There already is an application named “{name}”. Choose another name."
        ) from error


def _write_down(
    tx: Connection, company_id: str, app_id: str, actor: str, activity: str, name: str
) -> None:
    audit.write_down(
        tx,
        company_id,
        actor=actor,
        category=audit.APPS,
        activity=activity,
        target=name,
        app_id=app_id,
    )


def _key(name: str) -> str:
    return name.casefold()
