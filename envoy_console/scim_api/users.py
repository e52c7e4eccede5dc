"""`/Users` (RFC 7644 §3).

What a request asks for is returned as work, to be done in a transaction: of its own,
or in one with the other operations of a bulk request.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from flask import Response

from envoy_console.directory import employees, people
from envoy_console.directory.fields import Document
from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.records import Versions
from envoy_console.models.transactions import Work, read, write
from envoy_console.scim import patch, resources
from envoy_console.scim.resources import Selection
from envoy_console.scim.schemas import ENTERPRISE, GROUP, USER
from envoy_console.scim_api import exchanges, listing, splicing, wire
from envoy_console.scim_api.blueprint import bp
from envoy_console.scim_api.exchanges import Urls
from envoy_console.scim_api.members import Shown


@bp.post("/Users")
def create_user() -> Response:
    """RFC 7644 §3.3."""
    selection = wire.read_selection(USER)
    body = wire.read_body()
    exchanges.seek(body.get("userName"))
    record = write(creation(body))
    exchanges.current().resource_id = record.id
    return _answer(record, selection, 201)


@bp.get("/Users")
@bp.post("/Users/.search")
def list_users() -> Response:
    """RFC 7644 §3.4.2 and §3.4.3."""
    query = listing.read_query("/Users", USER)
    node, selection = query.filter(USER), query.selection(USER)
    with read() as tx:
        found = people.find(tx, exchanges.company_id(), node, query.window, query.sort)
    return listing.respond(query, found, [*map(shower(selection), found.records)])


@bp.get("/Users/<resource_id>")
def get_user(resource_id: str) -> Response:
    """RFC 7644 §3.4.1."""
    selection = wire.read_selection(USER)
    with read() as tx:
        record = people.get(tx, exchanges.company_id(), resource_id)
    if wire.is_unchanged(record):
        return wire.not_modified(record)
    return _answer(record, selection)


@bp.put("/Users/<resource_id>")
def replace_user(resource_id: str) -> Response:
    """RFC 7644 §3.5.1."""
    selection, versions = wire.read_selection(USER), wire.versions_to_change()
    record = write(replacement(resource_id, wire.read_body(), versions))
    return _answer(record, selection)


@bp.patch("/Users/<resource_id>")
def patch_user(resource_id: str) -> Response:
    """RFC 7644 §3.5.2. Entra needs 200 and the whole user."""
    selection, versions = wire.read_selection(USER), wire.versions_to_change()
    record = write(modification(resource_id, wire.read_body(), versions))
    return _answer(record, selection)


@bp.delete("/Users/<resource_id>")
def delete_user(resource_id: str) -> Response:
    """RFC 7644 §3.6."""
    write(deletion(resource_id, wire.versions_to_change()))
    return wire.empty_response()


def creation(body: Document) -> Work[EmployeeRecord]:
    """Return the work of adding the user that `body` describes."""
    exchange, actor = exchanges.current(), exchanges.actor()
    document = resources.read_resource(body, USER, exchange.dialect)
    location_id = exchanges.bearer().location_id
    return lambda tx: employees.create(tx, actor, document, location_id=location_id)


def replacement(
    resource_id: str, body: Document, versions: Versions = None
) -> Work[EmployeeRecord]:
    """Return the work of putting `body` in the place of a user."""
    actor = exchanges.actor()
    new = resources.read_resource(body, USER, exchanges.current().dialect)
    return lambda tx: employees.replace(tx, actor, resource_id, new, versions)


def modification(
    resource_id: str, message: Document, versions: Versions = None
) -> Work[EmployeeRecord]:
    """Return the work of applying a PATCH message to a user."""
    actor, dialect = exchanges.actor(), exchanges.current().dialect

    def edit(old: Document) -> Document:
        return patch.apply(old, message, USER, dialect).document

    return lambda tx: employees.change(tx, actor, resource_id, edit, versions)


def deletion(resource_id: str, versions: Versions = None) -> Work[None]:
    """Return the work of removing a user."""
    actor = exchanges.actor()
    return lambda tx: employees.delete(tx, actor, resource_id, versions)


def shower(selection: Selection | None) -> Callable[[EmployeeRecord], Shown]:
    """Return what makes of an employee what a list shows."""
    urls = exchanges.current().urls
    return lambda record: Shown(_json(record, selection, urls))


def as_user(record: EmployeeRecord, urls: Urls) -> dict[str, Any]:
    """Return the employee as the SCIM resource that a client reads."""
    document = record.document
    manager, groups = _manager(record, urls), _groups(record, urls)
    if manager is not None:
        extension = document.get(ENTERPRISE, {}) | {"manager": manager}
        document = document | {ENTERPRISE: extension}
    return {
        "schemas": resources.schemas_of(document, USER),
        "id": record.id,
        **document,
        "meta": wire.meta(record, USER, urls[USER.name] + record.id),
        **({"groups": groups} if groups else {}),
    }


def _answer(
    record: EmployeeRecord, selection: Selection | None, status: int = 200
) -> Response:
    urls = exchanges.current().urls
    headers = wire.resource_headers(record, urls[USER.name] + record.id, status)
    return wire.Whole(_json(record, selection, urls), status, headers)


def _json(record: EmployeeRecord, selection: Selection | None, urls: Urls) -> bytes:
    """Return the employee as JSON; whole, it need not be parsed for that."""
    if selection is None:
        spliced = splicing.user(
            record,
            location=urls[USER.name] + record.id,
            manager=_manager(record, urls),
            groups=_groups(record, urls),
        )
        if spliced is not None:
            return spliced
    return orjson.dumps(resources.select(as_user(record, urls), selection))


def _groups(record: EmployeeRecord, urls: Urls) -> list[Document]:
    if not record.groups and not record.outer_groups:
        return []
    url = urls[GROUP.name]
    return [
        *(_group(group, url, "direct") for group in record.groups),
        *(_group(group, url, "indirect") for group in record.outer_groups),
    ]


def _manager(record: EmployeeRecord, urls: Urls) -> Document | None:
    if record.manager_id is None:
        return None
    manager: Document = {"value": record.manager_id}
    if record.manager_name is not None:
        manager["$ref"] = urls[USER.name] + record.manager_id
        manager["displayName"] = record.manager_name
    return manager


def _group(group: dict[str, str], url: str, kind: str) -> Document:
    return {
        "value": group["value"],
        "$ref": url + group["value"],
        "display": group["display"],
        "type": kind,
    }
