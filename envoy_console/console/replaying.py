"""Send a request of the wire log again, through the door that it first came by.

The request runs in this process, through the app's whole WSGI stack and in a context of
its own: it sees neither the administrator's session nor this request's connection.
"""

from __future__ import annotations

import contextvars
from typing import Any

from flask import current_app, flash, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.test import EnvironBuilder, run_wsgi_app

from envoy_console import config
from envoy_console.console.blueprint import bp
from envoy_console.directory import exchange_log, replays, wire_log
from envoy_console.directory.errors import RuleError
from envoy_console.models.transactions import read, write
from envoy_console.web.access import Permission, requires
from envoy_console.web.answers import see_other
from envoy_console.web.identity import acting, me, source
from envoy_console.web.links import own_path


@bp.post("/activity/requests/<request_id>/replay")
@requires(Permission.MANAGE_INTEGRATIONS)
def replay_request(request_id: str) -> ResponseReturnValue:
    """Send a request once more as the current integration, and go to the new exchange."""
    with read() as tx:
        exchange = wire_log.detail(tx, me().company_id, request_id)
    try:
        token = write(lambda tx: replays.prepare(tx, acting(), exchange))
    except RuleError as error:
        flash(str(error), "bad")
        return see_other(_page_of(request_id))
    try:
        status, replay_id = _send(exchange, token)
    finally:
        write(lambda tx: replays.finish(tx, me().company_id, token))
    exchange_log.current().flush()
    flash(f"Sent again. The answer was {status}.", "ok" if status < 400 else "warn")
    if _is_logged(replay_id):
        return see_other(_page_of(replay_id))
    flash("The log does not show it yet. Look again in a moment.", "warn")
    return see_other(_page_of(request_id))


def _is_logged(request_id: str) -> bool:
    """Tell whether an exchange has a page; the log writes behind, and may have gaps."""
    with read() as tx:
        return bool(wire_log.some(tx, me().company_id, [request_id]))


def _send(exchange: Any, token: str) -> tuple[int, str]:
    """Return the status of the answer, and the id of the exchange that it ended."""
    headers = [
        (name, value)
        for name, value in exchange.request_headers.items()
        if name.lower() in replays.RETOLD
    ]
    path, _, query = exchange.path.partition("?")
    builder = EnvironBuilder(
        path=path,
        query_string=query,
        base_url=config.current().external_url,
        method=exchange.method,
        headers=[*headers, ("Authorization", f"Bearer {token}")],
        data=exchange.request_body.encode() or None,
        environ_base={"REMOTE_ADDR": source()},
    )
    stack = current_app.wsgi_app
    context = contextvars.Context()
    _, status, answered = context.run(
        run_wsgi_app, stack, builder.get_environ(), buffered=True
    )
    return int(status.split()[0]), answered["X-Request-Id"]


def _page_of(request_id: str) -> str:
    """Return the address of an exchange, beside the list as it was."""
    back = own_path(request.form.get("here"))
    kept = back.partition("?")[2]
    page = url_for(".one_request", request_id=request_id)
    return f"{page}?{kept}" if kept else page
