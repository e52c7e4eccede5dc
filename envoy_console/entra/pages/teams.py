"""Groups of the tenant: all of them, one with its members, new ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from envoy_console.entra import assignments, groups, offers
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import page_or_part, see_other
from envoy_console.web.forms import Form, row_number
from envoy_console.web.identity import me
from envoy_console.web.links import Listing
from envoy_console.web.wording import counted

WHO = ("member", "members")


class GroupForm(Form):
    """What a group is called."""

    name = StringField(
        "Group name",
        [DataRequired("Enter a group name."), Length(max=groups.LONGEST_NAME)],
    )
    description = StringField("Group description", [Length(max=1024)])


class MembersForm(Form):
    """Whom to add: users and groups. Or memberships to take back."""

    users = SelectMultipleField("Users", validate_choice=False)
    groups = SelectMultipleField("Groups", validate_choice=False)
    members = SelectMultipleField("Members", coerce=row_number, validate_choice=False)


@bp.get("/groups")
def all_groups() -> ResponseReturnValue:
    """Show the tenant's groups."""
    listing = Listing.asked("query")
    with read() as tx:
        found = groups.page(
            tx, me().company_id, query=listing.filters["query"], page=listing.page
        )
    return page_or_part(
        "entra/groups.html", "entra/_group_rows.html", listing=listing, groups=found
    )


@bp.get("/groups/new")
def new_group() -> ResponseReturnValue:
    """Show an empty group."""
    return render_template("entra/new_group.html", form=GroupForm(formdata=None))


@bp.post("/groups/new")
@requires(Permission.ADMINISTER_ENTRA)
def create_group() -> ResponseReturnValue:
    """Add a group."""
    form, company_id, actor = GroupForm(), me().company_id, me().email
    if not form.validate_on_submit():
        return render_template("entra/new_group.html", form=form), 422
    name, description = form.name.data, form.description.data or ""
    try:
        group_id = write(
            lambda tx: groups.create(tx, company_id, name, description, actor=actor)
        )
    except EntraError as error:
        form.name.errors = [str(error)]
        return render_template("entra/new_group.html", form=form), 422
    flash(f"Created the group {name}. Add its members.", "ok")
    return see_other(url_for(".group", group_id=group_id))


@bp.get("/groups/<group_id>")
def group(group_id: str) -> ResponseReturnValue:
    """Show a group and who is in it."""
    found = _required(group_id)
    form = GroupForm(
        formdata=None,
        name=found.display_name,
        description=found.attributes.get("description", ""),
    )
    return _group(found, form)


@bp.post("/groups/<group_id>")
@requires(Permission.ADMINISTER_ENTRA)
def edit_group(group_id: str) -> ResponseReturnValue:
    """Rename a group or describe it otherwise."""
    found, form, actor = _required(group_id), GroupForm(), me().email
    if not form.validate_on_submit():
        return _group(found, form), 422
    name, description = form.name.data, form.description.data or ""
    return _deed(
        group_id,
        lambda tx, found: groups.edit(tx, found, name, description, actor=actor),
        lambda _: "Saved.",
    )


@bp.post("/groups/<group_id>/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_group(group_id: str) -> ResponseReturnValue:
    """Delete a group for good."""
    found, actor = _required(group_id), me().email
    write(lambda tx: groups.delete(tx, found, actor=actor))
    flash(f"Deleted the group {found.display_name}.", "ok")
    return see_other(url_for(".all_groups"))


@bp.get("/groups/<group_id>/add")
def choose_members(group_id: str) -> ResponseReturnValue:
    """Show who could join a group."""
    listing = Listing.asked("query")
    # who is selected stays when somebody else is searched for
    chosen = {*request.values.getlist("users"), *request.values.getlist("groups")}
    with read() as tx:
        found = groups.required(tx, me().company_id, group_id)
        those_users, those_groups = groups.candidates(
            tx, found, query=listing.filters["query"], chosen=chosen
        )
    return page_or_part(
        "entra/add_members.html",
        "entra/_member_candidates.html",
        group=found,
        users=those_users,
        groups=those_groups,
        listing=listing,
        chosen=chosen,
        most=offers.MOST,
    )


@bp.post("/groups/<group_id>/add")
@requires(Permission.ADMINISTER_ENTRA)
def add_members(group_id: str) -> ResponseReturnValue:
    """Put the chosen into a group."""
    form, actor = MembersForm(), me().email
    return _deed(
        group_id,
        lambda tx, found: groups.add(
            tx,
            found,
            user_ids=form.users.data or [],
            group_ids=form.groups.data or [],
            actor=actor,
        ),
        lambda number: f"Added: {counted(number, *WHO)}.",
    )


@bp.post("/groups/<group_id>/remove")
@requires(Permission.ADMINISTER_ENTRA)
def remove_members(group_id: str) -> ResponseReturnValue:
    """Take the chosen out of a group."""
    form, actor = MembersForm(), me().email
    return _deed(
        group_id,
        lambda tx, found: groups.remove(
            tx, found, form.members.data or [], actor=actor
        ),
        lambda number: f"Removed: {counted(number, *WHO)}.",
    )


def _group(found: Any, form: GroupForm) -> Response:
    listing = Listing.asked("query")
    with read() as tx:
        values = {
            "members": groups.members(
                tx, found, query=listing.filters["query"], page=listing.page
            ),
            "parents": groups.parents(tx, found),
            "assignments": assignments.of_group(tx, found),
        }
    return page_or_part(
        "entra/group.html",
        "entra/_group_members.html",
        group=found,
        listing=listing,
        form=form,
        **values,
    )


def _required(group_id: str) -> Any:
    with read() as tx:
        return groups.required(tx, me().company_id, group_id)


def _deed(
    group_id: str,
    work: Callable[[Any, Any], Any],
    done: Callable[[Any], str],
) -> ResponseReturnValue:
    found = _required(group_id)
    try:
        flash(done(write(lambda tx: work(tx, found))), "ok")
    except EntraError as error:
        flash(str(error), "bad")
    return see_other(url_for(".group", group_id=group_id))
