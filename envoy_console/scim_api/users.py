"""`/Users` (RFC 7644 §3)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response

from envoy_console.directory import employees
from envoy_console.directory.employees import EmployeeRecord
from envoy_console.directory.fields import Document
from envoy_console.models.transactions import read, write
from envoy_console.scim import patch, resources
from envoy_console.scim.schemas import ENTERPRISE, GROUP, USER
from envoy_console.scim_api import exchanges, wire
from envoy_console.scim_api.blueprint import bp


@bp.post("/Users")
def create_user() -> Response:
    """RFC 7644 §3.3."""
    exchange, actor = exchanges.current(), exchanges.actor()
    selection = wire.read_selection(USER)
    document = resources.read_resource(wire.read_body(), USER, exchange.dialect)
    location_id = exchanges.bearer().location_id
    record = write(
        lambda tx: employees.create(tx, actor, document, location_id=location_id)
    )
    exchange.resource_id = record.id
    return wire.resource_response(as_user(record), record, selection, 201)


@bp.get("/Users")
def list_users() -> Response:
    """RFC 7644 §3.4.2."""
    query = wire.read_query(USER)
    with read() as tx:
        total, found = employees.find(
            tx, exchanges.company_id(), query.filter, query.page, query.sort
        )
    return wire.list_response([as_user(record) for record in found], total, query)


@bp.get("/Users/<resource_id>")
def get_user(resource_id: str) -> Response:
    """RFC 7644 §3.4.1."""
    selection = wire.read_selection(USER)
    with read() as tx:
        record = employees.get(tx, exchanges.company_id(), resource_id)
    if wire.is_unchanged(record):
        return wire.not_modified(record)
    return wire.resource_response(as_user(record), record, selection)


@bp.put("/Users/<resource_id>")
def replace_user(resource_id: str) -> Response:
    """RFC 7644 §3.5.1."""
    actor, versions = exchanges.actor(), wire.versions_to_change()
    selection = wire.read_selection(USER)
    new = resources.read_resource(wire.read_body(), USER, exchanges.current().dialect)
    record = write(lambda tx: employees.replace(tx, actor, resource_id, new, versions))
    return wire.resource_response(as_user(record), record, selection)


@bp.patch("/Users/<resource_id>")
def patch_user(resource_id: str) -> Response:
    """RFC 7644 §3.5.2. Entra needs 200 and the whole user."""
    message, dialect = wire.read_body(), exchanges.current().dialect
    return _change(
        resource_id, lambda old: patch.apply(old, message, USER, dialect).document
    )


@bp.delete("/Users/<resource_id>")
def delete_user(resource_id: str) -> Response:
    """RFC 7644 §3.6."""
    actor, versions = exchanges.actor(), wire.versions_to_change()
    write(lambda tx: employees.delete(tx, actor, resource_id, versions))
    return wire.empty_response()


def as_user(record: EmployeeRecord) -> dict[str, Any]:
    """Return the employee as the SCIM resource that a client reads."""
    document = record.document
    if record.manager_id is not None:
        extension = document.get(ENTERPRISE, {}) | {"manager": _manager(record)}
        document = document | {ENTERPRISE: extension}
    resource = {
        "schemas": resources.schemas_of(document, USER),
        "id": record.id,
        **document,
        "meta": wire.meta(record, USER, wire.location_of(USER, record.id)),
    }
    if record.groups:
        resource["groups"] = [_group(group) for group in record.groups]
    return resource


def _change(resource_id: str, edit: Callable[[Document], Document]) -> Response:
    actor, versions = exchanges.actor(), wire.versions_to_change()
    selection = wire.read_selection(USER)
    record = write(lambda tx: employees.change(tx, actor, resource_id, edit, versions))
    return wire.resource_response(as_user(record), record, selection)


def _manager(record: EmployeeRecord) -> Document:
    manager: Document = {"value": record.manager_id}
    if record.manager_name is not None:
        manager["$ref"] = wire.location_of(USER, str(record.manager_id))
        manager["displayName"] = record.manager_name
    return manager


def _group(group: dict[str, str]) -> Document:
    return {
        "value": group["value"],
        "$ref": wire.location_of(GROUP, group["value"]),
        "display": group["display"],
        "type": "direct",
    }
