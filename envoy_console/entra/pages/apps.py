"""Enterprise applications: the list, the gallery, and an app's overview and properties."""

from __future__ import annotations

from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.entra import applications, assignments, gallery, jobs
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.entra.pages.app_forms import NameForm
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, page_or_part, see_other
from envoy_console.web.forms import Form
from envoy_console.web.identity import me
from envoy_console.web.links import Listing


@bp.get("/apps")
def apps() -> ResponseReturnValue:
    """Show the enterprise applications of the tenant."""
    listing = Listing.asked("query")
    with read() as tx:
        found = applications.every(tx, me().company_id, query=listing.filters["query"])
    return page_or_part(
        "entra/apps.html",
        "entra/_app_rows.html",
        listing=listing,
        apps=found,
        templates=gallery.TEMPLATES,
    )


@bp.get("/apps/gallery")
def browse_gallery() -> ResponseReturnValue:
    """Browse Microsoft Entra Gallery."""
    listing = Listing.asked("query")
    wanted = listing.filters["query"].casefold()
    found = [
        template
        for template in gallery.TEMPLATES.values()
        if wanted in f"{template.name} {template.publisher}".casefold()
    ]
    return page_or_part(
        "entra/gallery.html",
        "entra/_gallery_cards.html",
        listing=listing,
        found=found,
    )


@bp.get("/apps/gallery/<template_id>")
def gallery_app(template_id: str) -> ResponseReturnValue:
    """Show what an application of the gallery is, with the field for its name."""
    template = _template(template_id)
    return _pane(template, NameForm(None, name=template.name))


@bp.post("/apps/gallery/<template_id>")
@requires(Permission.ADMINISTER_ENTRA)
def create_app(template_id: str) -> ResponseReturnValue:
    """Add an application from the gallery."""
    template, form = _template(template_id), NameForm()
    company_id, actor = me().company_id, me().email
    if not form.validate_on_submit():
        return _pane(template, form), 422
    name = form.name.data
    try:
        app_id = write(
            lambda tx: applications.create(
                tx, company_id, template_id, name, actor=actor
            )
        )
    except EntraError as error:
        form.name.errors = [str(error)]
        return _pane(template, form), 422
    flash(f"{name.strip()} is added. Assign users and groups to it next.", "ok")
    return see_other(url_for(".app_overview", app_id=app_id))


@bp.get("/apps/<app_id>")
def app_overview(app_id: str) -> ResponseReturnValue:
    """Show one application and what to do with it next."""
    with read() as tx:
        app = applications.required(tx, me().company_id, app_id)
        assigned = assignments.count(tx, app_id)
        status = jobs.status(tx, app_id)
    return render_template(
        "entra/app_overview.html",
        app=app,
        template=gallery.TEMPLATES[app.template],
        assigned=assigned,
        status=status,
    )


@bp.get("/apps/<app_id>/properties")
def app_properties(app_id: str) -> ResponseReturnValue:
    """Show the name and the ids of an application."""
    app = required_app(app_id)
    return _properties(app, NameForm(None, name=app.name))


@bp.post("/apps/<app_id>/properties")
@requires(Permission.ADMINISTER_ENTRA)
def rename_app(app_id: str) -> ResponseReturnValue:
    """Give an application another name."""
    app, form, actor = required_app(app_id), NameForm(), me().email
    if not form.validate_on_submit():
        return _properties(app, form), 422
    try:
        write(lambda tx: applications.rename(tx, app, form.name.data, actor=actor))
    except EntraError as error:
        form.name.errors = [str(error)]
        return _properties(app, form), 422
    flash("Saved.", "ok")
    return see_other(url_for(".app_properties", app_id=app_id))


@bp.post("/apps/<app_id>/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_app(app_id: str) -> ResponseReturnValue:
    """Delete an application."""
    app, actor = required_app(app_id), me().email
    attempt(
        lambda tx: applications.delete(tx, app, actor=actor),
        done=f"{app.name} is deleted. What it provisioned stays in the target.",
        rule=EntraError,
    )
    return see_other(url_for(".apps"))


def required_app(app_id: str) -> Any:
    """Return an app of the tenant, or answer that there is no such page."""
    with read() as tx:
        return applications.required(tx, me().company_id, app_id)


@bp.context_processor
def _counts() -> dict[str, Any]:
    return {"assigned_to": _assigned_to}


def _assigned_to(app: Any) -> int:
    with read() as tx:
        return assignments.count(tx, app.id)


def _template(template_id: str) -> gallery.Template:
    if template_id not in gallery.TEMPLATES:
        raise UnknownError("There is no such application in the gallery.")
    return gallery.TEMPLATES[template_id]


def _pane(template: gallery.Template, form: NameForm) -> str:
    return render_template("entra/gallery_app.html", template=template, form=form)


def _properties(app: Any, form: Form) -> str:
    return render_template(
        "entra/app_properties.html",
        app=app,
        form=form,
        template=gallery.TEMPLATES[app.template],
    )
