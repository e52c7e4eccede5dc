"""“Import employees”: a CSV file is uploaded, looked at line by line, and imported."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField

from envoy_console.console.blueprint import bp
from envoy_console.directory import people_drafts, people_file
from envoy_console.directory.errors import RuleError
from envoy_console.directory.people_drafts import PlanChangedError, UnknownImportError
from envoy_console.directory.people_plan import Kind
from envoy_console.models.transactions import read, write
from envoy_console.spreadsheets import UnreadableError
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.forms import Form
from envoy_console.web.identity import acting
from envoy_console.web.links import Listing
from envoy_console.web.wording import counted, visible

# what becomes of a line: in a word, its tone, and how many of them are told
KINDS = {
    Kind.ADD: ("Add", "ok"),
    Kind.UPDATE: ("Update", "info"),
    Kind.SAME: ("No change", ""),
    Kind.SYNCED: ("Synced, not touched", ""),
    Kind.DUPLICATE: ("Repeated, skipped", "warn"),
    Kind.WRONG: ("Wrong, left out", "bad"),
}
PER_PAGE = 100


class FileForm(Form):
    """The file to upload."""

    file = FileField("CSV file", [FileRequired("Choose a CSV file.")])


class ImportForm(Form):
    """What was looked at when “Import” was pressed."""

    fingerprint = HiddenField()


@bp.get("/employees/import")
def import_employees() -> ResponseReturnValue:
    """Show how a file has to look, with the field for it."""
    return _upload(FileForm(formdata=None))


@bp.post("/employees/import")
@requires(Permission.MANAGE_EMPLOYEES)
def upload_employees() -> ResponseReturnValue:
    """Keep a file that can be read, and go on to what it would do."""
    form, actor = FileForm(), acting()
    if not form.validate_on_submit():
        return _upload(form), 422
    data = form.file.data.read()
    name = visible((form.file.data.filename or "a file")[:100])
    try:
        people_file.read(data)
    except UnreadableError as error:
        form.file.errors = [f"Line {error.line:,}: {error}"]
        return _upload(form), 422
    draft_id = write(
        lambda tx: people_drafts.keep(tx, actor, file_name=name, data=data)
    )
    return see_other(url_for(".planned_import", import_id=draft_id))


@bp.get("/employees/import/template.csv")
def import_template() -> Response:
    """Download a file to fill in."""
    headers = {"Content-Disposition": "attachment; filename=employees-template.csv"}
    return Response(people_file.template(), mimetype="text/csv", headers=headers)


@bp.get("/employees/import/<import_id>")
def planned_import(import_id: str) -> ResponseReturnValue:
    """Show what an upload would do, line by line; nothing is changed by looking."""
    listing, actor = Listing.asked("kind"), acting()
    try:
        with read() as tx:
            draft = people_drafts.required(tx, actor, import_id)
            plan = people_drafts.plan(tx, actor, draft)
    except UnknownImportError as error:
        return _gone(error)
    chosen = listing.filters["kind"]
    lines = plan.of(Kind(chosen) if chosen in list(Kind) else None)
    first = (listing.page - 1) * PER_PAGE
    return render_template(
        "console/planned_import.html",
        draft=draft,
        plan=plan,
        lines=lines[first : first + PER_PAGE],
        has_more=len(lines) > first + PER_PAGE,
        listing=listing,
        kinds=KINDS,
        form=ImportForm(formdata=None, fingerprint=plan.fingerprint),
    )


@bp.post("/employees/import/<import_id>")
@requires(Permission.MANAGE_EMPLOYEES)
def run_import(import_id: str) -> ResponseReturnValue:
    """Do what was shown, all of it or nothing."""
    form, actor = ImportForm(), acting()
    fingerprint = form.fingerprint.data or ""
    try:
        done = write(lambda tx: people_drafts.run(tx, actor, import_id, fingerprint))
    except UnknownImportError as error:
        return _gone(error)
    except PlanChangedError as error:
        flash(str(error), "warn")
        return see_other(url_for(".planned_import", import_id=import_id))
    flash(_told(done), "ok")
    return see_other(url_for(".employees"))


@bp.post("/employees/import/<import_id>/discard")
@requires(Permission.MANAGE_EMPLOYEES)
def discard_import(import_id: str) -> ResponseReturnValue:
    """Give up an upload."""
    actor = acting()
    write(lambda tx: people_drafts.discard(tx, actor, import_id))
    flash("The upload is discarded. Nothing was imported.", "ok")
    return see_other(url_for(".import_employees"))


def _told(done: Counter[Kind]) -> str:
    left = done.total() - done[Kind.ADD] - done[Kind.UPDATE]
    said = (
        f"Added {counted(done[Kind.ADD], 'employee')}, updated {done[Kind.UPDATE]:,}."
    )
    return f"{said} {counted(left, 'line')} changed nothing." if left else said


def _gone(error: RuleError) -> ResponseReturnValue:
    flash(str(error), "bad")
    return see_other(url_for(".import_employees"))


def _upload(form: FileForm) -> str:
    values: dict[str, Any] = {
        "columns": people_file.headings(),
        "most": people_file.LINES_AT_MOST,
    }
    return render_template("console/import_employees.html", form=form, **values)
