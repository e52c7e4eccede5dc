"""“Bulk create”: users from a CSV file."""

from __future__ import annotations

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField, FileRequired

from envoy_console.entra import csv_import
from envoy_console.entra.csv_import import CsvError
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.forms import Form
from envoy_console.web.identity import me
from envoy_console.web.wording import counted


class FileForm(Form):
    """The file to upload."""

    file = FileField("CSV file", [FileRequired("Choose a CSV file.")])


@bp.get("/users/bulk-create")
def bulk_create() -> ResponseReturnValue:
    """Show how a file has to look, with the field for it."""
    return _page(FileForm(formdata=None))


@bp.post("/users/bulk-create")
@requires(Permission.ADMINISTER_ENTRA)
def import_users() -> ResponseReturnValue:
    """Add the users of a file, or say what is wrong with it."""
    form, company_id, actor = FileForm(), me().company_id, me().email
    if not form.validate_on_submit():
        return _page(form), 422
    data = form.file.data.read()
    try:
        number = write(lambda tx: csv_import.load(tx, company_id, data, actor=actor))
    except CsvError as error:
        return _page(form, error), 422
    flash(f"Created {counted(number, 'user')}.", "ok")
    return see_other(url_for(".all_users", sort="-created"))


@bp.get("/users/bulk-create/template.csv")
def bulk_template() -> Response:
    """Download a file to fill in."""
    headers = {"Content-Disposition": "attachment; filename=UserCreateTemplate.csv"}
    return Response(csv_import.template(), mimetype="text/csv", headers=headers)


def _page(form: FileForm, error: CsvError | None = None) -> str:
    return render_template(
        "entra/bulk_create.html",
        form=form,
        error=error,
        required=csv_import.REQUIRED,
    )
