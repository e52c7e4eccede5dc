"""Endpoint check of an app: ask for one, watch it, and read what it found."""

from __future__ import annotations

from flask import flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import queue
from envoy_console.entra import applications, audit, provisioning_settings
from envoy_console.entra.endpoint_check import ledger, records, report
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.entra.pages.apps import required_app
from envoy_console.entra.pages.blueprint import bp
from envoy_console.models.base import new_id
from envoy_console.models.transactions import read, write
from envoy_console.web import counterparts
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import page_or_part, see_other
from envoy_console.web.identity import me


@bp.get("/apps/<app_id>/endpoint-check")
def endpoint_check(app_id: str) -> ResponseReturnValue:
    """Show the latest check of the app's endpoint."""
    app = required_app(app_id)
    with read() as tx:
        found = report.read(tx, app.company_id, app.id)
    return page_or_part(
        "entra/endpoint_check.html",
        "entra/_endpoint_check.html",
        app=app,
        report=found,
        prefix=ledger.PREFIX,
    )


@bp.post("/apps/<app_id>/endpoint-check")
@requires(Permission.ADMINISTER_ENTRA)
def start_endpoint_check(app_id: str) -> ResponseReturnValue:
    """Have the worker check the endpoint with the saved credentials."""
    company_id, actor, check_id = me().company_id, me().email, new_id()

    def ask(tx: Connection) -> None:
        app = applications.required(tx, company_id, app_id)
        credentials = provisioning_settings.saved(app)
        if credentials is None:
            raise EntraError(
                "There is no Secret Token. Enter the credentials and save them first."
            )
        url, token = credentials.tenant_url, credentials.token
        asked = records.Asked(company_id, app_id, url, token, actor)
        records.ask(tx, check_id, asked)
        _write_down(tx, asked, app.name)

    try:
        write(ask)
    except UnknownError:
        raise
    except EntraError as error:
        flash(str(error), "bad")
    else:
        queue.ring(queue.CHECK, check_id)
    return see_other(url_for(".endpoint_check", app_id=app_id))


@bp.get("/apps/<app_id>/endpoint-check/<number>")
def endpoint_check_finding(app_id: str, number: str) -> ResponseReturnValue:
    """Show one requirement with the requests behind it."""
    app = required_app(app_id)
    with read() as tx:
        found = records.finding(tx, app.company_id, app.id, number)
    ids = [exchange["request_id"] for exchange in found.exchanges]
    return render_template(
        "entra/endpoint_check_finding.html",
        app=app,
        finding=found,
        logged={row.id for row in counterparts.exchanges(ids)},
    )


def _write_down(tx: Connection, asked: records.Asked, name: str) -> None:
    audit.write_down(
        tx,
        asked.company_id,
        actor=asked.actor,
        category=audit.PROVISIONING,
        activity="Start endpoint check",
        target=name,
        app_id=asked.app_id,
        detail=asked.tenant_url,
    )
