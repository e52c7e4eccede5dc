"""Employees kept by hand: add, edit, deactivate, reactivate and delete one of them."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection
from wtforms import HiddenField, SelectField, StringField

from envoy_console.console.blueprint import bp
from envoy_console.directory import addressing, details, locations, manual, people
from envoy_console.directory.details import DetailsError
from envoy_console.directory.fields import display_name
from envoy_console.directory.manual import ChangedError, SyncedError
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.forms import Form, choices
from envoy_console.web.identity import acting, me

EMPLOYEE = Permission.MANAGE_EMPLOYEES


class EmployeeForm(Form):
    """Envoy's fields. What may be in them the directory says."""

    name = StringField("Name")
    email = StringField("Email address")
    phone = StringField("Cell phone number (optional)")
    location = SelectField("Primary location", validate_choice=False)
    title = StringField("Title (optional)")
    department = StringField("Department (optional)")
    manager = StringField("Manager (optional)")
    stand = HiddenField()  # as it was when the form was opened

    def values(self) -> dict[str, str]:
        """Return what was entered, the location left out."""
        entered = {name: self[name].data or "" for name in details.FIELDS}
        del entered["location"]
        return details.tidied(entered)

    def complain(self, problems: Mapping[str, str]) -> None:
        """Put each problem at its field."""
        for name, said in problems.items():
            self[name].errors = [said]


@bp.get("/employees/new")
def new_employee() -> ResponseReturnValue:
    """Show an empty employee."""
    return _form(EmployeeForm(formdata=None))


@bp.post("/employees/new")
@requires(EMPLOYEE)
def add_employee() -> ResponseReturnValue:
    """Add an employee by hand."""
    form, actor = EmployeeForm(), acting()
    try:
        values, location_id = _entered(form)
        employee_id = write(
            lambda tx: manual.add(tx, actor, values, location_id=location_id)
        )
    except DetailsError as error:
        form.complain(error.problems)
        return _form(form), 422
    flash(f"{values['name']} is added.", "ok")
    return see_other(url_for(".employee", employee_id=employee_id))


@bp.get("/employees/<employee_id>/edit")
def edit_employee(employee_id: str) -> ResponseReturnValue:
    """Show an employee ready to be edited; of one who is synced, their page."""
    with read() as tx:
        found = people.get(tx, me().company_id, employee_id)
        data = details.of(found) | {
            "manager": addressing.address_of(tx, me().company_id, found.manager_id),
            "location": manual.location_of(tx, me().company_id, employee_id),
            "stand": manual.stand_of(tx, me().company_id, found),
        }
    if found.integration_id is not None:
        return see_other(url_for(".employee", employee_id=employee_id))
    return _form(EmployeeForm(formdata=None, data=data), employee_id)


@bp.post("/employees/<employee_id>/edit")
@requires(EMPLOYEE)
def save_employee(employee_id: str) -> ResponseReturnValue:
    """Change an employee kept by hand."""
    form, actor = EmployeeForm(), acting()

    def work(tx: Connection) -> None:
        manual.edit(
            tx, actor, employee_id, values, stand=stand, location_id=location_id
        )

    try:
        stand = form.stand.data or ""
        values, location_id = _entered(form)
        write(work)
    except ChangedError as error:
        form.stand.data = error.stand
        return _form(form, employee_id, changed=str(error)), 409
    except DetailsError as error:
        form.complain(error.problems)
        return _form(form, employee_id), 422
    except SyncedError as error:
        flash(str(error), "bad")
    else:
        flash(f"{values['name']} is saved.", "ok")
    return see_other(url_for(".employee", employee_id=employee_id))


@bp.post("/employees/<employee_id>/deactivate")
@requires(EMPLOYEE)
def deactivate_employee(employee_id: str) -> ResponseReturnValue:
    """Deactivate an employee kept by hand."""
    return _set_active(employee_id, False)


@bp.post("/employees/<employee_id>/reactivate")
@requires(EMPLOYEE)
def reactivate_employee(employee_id: str) -> ResponseReturnValue:
    """Reactivate an employee kept by hand."""
    return _set_active(employee_id, True)


@bp.post("/employees/<employee_id>/delete")
@requires(EMPLOYEE)
def delete_employee(employee_id: str) -> ResponseReturnValue:
    """Delete an employee kept by hand."""
    actor = acting()
    try:
        write(lambda tx: manual.remove(tx, actor, employee_id))
    except SyncedError as error:
        flash(str(error), "bad")
        return see_other(url_for(".employee", employee_id=employee_id))
    flash("The employee is deleted.", "ok")
    return see_other(url_for(".employees"))


def _entered(form: EmployeeForm) -> tuple[dict[str, str], str]:
    """Return the values of a form and the id of its location; raises DetailsError."""
    values = form.values()
    if found := dict(details.problems(values)):
        raise DetailsError(found)
    return values, form.location.data or ""


def _set_active(employee_id: str, active: bool) -> ResponseReturnValue:
    actor = acting()

    def work(tx: Connection) -> None:
        manual.required(tx, actor.company_id, employee_id)
        manual.set_active(tx, actor, [employee_id], active)

    try:
        write(work)
    except SyncedError as error:
        flash(str(error), "bad")
    else:
        flash(f"The employee is {'active again' if active else 'deactivated'}.", "ok")
    return see_other(url_for(".employee", employee_id=employee_id))


def _form(form: EmployeeForm, employee_id: str = "", *, changed: str = "") -> str:
    with read() as tx:
        offices = locations.names(tx, me().company_id)
        name = ""
        if employee_id:
            found = people.get(tx, me().company_id, employee_id)
            name = display_name(found.document)
    form.location.choices = choices(offices)
    if not form.location.data:
        form.location.data = next(iter(offices))
    return render_template(
        "console/employee_form.html",
        form=form,
        employee_id=employee_id,
        name=name,
        changed=changed,
    )
