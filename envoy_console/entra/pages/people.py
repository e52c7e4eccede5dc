"""Users: all of them, one of them, new ones, and those in the recycle bin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console.entra import assignments, story, user_values, users
from envoy_console.entra.errors import EntraError
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.pages.people_forms import UserForm, hints, sections, values
from envoy_console.entra.user_values import UserError
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, page_or_part, see_other
from envoy_console.web.identity import me
from envoy_console.web.links import Listing

STATES = {"enabled": "Allowed to sign in", "blocked": "Sign-in blocked"}


@bp.get("/users")
def all_users() -> ResponseReturnValue:
    """Show the tenant's users."""
    listing = Listing.asked("query", "state", sort="name")
    enabled = {"enabled": True, "blocked": False}.get(listing.filters["state"])
    with read() as tx:
        found = users.page(
            tx,
            me().company_id,
            query=listing.filters["query"],
            enabled=enabled,
            sort=listing.sort,
            page=listing.page,
        )
    return page_or_part(
        "entra/users.html",
        "entra/_user_rows.html",
        listing=listing,
        users=found,
        states=STATES,
    )


@bp.get("/users/deleted")
def deleted_users() -> ResponseReturnValue:
    """Show who is in the recycle bin."""
    listing = Listing.asked("query")
    with read() as tx:
        found = users.page(
            tx,
            me().company_id,
            query=listing.filters["query"],
            deleted=True,
            page=listing.page,
        )
    return page_or_part(
        "entra/deleted_users.html",
        "entra/_deleted_rows.html",
        listing=listing,
        users=found,
        kept=users.KEPT_DELETED,
    )


@bp.get("/users/new")
def new_user() -> ResponseReturnValue:
    """Show an empty user."""
    return _new_user(UserForm(formdata=None))


@bp.post("/users/new")
@requires(Permission.ADMINISTER_ENTRA)
def create_user() -> ResponseReturnValue:
    """Add a user."""
    form, company_id, actor = UserForm(), me().company_id, me().email
    user_id = _attempt(
        form,
        lambda given: write(
            lambda tx: users.create(tx, company_id, given, actor=actor)
        ),
    )
    if user_id is None:
        return _new_user(form), 422
    flash(f"Created {form['displayName'].data}.", "ok")
    return see_other(url_for(".user", user_id=user_id))


@bp.get("/users/<user_id>")
def user(user_id: str) -> ResponseReturnValue:
    """Show one user, ready to be edited."""
    found = _required(user_id)
    given = user_values.of_row(found)
    given["accountEnabled"] = str(found.account_enabled)
    with read() as tx:
        boss = found.manager_id and users.required(
            tx, found.company_id, found.manager_id
        )
    given["manager"] = boss.user_principal_name if boss else ""
    return _user(found, UserForm(formdata=None, data=given))


@bp.post("/users/<user_id>")
@requires(Permission.ADMINISTER_ENTRA)
def edit_user(user_id: str) -> ResponseReturnValue:
    """Keep what was changed about a user."""
    found, form, actor = _required(user_id), UserForm(), me().email

    def keep(given: dict[str, Any]) -> bool:
        write(lambda tx: users.edit(tx, found, given, actor=actor))
        return True

    if _attempt(form, keep) is None:
        return _user(found, form), 422
    flash("Saved. The next cycle provisions what changed.", "ok")
    return see_other(url_for(".user", user_id=user_id))


@bp.post("/users/<user_id>/block")
@requires(Permission.ADMINISTER_ENTRA)
def block_user(user_id: str) -> ResponseReturnValue:
    """Block somebody from signing in."""
    return _deed(user_id, _block, "is blocked from signing in")


@bp.post("/users/<user_id>/unblock")
@requires(Permission.ADMINISTER_ENTRA)
def unblock_user(user_id: str) -> ResponseReturnValue:
    """Let somebody sign in again."""
    return _deed(user_id, _unblock, "may sign in again")


@bp.post("/users/<user_id>/delete")
@requires(Permission.ADMINISTER_ENTRA)
def delete_user(user_id: str) -> ResponseReturnValue:
    """Put somebody into the recycle bin."""
    return _deed(user_id, users.delete, "is in Deleted users now")


@bp.post("/users/<user_id>/restore")
@requires(Permission.ADMINISTER_ENTRA)
def restore_user(user_id: str) -> ResponseReturnValue:
    """Take somebody out of the recycle bin."""
    return _deed(user_id, users.restore, "is restored")


@bp.post("/users/<user_id>/purge")
@requires(Permission.ADMINISTER_ENTRA)
def purge_user(user_id: str) -> ResponseReturnValue:
    """Delete somebody for good."""
    found, actor = _required(user_id), me().email
    if attempt(
        lambda tx: users.purge(tx, found, actor=actor),
        done=f"{found.display_name} is deleted for good.",
        rule=EntraError,
    ):
        return see_other(url_for(".deleted_users"))
    return see_other(url_for(".user", user_id=user_id))


@bp.post("/sample-company")
@requires(Permission.ADMINISTER_ENTRA)
def plant_story() -> ResponseReturnValue:
    """Fill an empty tenant with the sample company."""
    company_id, name = me().company_id, me().company_name

    attempt(
        lambda tx: story.plant(tx, company_id, name=name),
        done="46 people and 6 groups have moved in. Some of them have a story.",
        rule=EntraError,
    )
    return see_other(url_for(".all_users"))


def _required(user_id: str) -> Any:
    with read() as tx:
        return users.required(tx, me().company_id, user_id)


def _attempt(form: Any, work: Callable[[dict[str, Any]], Any]) -> Any | None:
    """Do `work` with what the form says; None when it is wrong, which the form shows."""
    if not form.validate_on_submit():
        return None
    try:
        return work(_given(form))
    except UserError as error:
        if error.attribute in form:
            form[error.attribute].errors = [str(error)]
        else:
            flash(str(error), "bad")
        return None


def _given(form: Any) -> dict[str, Any]:
    """Return what the form says, with the manager's objectId for the UPN."""
    given: dict[str, Any] = values(form, tenant().domain)
    if upn := given["manager"].strip():
        with read() as tx:
            boss = users.by_name(tx, me().company_id, upn)
        if boss is None:
            raise UserError(f"There is no user {upn}.", "manager")
        given["manager"] = boss.id
    return given


def _new_user(form: Any) -> str:
    return render_template(
        "entra/new_user.html",
        form=form,
        sections=sections(form),
        hints=hints(tenant().domain),
    )


def _user(found: Any, form: Any) -> str:
    with read() as tx:
        return render_template(
            "entra/user.html",
            user=found,
            form=form,
            sections=sections(form),
            hints=hints(tenant().domain),
            note=story.note_about(found),
            groups=users.groups_of(tx, found),
            reports=users.reports(tx, found),
            assignments=assignments.of_user(tx, found),
        )


def _block(tx: Connection, found: Any, *, actor: str) -> None:
    users.set_enabled(tx, found, False, actor=actor)


def _unblock(tx: Connection, found: Any, *, actor: str) -> None:
    users.set_enabled(tx, found, True, actor=actor)


def _deed(user_id: str, deed: Callable[..., None], words: str) -> ResponseReturnValue:
    """Do something to a user, say so, and show them again."""
    found, actor = _required(user_id), me().email
    attempt(
        lambda tx: deed(tx, found, actor=actor),
        done=f"{found.display_name} {words}.",
        rule=EntraError,
    )
    return see_other(url_for(".user", user_id=user_id))
