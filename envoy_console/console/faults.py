"""The fault card, and the sign on every page that a fault is on."""

from __future__ import annotations

from flask import Flask, flash, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import FaultForm
from envoy_console.directory import faults
from envoy_console.directory.faults import Fault, Kind
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting, me


def init_app(app: Flask) -> None:
    """Let the layout tell when a fault is on."""
    app.jinja_env.globals["fault_on"] = fault_on


def fault_on() -> Fault | None:
    """Return the fault that is on in the company of whoever is looking."""
    with read() as tx:
        return faults.current(tx, me().company_id)


@bp.get("/integrations/azure-scim/fault")
def fault_sign() -> ResponseReturnValue:
    """Show the sign alone; a page that has it asks how the fault is doing."""
    return render_template("console/_fault_sign.html", fault=fault_on())


@bp.post("/integrations/azure-scim/fault")
@requires(Permission.MANAGE_INTEGRATIONS)
def switch_fault_on() -> ResponseReturnValue:
    """Let the endpoint answer with a fault, for a while."""
    form = FaultForm()
    if form.validate_on_submit():
        attempt(
            lambda tx: faults.switch_on(
                tx,
                acting(),
                kind=Kind(form.kind.data),
                writes_only=form.requests.data == "writes",
                seconds=form.seconds.data,
                minutes=int(form.minutes.data),
                requests=form.count.data,
            ),
            done="The fault is on.",
        )
    else:
        flash(form.first_error(), "bad")
    return _back()


@bp.post("/integrations/azure-scim/fault/off")
@requires(Permission.MANAGE_INTEGRATIONS)
def switch_fault_off() -> ResponseReturnValue:
    """Let the endpoint answer for itself again."""
    attempt(
        lambda tx: faults.switch_off(tx, acting()),
        done="The fault is off: the endpoint answers for itself again.",
    )
    return _back()


def _back() -> ResponseReturnValue:
    return see_other(url_for(".azure_scim", _anchor="fault"))
