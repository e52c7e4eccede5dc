"""The blueprint that the view modules hang their pages on, and whose tenant they show."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from envoy_console.entra import tenants
from envoy_console.entra.errors import UnknownError
from envoy_console.models.transactions import read, write
from envoy_console.web.identity import me

bp = Blueprint("entra", __name__, url_prefix="/entra")


def tenant() -> Any:
    """Return the tenant of the signed-in account's company, made on first sight."""
    if "entra_tenant" not in g:
        company_id, name = me().company_id, me().company_name
        with read() as tx:
            g.entra_tenant = tenants.find(tx, company_id)
        if g.entra_tenant is None:
            g.entra_tenant = write(lambda tx: tenants.found(tx, company_id, name=name))
    return g.entra_tenant


@bp.before_request
def _make_tenant() -> None:
    """Have the tenant there before anything is put into it."""
    tenant()


@bp.context_processor
def _tenant() -> dict[str, Any]:
    return {"tenant": tenant}


@bp.errorhandler(UnknownError)
def show_not_found(_error: UnknownError) -> ResponseReturnValue:
    """Answer with the page for what is not there."""
    return current_app.handle_http_exception(NotFound())
