"""The fault card: switch a fault on and off, and the sign that one is on."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue

from envoy_console.console.blueprint import bp
from envoy_console.console.forms import FaultForm
from envoy_console.directory import faults
from envoy_console.directory.faults import Kind
from envoy_console.models.transactions import read
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import attempt, see_other
from envoy_console.web.identity import acting, me


@bp.get("/integrations/azure-scim/fault")
def fault_sign() -> ResponseReturnValue:
    """Show the sign alone; a page that has it asks how the fault is doing."""
    with read() as tx:
        fault = faults.current(tx, me().company_id)
    return render_template("console/_fault_sign.html", fault=fault)


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
