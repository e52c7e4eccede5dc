"""`/Groups` (RFC 7644 §3).

Members are read only when they are wanted: Entra always asks without them. Changes
are work to be done in a transaction, as in `users`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response

from envoy_console.directory import groups
from envoy_console.directory.fields import Document
from envoy_console.directory.groups import GroupRecord, Member
from envoy_console.directory.records import Versions
from envoy_console.models.transactions import Work, read, write
from envoy_console.scim import patch, resources
from envoy_console.scim.resources import Selection
from envoy_console.scim.schemas import GROUP, USER
from envoy_console.scim_api import exchanges, wire
from envoy_console.scim_api.blueprint import bp

LINKED = frozenset({"members"})
ENDPOINTS = {"User": USER, "Group": GROUP}


@bp.post("/Groups")
def create_group() -> Response:
    """RFC 7644 §3.3."""
    selection = wire.read_selection(GROUP)
    record = write(creation(wire.read_body()))
    exchanges.current().resource_id = record.id
    return _resource_response(record, selection, 201)


@bp.get("/Groups")
def list_groups() -> Response:
    """RFC 7644 §3.4.2."""
    query = wire.read_query(GROUP)
    with read() as tx:
        total, found = groups.find(
            tx, exchanges.company_id(), query.filter, query.page, query.sort
        )
        members = {}
        if found and _wants_members(query.selection):
            members = groups.members(tx, [record.id for record in found])
    shown = [as_group(record, members.get(record.id)) for record in found]
    return wire.list_response(shown, total, query)


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


def as_group(record: GroupRecord, members: Sequence[Member] | None) -> dict[str, Any]:
    """Return the group as the SCIM resource that a client reads."""
    resource = {
        "schemas": resources.schemas_of(record.document, GROUP),
        "id": record.id,
        **record.document,
        "meta": wire.meta(record, GROUP, wire.location_of(GROUP, record.id)),
    }
    if members is not None:
        resource["members"] = [_member(member) for member in members]
    return resource


def _resource_response(
    record: GroupRecord, selection: Selection | None, status: int = 200
) -> Response:
    members = None
    if _wants_members(selection):
        with read() as tx:
            members = groups.members(tx, [record.id])[record.id]
    return wire.resource_response(as_group(record, members), record, selection, status)


def _wants_members(selection: Selection | None) -> bool:
    return selection is None or selection.wants("members")


def _member(member: Member) -> Document:
    return {
        "value": member.id,
        "$ref": wire.location_of(ENDPOINTS[member.type], member.id),
        "type": member.type,
        "display": member.display,
    }
