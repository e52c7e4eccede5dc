"""Home of the admin center: what is in the tenant, and where to go on."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.entra import applications, audit, groups, summaries, users
from envoy_console.entra.pages import next_step
from envoy_console.entra.pages.blueprint import bp, tenant
from envoy_console.models.transactions import read
from envoy_console.web.identity import me

RECENT = 8


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the tenant."""
    company_id = me().company_id
    tenant()
    with read() as tx:
        pressing = summaries.every(tx, company_id)[:1]
        return render_template(
            "entra/home.html",
            users=users.count(tx, company_id),
            groups=groups.count(tx, company_id),
            apps=applications.every(tx, company_id),
            steps=[next_step.of(app) for app in pressing],
            recent=audit.page(tx, company_id, size=RECENT),
        )
