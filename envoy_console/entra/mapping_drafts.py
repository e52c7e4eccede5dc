"""Mappings being edited: a draft beside what is saved, until Save or Discard.

Every page of a mapping is one small change, as in the admin center; the job goes on
with the saved mapping. Saving begins a new initial cycle (spec §3.1).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import audit, gallery, jobs, mappings, scoping
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.entra.mappings import AttributeMapping, MappingError, ObjectMapping
from envoy_console.entra.scoping import ScopingError, ScopingFilter
from envoy_console.models import EntraApp
from envoy_console.models.base import table

apps = table(EntraApp)

CHANGED = "Update attribute mappings or scope"
COLUMNS = {"User": "user_mapping", "Group": "group_mapping"}


class DraftError(EntraError):
    """A mapping that cannot be saved; the text says what to change."""


def saved(app: Any, kind: str) -> ObjectMapping:
    """Return the mapping that the job uses."""
    return mappings.from_json(getattr(app, COLUMNS[kind]))


def current(app: Any, kind: str) -> ObjectMapping:
    """Return the mapping as it is being edited."""
    draft = app.mapping_drafts.get(kind)
    return mappings.from_json(draft) if draft else saved(app, kind)


def is_changed(app: Any, kind: str) -> bool:
    """Tell whether there is anything to save."""
    return current(app, kind) != saved(app, kind)


def keep(tx: Connection, app: Any, kind: str, mapping: ObjectMapping) -> None:
    """Keep a mapping as the draft."""
    _set_draft(tx, app, kind, mappings.to_json(mapping))


def discard(tx: Connection, app: Any, kind: str) -> None:
    """Go back to what is saved."""
    _set_draft(tx, app, kind, None)


def put_attribute(
    tx: Connection,
    app: Any,
    kind: str,
    index: int | None,
    attribute: AttributeMapping,
) -> None:
    """Put an attribute in place of the one at `index`, or after the last one."""
    mapping = current(app, kind)
    rows = list(mapping.attributes)
    if index is None:
        rows.append(attribute)
    else:
        rows[_within(rows, index)] = attribute
    changed = replace(mapping, attributes=tuple(rows))
    check(changed)
    keep(tx, app, kind, changed)


def delete_attribute(tx: Connection, app: Any, kind: str, index: int) -> str:
    """Take an attribute out, and return its target."""
    mapping = current(app, kind)
    rows = list(mapping.attributes)
    removed = rows.pop(_within(rows, index))
    if mappings.is_required(mapping, removed):
        raise DraftError(f"{removed.target} is required: it cannot be deleted.")
    changed = replace(mapping, attributes=tuple(rows))
    check(changed)
    keep(tx, app, kind, changed)
    return removed.target


def put_filter(
    tx: Connection, app: Any, kind: str, index: int | None, put: ScopingFilter
) -> None:
    """Put a scoping filter in place of the one at `index`, or after the last one."""
    mapping = current(app, kind)
    filters = list(mapping.filters)
    if index is None:
        filters.append(put)
    else:
        filters[_within(filters, index)] = put
    try:
        scoping.check(put, kind)
    except ScopingError as error:
        raise DraftError(str(error)) from error
    keep(tx, app, kind, replace(mapping, filters=tuple(filters)))


def delete_filter(tx: Connection, app: Any, kind: str, index: int) -> None:
    """Take a scoping filter out."""
    mapping = current(app, kind)
    filters = list(mapping.filters)
    del filters[_within(filters, index)]
    keep(tx, app, kind, replace(mapping, filters=tuple(filters)))


def save(tx: Connection, app: Any, kind: str, *, actor: str) -> bool:
    """Save the draft and begin a new initial cycle; False when nothing was changed."""
    mapping = current(app, kind)
    discard(tx, app, kind)
    if mapping == saved(app, kind):
        return False
    check(mapping)
    _save(tx, app, {kind: mapping}, actor)
    return True


def restore_defaults(tx: Connection, app: Any, *, actor: str) -> None:
    """Put back the mappings that the application came with."""
    template = gallery.TEMPLATES[app.template]
    tx.execute(apps.update().where(apps.c.id == app.id).values(mapping_drafts={}))
    _save(
        tx,
        app,
        {"User": template.user_mapping, "Group": template.group_mapping},
        actor,
    )


def check(mapping: ObjectMapping) -> None:
    """Refuse a mapping that could not be used, and say why."""
    try:
        mappings.check(mapping)
    except MappingError as error:
        raise DraftError(str(error)) from error


def _save(
    tx: Connection, app: Any, mapped: dict[str, ObjectMapping], actor: str
) -> None:
    values = {
        COLUMNS[kind]: mappings.to_json(mapping) for kind, mapping in mapped.items()
    }
    tx.execute(apps.update().where(apps.c.id == app.id).values(values))
    jobs.restart(tx, app.id)
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.PROVISIONING,
        activity=CHANGED,
        detail=", ".join(f"{kind}s" for kind in mapped),
    )


def _set_draft(tx: Connection, app: Any, kind: str, draft: Any) -> None:
    """Keep one draft; the row is locked, so that the other kind's is not lost."""
    mine = apps.c.id == app.id
    query = sa.select(apps.c.mapping_drafts).where(mine).with_for_update()
    drafts = {**tx.execute(query).scalar_one(), kind: draft}
    kept = {name: value for name, value in drafts.items() if value}
    tx.execute(apps.update().where(mine).values(mapping_drafts=kept))


def _within(rows: list[Any], index: int) -> int:
    if not 0 <= index < len(rows):
        raise UnknownError("There is no such row any more.")
    return index
