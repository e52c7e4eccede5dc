"""`/Groups` (RFC 7644 §3).

Members are read only when they are wanted: Entra always asks without them. Changes
are work to be done in a transaction, as in `users`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson
from flask import Response
from sqlalchemy.engine import Connection

from envoy_console.directory import groups, memberships
from envoy_console.directory.fields import Document
from envoy_console.directory.groups import GroupRecord
from envoy_console.directory.records import Versions
from envoy_console.models.transactions import Work, read, write
from envoy_console.scim import patch, resources
from envoy_console.scim.resources import Selection
from envoy_console.scim.schemas import GROUP
from envoy_console.scim_api import exchanges, listing, members, wire
from envoy_console.scim_api.blueprint import bp
from envoy_console.scim_api.members import Shown

LINKED = frozenset({"members"})


@bp.post("/Groups")
def create_group() -> Response:
    """RFC 7644 §3.3."""
    selection = wire.read_selection(GROUP)
    body = wire.read_body()
    exchanges.seek(body.get("displayName"))
    record = write(creation(body))
    exchanges.current().resource_id = record.id
    return _resource_response(record, selection, 201)


@bp.get("/Groups")
@bp.post("/Groups/.search")
def list_groups() -> Response:
    """RFC 7644 §3.4.2 and §3.4.3."""
    query = listing.read_query("/Groups", GROUP)
    node, selection = query.filter(GROUP), query.selection(GROUP)
    with read() as tx:
        found = groups.find(tx, exchanges.company_id(), node, query.window, query.sort)
        groups_shown = shown(tx, found.records, selection)
    return listing.respond(query, found, groups_shown, selection)


@bp.get("/Groups/<resource_id>")
def get_group(resource_id: str) -> Response:
    """RFC 7644 §3.4.1."""
    selection = wire.read_selection(GROUP)
    with read() as tx:
        record = groups.get(tx, exchanges.company_id(), resource_id)
    if wire.is_unchanged(record):
        return wire.not_modified(record)
    return _resource_response(record, selection)


@bp.put("/Groups/<resource_id>")
def replace_group(resource_id: str) -> Response:
    """RFC 7644 §3.5.1."""
    selection, versions = wire.read_selection(GROUP), wire.versions_to_change()
    record = write(replacement(resource_id, wire.read_body(), versions))
    return _resource_response(record, selection)


@bp.patch("/Groups/<resource_id>")
def patch_group(resource_id: str) -> Response:
    """RFC 7644 §3.5.2. Entra needs 204: a group may be too large to send back."""
    versions = wire.versions_to_change()
    record = write(modification(resource_id, wire.read_body(), versions))
    return wire.empty_response(record)


@bp.delete("/Groups/<resource_id>")
def delete_group(resource_id: str) -> Response:
    """RFC 7644 §3.6."""
    write(deletion(resource_id, wire.versions_to_change()))
    return wire.empty_response()


def creation(body: Document) -> Work[GroupRecord]:
    """Return the work of adding the group that `body` describes."""
    actor = exchanges.actor()
    document = resources.read_resource(body, GROUP, exchanges.current().dialect)
    return lambda tx: groups.create(tx, actor, document)


def replacement(
    resource_id: str, body: Document, versions: Versions = None
) -> Work[GroupRecord]:
    """Return the work of putting `body` in the place of a group."""
    actor = exchanges.actor()
    new = resources.read_resource(body, GROUP, exchanges.current().dialect)
    return lambda tx: groups.replace(tx, actor, resource_id, new, versions)


def modification(
    resource_id: str, message: Document, versions: Versions = None
) -> Work[GroupRecord]:
    """Return the work of applying a PATCH message to a group."""
    actor, dialect = exchanges.actor(), exchanges.current().dialect

    def edit(old: Document) -> patch.Outcome:
        return patch.apply(old, message, GROUP, dialect, linked=LINKED)

    return lambda tx: groups.change(tx, actor, resource_id, edit, versions)


def deletion(resource_id: str, versions: Versions = None) -> Work[None]:
    """Return the work of removing a group."""
    actor = exchanges.actor()
    return lambda tx: groups.delete(tx, actor, resource_id, versions)


def shown(
    tx: Connection, records: Sequence[GroupRecord], selection: Selection | None
) -> list[Shown]:
    """Return groups as the client asked to see them; many members are left to follow."""
    if not members.are_wanted(selection):
        return [Shown(orjson.dumps(_head(record, selection))) for record in records]
    if members.are_many(records):
        return [
            Shown(orjson.dumps(_head(record, selection)), record.id)
            for record in records
        ]
    full = [record.id for record in records if record.member_count]
    names = members.are_named(selection)
    found = memberships.of_groups(tx, full, names=names) if full else {}
    show = members.shower(selection)
    return [
        Shown(
            orjson.dumps(
                _head(record, selection) | {"members": show(found.get(record.id, ()))}
            )
        )
        for record in records
    ]


def _head(record: GroupRecord, selection: Selection | None) -> dict[str, Any]:
    """Return the group without its members."""
    resource = {
        "schemas": resources.schemas_of(record.document, GROUP),
        "id": record.id,
        **record.document,
        "meta": wire.meta(record, GROUP, _location(record)),
    }
    return resources.select(resource, selection)


def _resource_response(
    record: GroupRecord, selection: Selection | None, status: int = 200
) -> Response:
    with read() as tx:
        (resource,) = shown(tx, [record], selection)
    headers = wire.resource_headers(record, _location(record), status)
    if resource.members_of is None:
        return wire.Whole(resource.head, status, headers)
    body = members.stream([resource], selection)
    return Response(body, status, headers, content_type=wire.SCIM_JSON)


def _location(record: GroupRecord) -> str:
    return exchanges.current().urls[GROUP.name] + record.id
