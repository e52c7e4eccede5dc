"""Scoping filters of a mapping: “Source Object Scope”, then “Add scoping filter”."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from envoy_console.entra import applications, mapping_drafts, scoping
from envoy_console.entra.errors import EntraError
from envoy_console.entra.mapping_drafts import DraftError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.entra.pages.carets import Caret, caret
from envoy_console.entra.pages.mapping import NEW, kind_of, row_at
from envoy_console.entra.pages.mapping_forms import MOST_CLAUSES, FilterForm
from envoy_console.entra.patterns import PatternError, compile_pattern
from envoy_console.entra.scoping import ScopingFilter
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other


@bp.get("/apps/<app_id>/mappings/<kind>/filters")
def scoping_filters(app_id: str, kind: str) -> ResponseReturnValue:
    """Show the scoping filters of a mapping, with those not saved yet."""
    app, mapped = required_app(app_id), kind_of(kind)
    return render_template(
        "entra/scoping_filters.html",
        app=app,
        kind=kind,
        filters=mapping_drafts.current(app, mapped).filters,
        is_changed=mapping_drafts.is_changed(app, mapped),
    )


@bp.get("/apps/<app_id>/mappings/<kind>/filters/<index>")
def edit_filter(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Show one scoping filter, or the form for a new one."""
    app = required_app(app_id)
    existing = row_at(mapping_drafts.current(app, kind_of(kind)).filters, index)
    return _page(app, kind, index, _filled(existing))


@bp.post("/apps/<app_id>/mappings/<kind>/filters/<index>")
@requires(Permission.ADMINISTER_ENTRA)
def put_filter(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Put a scoping filter into the mapping; or add or remove one of its rows."""
    app, mapped, form = required_app(app_id), kind_of(kind), FilterForm()
    row_at(mapping_drafts.current(app, mapped).filters, index)
    if _is_reshaped(form):
        return _page(app, kind, index, form)
    form.offer(scoping.scopable(mapped))
    if not form.validate_on_submit():
        return _page(app, kind, index, form), 422
    if pointers := _misspelt(form):
        return _page(app, kind, index, form, pointers), 422
    number = None if index == NEW else int(index)
    try:
        write(
            lambda tx: mapping_drafts.put_filter(
                tx,
                applications.required(tx, app.company_id, app.id),
                mapped,
                number,
                form.scoping_filter(),
            )
        )
    except DraftError as error:
        form.title.errors = [str(error)]
        return _page(app, kind, index, form), 422
    flash("The scoping filter is changed. Press Save to use it.", "info")
    return see_other(url_for(".attribute_mapping", app_id=app_id, kind=kind))


@bp.post("/apps/<app_id>/mappings/<kind>/filters/<index>/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_filter(app_id: str, kind: str, index: str) -> ResponseReturnValue:
    """Take a scoping filter out of the mapping that is being edited."""
    app, mapped = required_app(app_id), kind_of(kind)
    if not (index.isascii() and index.isdigit()):
        raise NotFound
    attempt(
        lambda tx: mapping_drafts.delete_filter(
            tx, applications.required(tx, app.company_id, app.id), mapped, int(index)
        ),
        done="The scoping filter is deleted. Press Save to have it so.",
        rule=EntraError,
    )
    return see_other(url_for(".scoping_filters", app_id=app_id, kind=kind))


def _misspelt(form: FilterForm) -> dict[int, Caret]:
    """Say beside each pattern that does not parse what is wrong, and return where."""
    pointers = {}
    for number, row in enumerate(form.clauses):
        if row.form.operator.data not in scoping.PATTERNS:
            continue
        pattern = row.form.value.data or ""
        try:
            compile_pattern(pattern)
        except PatternError as error:
            row.form.value.errors = [str(error)]
            pointers[number] = caret(pattern, error.position)
    return pointers


def _is_reshaped(form: FilterForm) -> bool:
    """Add or remove a row if that is what was asked for."""
    if "add" in request.form and len(form.clauses) < MOST_CLAUSES:
        form.clauses.append_entry()
        return True
    removed = request.form.get("remove", "")
    if not (removed.isascii() and removed.isdigit()):
        return False
    rows = [
        row.data for number, row in enumerate(form.clauses) if number != int(removed)
    ]
    while form.clauses.entries:
        form.clauses.pop_entry()
    for row in rows or [{}]:
        form.clauses.append_entry(row)
    return True


def _filled(existing: ScopingFilter | None) -> FilterForm:
    if existing is None:
        return FilterForm(None)
    rows = [
        {
            "attribute": clause.attribute,
            "operator": str(clause.operator),
            "value": clause.value,
        }
        for clause in existing.clauses
    ]
    return FilterForm(None, data={"title": existing.title, "clauses": rows})


def _page(
    app: Any,
    kind: str,
    index: str,
    form: FilterForm,
    pointers: Mapping[int, Caret] = MappingProxyType({}),
) -> str:
    form.offer(scoping.scopable(kind_of(kind)))
    return render_template(
        "entra/edit_filter.html",
        app=app,
        kind=kind,
        index=index,
        form=form,
        pointers=pointers,
    )
