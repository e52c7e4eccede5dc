"""The Provisioning page of an application: credentials, mappings and settings.

Test Connection tries what is in the form. Save keeps credentials that the target has
accepted; others it has tried first, and keeps them when that succeeds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import flash, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import config, queue
from envoy_console.entra import (
    applications,
    gallery,
    mapping_drafts,
    progress,
    provisioning_settings,
    targets,
    tenants,
)
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.entra.pages.provisioning_forms import (
    MODES,
    ConnectionForm,
    ProvisioningForm,
)
from envoy_console.entra.provisioning_settings import Credentials, CredentialsError
from envoy_console.entra.urls import RefusedError
from envoy_console.models.base import now
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import me

# a worker that runs has begun, and ended, a test by then
PATIENCE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Saved:
    """What a Save has done, and so what remains to be done and said."""

    is_tested: bool = False
    is_switched: bool = False
    is_rescoped: bool = False


@bp.get("/apps/<app_id>/provisioning/edit")
def edit_provisioning(app_id: str) -> ResponseReturnValue:
    """Show the Provisioning page."""
    app = required_app(app_id)
    return _page(app, _filled(app))


@bp.post("/apps/<app_id>/provisioning/edit")
@requires(Permission.ADMINISTER_ENTRA)
def save_provisioning(app_id: str) -> ResponseReturnValue:
    """Save; credentials that nobody has tried yet are tried first."""
    app = required_app(app_id)
    form = _sent(app)
    credentials = _credentials(app, form) if form.validate_on_submit() else None
    if credentials is None:
        return _page(app, form), 422
    actor = me().email
    saved = write(lambda tx: _save(tx, app, form, credentials, actor))
    _ring(app, saved)
    _tell(app, form, saved)
    return see_other(url_for(".edit_provisioning", app_id=app_id))


@bp.post("/apps/<app_id>/provisioning/test")
@requires(Permission.ADMINISTER_ENTRA)
def test_connection(app_id: str) -> ResponseReturnValue:
    """Have the worker try the credentials that are in the form."""
    app = required_app(app_id)
    form, is_part = _sent(app), "HX-Request" in request.headers
    is_token = form.secret_token.validate(form)
    credentials = _credentials(app, form) if is_token else None
    if credentials is None:
        problem = form.first_error()
        return _result(app, problem) if is_part else (_page(app, form), 422)
    actor = me().email
    write(
        lambda tx: provisioning_settings.begin_test(tx, app, credentials, actor=actor)
    )
    queue.ring(queue.TEST_CONNECTION, app.id)
    if is_part:
        return _result(required_app(app_id))
    return see_other(url_for(".edit_provisioning", app_id=app_id, _anchor="test"))


@bp.get("/apps/<app_id>/provisioning/test")
def connection_test_result(app_id: str) -> ResponseReturnValue:
    """Show what has come of the test; a Save that waited for it shows the whole page."""
    app = required_app(app_id)
    if "HX-Request" not in request.headers:
        return see_other(url_for(".edit_provisioning", app_id=app_id, _anchor="test"))
    answer = make_response(_result(app))
    if request.args.get("saving") and app.last_test and app.last_test["ok"]:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/apps/<app_id>/provisioning/discard")
@requires(Permission.ADMINISTER_ENTRA)
def discard_provisioning(app_id: str) -> ResponseReturnValue:
    """Go back to the credentials that were saved last."""
    app = required_app(app_id)
    write(lambda tx: provisioning_settings.discard(tx, app))
    return see_other(url_for(".edit_provisioning", app_id=app_id))


@bp.get("/apps/<app_id>/provisioning/target")
def tenant_url_note(app_id: str) -> ResponseReturnValue:
    """Say where the Tenant URL that is being typed leads."""
    app = required_app(app_id)
    typed = request.args.get("tenant_url", "")
    return render_template("entra/_target_note.html", app=app, target=_judged(typed))


def _save(
    tx: Connection,
    app: Any,
    form: ConnectionForm,
    credentials: Credentials,
    actor: str,
) -> Saved:
    app = applications.required(tx, app.company_id, app.id)
    provisioning_settings.save(tx, app, form.settings(), actor=actor)
    is_proven = provisioning_settings.is_proven(app, credentials)
    if not is_proven:
        provisioning_settings.begin_test(tx, app, credentials, actor=actor, saves=True)
    elif provisioning_settings.is_drafted(app, credentials):
        provisioning_settings.adopt(tx, app, actor=actor)
    if not isinstance(form, ProvisioningForm):
        return Saved(is_tested=not is_proven)
    return Saved(
        is_tested=not is_proven,
        is_switched=_save_settings(tx, app, form, actor),
        is_rescoped=app.scope == "all" and form.scope.data == "assigned",
    )


def _save_settings(
    tx: Connection, app: Any, form: ProvisioningForm, actor: str
) -> bool:
    """Do what only the whole form asks for, and tell whether the job is to be woken."""
    speed, pace = int(form.clock_speed.data), int(form.pace.data)
    tenants.set_clock(tx, app.company_id, speed=speed, pace=pace)
    if form.restores.data:
        mapping_drafts.restore_defaults(tx, app, actor=actor)
    is_switched = provisioning_settings.switch(
        tx, app, on=form.provisioning_status.data == "on", actor=actor
    )
    return is_switched or form.restores.data


def _ring(app: Any, saved: Saved) -> None:
    if saved.is_tested:
        queue.ring(queue.TEST_CONNECTION, app.id)
    if saved.is_switched:
        queue.ring(queue.ADVANCE, app.id)


def _tell(app: Any, form: ConnectionForm, saved: Saved) -> None:
    if not saved.is_tested:
        flash(_outcome(app, form), "ok")
    elif app.saved_at:
        flash("The settings are saved. The credentials follow once tested.", "ok")
    if saved.is_rescoped:
        flash(
            "Press Restart provisioning on the overview: only then the new Scope is "
            "applied to those who are already provisioned.",
            "warn",
        )


def _outcome(app: Any, form: ConnectionForm) -> str:
    if not isinstance(form, ProvisioningForm):
        return "Saved. Review the Mappings, then the Settings, below."
    if form.provisioning_status.data == "on" and not app.is_on:
        return "Saved. Provisioning is on, and a cycle starts now."
    if form.provisioning_status.data == "off" and app.is_on:
        return "Saved. Provisioning is off. A cycle that is running goes on to its end."
    return "Saved."


def _sent(app: Any) -> ConnectionForm:
    return _shaped(app, ProvisioningForm() if app.saved_at else ConnectionForm())


def _filled(app: Any) -> ConnectionForm:
    """Return the form as it is kept; the Secret Token never goes back to a page."""
    draft = (app.last_test or {}).get("draft")
    values: dict[str, Any] = {
        "mode": "automatic" if app.saved_at or app.last_test else app.mode,
        "tenant_url": draft["tenant_url"] if draft else app.tenant_url,
        "notification_email": app.notification_email,
        "notifies": app.notifies,
    }
    if not app.saved_at:
        return ConnectionForm(None, data=values)
    settings = {
        "prevents_deletion": app.prevents_deletion,
        "deletion_threshold": app.deletion_threshold,
        "scope": app.scope,
        "provisioning_status": "on" if app.is_on else "off",
        "deprovision": app.deprovision,
        "clock_speed": str(tenant().clock_speed),
        "pace": str(tenant().pace),
    }
    return _shaped(app, ProvisioningForm(None, data=values | settings))


def _shaped(app: Any, form: ConnectionForm) -> ConnectionForm:
    """Offer no way back to Manual once the page has been saved (spec §3.4)."""
    if app.saved_at:
        form.mode.choices = [("automatic", MODES["automatic"])]
    return form


def _credentials(app: Any, form: ConnectionForm) -> Credentials | None:
    """Return the credentials of the form, or put what is wrong beside its fields."""
    typed = (form.tenant_url.data or "").strip()
    try:
        targets.judge(typed, config.current())
        return provisioning_settings.completed(app, typed, form.secret_token.data)
    except RefusedError as error:
        form.tenant_url.errors = [str(error)]
    except CredentialsError as error:
        form.secret_token.errors = [str(error)]
    return None


def _judged(tenant_url: str) -> targets.Target | RefusedError | None:
    if not tenant_url.strip():
        return None
    try:
        return targets.judge(tenant_url, config.current())
    except RefusedError as error:
        return error


def _page(app: Any, form: ConnectionForm) -> str:
    with read() as tx:
        found = progress.read(tx, app, tenant())
    return render_template(
        "entra/provisioning.html",
        app=app,
        form=form,
        progress=found,
        target=_judged(form.tenant_url.data or ""),
        template=gallery.TEMPLATES[app.template],
        problem="",
        is_stalled=_is_stalled(app),
        is_readable=provisioning_settings.is_readable(app),
    )


def _result(app: Any, problem: str = "") -> str:
    return render_template(
        "entra/_connection_test.html",
        app=app,
        problem=problem,
        is_stalled=_is_stalled(app),
    )


def _is_stalled(app: Any) -> bool:
    """Tell whether a test has waited for so long that no worker can be running."""
    test = app.last_test
    if not test or test["ok"] is not None:
        return False
    return now() - datetime.fromisoformat(test["at"]) > PATIENCE
