"""Attribute mapping: the pages of “Synchronize Microsoft Entra users (groups) to …”."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection
from werkzeug.exceptions import NotFound

from envoy_console import queue
from envoy_console.entra import (
    applications,
    attributes,
    expressions,
    gallery,
    mapping_drafts,
    mappings,
)
from envoy_console.entra.errors import EntraError
from envoy_console.entra.expressions import ExpressionError
from envoy_console.entra.mapping_drafts import DraftError
from envoy_console.entra.mappings import AttributeMapping, MappingType, ObjectMapping
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.entra.pages.carets import Caret, caret
from envoy_console.entra.pages.mapping_forms import (
    APPLIES,
    TYPES,
    AttributeForm,
    MappingForm,
)
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import me

KINDS = {"users": "User", "groups": "Group"}
NEW = "new"


@bp.get("/apps/<app_id>/mappings/<kind>")
def attribute_mapping(app_id: str, kind: str) -> ResponseReturnValue:
    """Show a mapping, with what has been edited and not saved yet."""
    app, mapped = required_app(app_id), kind_of(kind)
    mapping = mapping_drafts.current(app, mapped)
    form = MappingForm(
        None,
        enabled="yes" if mapping.enabled else "no",
        create=mapping.create,
        update=mapping.update,
        delete=mapping.delete,
    )
    return render_template(
        "entra/attribute_mapping.html",
        app=app,
        kind=kind,
        form=form,
        mapping=mapping,
        is_changed=mapping_drafts.is_changed(app, mapped),
        required={
            row.target
            for row in mapping.attributes
            if mappings.is_required(mapping, row)
        },
        TYPES=TYPES,
        APPLIES=APPLIES,
    )


@bp.post("/apps/<app_id>/mappings/<kind>")
@requires(Permission.ADMINISTER_ENTRA)
def review_mapping(app_id: str, kind: str) -> ResponseReturnValue:
    """Keep what the mapping does, and ask whether to save it with all consequences."""
    app, mapped, form = required_app(app_id), kind_of(kind), MappingForm()
    if not form.validate_on_submit():
        flash(form.first_error(), "bad")
        return _back(app, kind)
    changed = replace(
        mapping_drafts.current(app, mapped),
        enabled=mapped == "User" or form.enabled.data == "yes",
        create=form.create.data,
        update=form.update.data,
        delete=form.delete.data,
    )
    write(lambda tx: mapping_drafts.keep(tx, app, mapped, changed))
    if not mapping_drafts.is_changed(required_app(app_id), mapped):
        flash("Nothing has been changed, so there is nothing to save.", "info")
        return _back(app, kind)
    return _back(app, kind, ask="save")


@bp.post("/apps/<app_id>/mappings/<kind>/save")
@requires(Permission.ADMINISTER_ENTRA)
def save_mapping(app_id: str, kind: str) -> ResponseReturnValue:
    """Save what was edited; everybody is resynchronised."""
    mapped, actor = kind_of(kind), me().email
    app = required_app(app_id)
    is_saved = _attempt(
        app,
        lambda tx, app: mapping_drafts.save(tx, app, mapped, actor=actor),
        done="Saved. All users and groups are resynchronised"
        + (" now." if app.is_on else " once provisioning is on."),
    )
    if is_saved and app.is_on:
        queue.ring(queue.ADVANCE, app.id)
    return _back(app, kind)


@bp.post("/apps/<app_id>/mappings/<kind>/discard")
@requires(Permission.ADMINISTER_ENTRA)
def discard_mapping(app_id: str, kind: str) -> ResponseReturnValue:
    """Forget what was edited and not saved."""
    app, mapped = required_app(app_id), kind_of(kind)
    _attempt(
        app,
        lambda tx, app: mapping_drafts.discard(tx, app, mapped),
        done="Your changes are discarded.",
    )
    return _back(app, kind)


@bp.get("/apps/<app_id>/mappings/<kind>/attributes/<index>")
def edit_attribute(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Show “Edit Attribute”, or the same for a new one."""
    app = required_app(app_id)
    mapping = mapping_drafts.current(app, kind_of(kind))
    return _attribute(app, kind, index, _filled(mapping, index))


@bp.post("/apps/<app_id>/mappings/<kind>/attributes/<index>")
@requires(Permission.ADMINISTER_ENTRA)
def put_attribute(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Put an attribute into the mapping that is being edited."""
    app, mapped, form = required_app(app_id), kind_of(kind), AttributeForm()
    mapping = mapping_drafts.current(app, mapped)
    existing = row_at(mapping.attributes, index)
    if not form.validate_on_submit():
        return _attribute(app, kind, index, form), 422
    attribute = form.mapping(existing.note if existing else "")
    if wrong := _misparsed(attribute):
        form.expression.errors = [str(wrong)]
        pointer = caret(attribute.source, wrong.position)
        return _attribute(app, kind, index, form, pointer), 422
    number = None if index == NEW else int(index)
    try:
        write(
            lambda tx: mapping_drafts.put_attribute(
                tx, _fresh(tx, app), mapped, number, attribute
            )
        )
    except DraftError as error:
        form.target.errors = [str(error)]
        return _attribute(app, kind, index, form), 422
    flash(f"{attribute.target} is changed. Press Save to use it.", "info")
    return _back(app, kind)


@bp.post("/apps/<app_id>/mappings/<kind>/attributes/<index>/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_attribute(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Take an attribute out of the mapping that is being edited."""
    app, mapped = required_app(app_id), kind_of(kind)
    if not index.isascii() or not index.isdigit():
        raise NotFound
    _attempt(
        app,
        lambda tx, app: mapping_drafts.delete_attribute(tx, app, mapped, int(index)),
        done="The attribute is deleted. Press Save to have it so.",
    )
    return _back(app, kind)


def kind_of(kind: str) -> str:
    """Return what `users` or `groups` of an address stands for."""
    if kind not in KINDS:
        raise NotFound
    return KINDS[kind]


def row_at(rows: tuple[Any, ...], index: str) -> Any | None:
    """Return the row that an address names, or nothing for a new one."""
    if index == NEW:
        return None
    if not (index.isascii() and index.isdigit()) or int(index[:4]) >= len(rows):
        raise NotFound
    return rows[int(index)]


def _attempt(app: Any, work: Callable[[Connection, Any], Any], *, done: str) -> bool:
    return attempt(lambda tx: work(tx, _fresh(tx, app)), done=done, rule=EntraError)


def _fresh(tx: Connection, app: Any) -> Any:
    """Return the app as it is now, in the transaction that changes it."""
    return applications.required(tx, app.company_id, app.id)


def _back(app: Any, kind: str, ask: str | None = None) -> ResponseReturnValue:
    return see_other(url_for(".attribute_mapping", app_id=app.id, kind=kind, ask=ask))


def _misparsed(attribute: AttributeMapping) -> ExpressionError | None:
    if attribute.type is not MappingType.EXPRESSION:
        return None
    try:
        expressions.parse(attribute.source)
    except ExpressionError as error:
        return error
    return None


def _filled(mapping: ObjectMapping, index: str) -> AttributeForm:
    row: AttributeMapping | None = row_at(mapping.attributes, index)
    if row is None:
        return AttributeForm(None, is_matching="no")
    return AttributeForm(
        None,
        type=row.type.value,
        source_attribute=row.source if row.type is MappingType.DIRECT else "",
        constant=row.source if row.type is MappingType.CONSTANT else "",
        expression=row.source if row.type is MappingType.EXPRESSION else "",
        default=row.default or "",
        target=row.target,
        is_matching="no" if row.matching_precedence is None else "yes",
        precedence=row.matching_precedence,
        apply=row.apply.value,
    )


def _attribute(
    app: Any,
    kind: str,
    index: str,
    form: AttributeForm,
    pointer: Caret | None = None,
) -> str:
    mapped = KINDS[kind]
    form.source_attribute.choices = [
        ("", "Choose …"),
        *((name, name) for name in attributes.OF_KIND[mapped]),
    ]
    return render_template(
        "entra/edit_attribute.html",
        app=app,
        kind=kind,
        index=index,
        form=form,
        pointer=pointer,
        targets=_known_targets(app, mapped),
    )


def _known_targets(app: Any, mapped: str) -> list[str]:
    template = gallery.TEMPLATES[app.template]
    default = template.user_mapping if mapped == "User" else template.group_mapping
    return sorted({row.target for row in default.attributes})
