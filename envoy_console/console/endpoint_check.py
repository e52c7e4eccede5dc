"""Endpoint check of this company's own endpoint: ask for one, watch it, read it.

It is the simulator that checks, over HTTP and with a token of its own.
"""

from __future__ import annotations

from flask import abort, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection

from envoy_console import config, queue
from envoy_console.console.blueprint import bp
from envoy_console.directory import integrations, tokens
from envoy_console.directory.errors import RuleError
from envoy_console.entra.endpoint_check import ledger, records, report
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models.base import new_id
from envoy_console.models.transactions import read, write
from envoy_console.web import counterparts
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import page_or_part, see_other
from envoy_console.web.identity import acting, me


@bp.get("/integrations/azure-scim/endpoint-check")
def endpoint_check() -> ResponseReturnValue:
    """Show the latest check."""
    company_id = me().company_id
    with read() as tx:
        integration = integrations.find(tx, company_id)
        found = report.read(tx, company_id, company_id)
    return page_or_part(
        "console/endpoint_check.html",
        "console/_endpoint_check.html",
        report=found,
        is_ready=integration is not None and integration.saved_at is not None,
        is_strict=integration is not None and integration.strict,
        scim_url=config.current().scim_url,
        prefix=ledger.PREFIX,
    )


@bp.post("/integrations/azure-scim/endpoint-check")
@requires(Permission.MANAGE_INTEGRATIONS)
def start_endpoint_check() -> ResponseReturnValue:
    """Have the worker check the endpoint, with a token that is issued for that."""
    check_id = new_id()
    try:
        write(lambda tx: _ask(tx, check_id))
    except (RuleError, EntraError) as error:
        flash(str(error), "bad")
    else:
        queue.ring(queue.CHECK, check_id)
    return see_other(url_for(".endpoint_check"))


@bp.get("/integrations/azure-scim/endpoint-check/<number>")
def endpoint_check_finding(number: str) -> ResponseReturnValue:
    """Show one requirement with the requests behind it."""
    company_id = me().company_id
    try:
        with read() as tx:
            found = records.finding(tx, company_id, company_id, number)
    except UnknownError:
        abort(404)
    ids = [exchange["request_id"] for exchange in found.exchanges]
    return render_template(
        "console/endpoint_check_finding.html",
        finding=found,
        logged={row.id for row in counterparts.exchanges(ids)},
    )


def _ask(tx: Connection, check_id: str) -> None:
    actor, url = acting(), config.current().scim_url
    token = tokens.issue_for_check(tx, actor, check_id, lifetime=records.LONGEST_CHECK)
    asked = records.Asked(actor.company_id, None, url, token, me().email)
    records.ask(tx, check_id, asked)
