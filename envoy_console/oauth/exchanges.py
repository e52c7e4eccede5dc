"""Requests for an access token, in the wire log of the company whose client asks.

That is where one sees why Entra gets none. A client is known by the id that it sends,
also when it is refused or was revoked; whoever sends none of ours belongs to no
company, and is only counted. No secret and no access token is kept.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote, urlencode

import orjson
from flask import Flask, Response, current_app, request
from werkzeug.exceptions import HTTPException

from envoy_console import config, headers, here, request_ids
from envoy_console.directory import clients, exchange_log, token_text, wire_text
from envoy_console.directory.exchange_rows import Exchange
from envoy_console.models.base import now
from envoy_console.models.traffic import TOKEN_REQUEST
from envoy_console.models.transactions import UNAVAILABLE, read
from envoy_console.pace import Pace
from envoy_console.redaction import HIDDEN

ENDPOINT = "oauth.token"
# a minute, of each client: whoever knows an id must not wash the log out
REFUSALS_LOGGED = 20
# a name that cannot be a secret in the wrong place
NAME = re.compile("[a-z_]{1,40}")


@dataclass(frozen=True, slots=True)
class Started:
    """When a request came."""

    at: datetime = field(default_factory=now)
    clock: float = field(default_factory=time.perf_counter)


def init_app(app: Flask) -> None:
    """Log every request for an access token that a client of ours makes."""
    app.extensions["envoy_console.oauth_refusals"] = Pace(
        REFUSALS_LOGGED / 60, REFUSALS_LOGGED
    )
    app.before_request(_begin)
    app.after_request(_finish)


def _begin() -> None:
    if here.request().endpoint == ENDPOINT:
        here.g().token_request = Started()


def _finish(response: Response) -> Response:
    started: Started | None = here.g().get("token_request")
    if started is None:
        return response
    client = _client()
    if client is not None and (response.status_code < 400 or _is_to_be_logged(client)):
        exchange_log.current().add(_exchange(started, client, response))
    return response


def _client() -> Any | None:
    """Return the client that is said to ask, if there is or was one."""
    try:
        with read() as tx:
            return clients.known(tx, _claimed_id())
    except UNAVAILABLE:
        return None


def _claimed_id() -> str:
    try:
        sent = request.authorization
    except ValueError:  # not base64, since not even ASCII
        return ""
    if sent is not None and sent.type == "basic":
        return unquote(sent.username or "")
    return dict(_parameters()).get("client_id", "")


def _parameters() -> list[tuple[str, str]]:
    """Return what stands in the body, as far as it can be read as a form."""
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []


def _is_to_be_logged(client: Any) -> bool:
    pace = cast(Pace, current_app.extensions["envoy_console.oauth_refusals"])
    return not pace.wait(client.id)


def _exchange(started: Started, client: Any, response: Response) -> Exchange:
    limit = config.current().exchange_body_limit
    sent = _shown(_parameters(), client).encode()
    answer, hint = _answer(response)
    is_basic = request.headers.get("Authorization", "").lower().startswith("basic ")
    authorization = f"Basic {HIDDEN}" if is_basic else HIDDEN
    return Exchange(
        id=request_ids.current(),
        company_id=client.company_id,
        # what the integration counts are requests to the directory
        integration_id=None,
        token_id=None,
        token_hint=hint,
        client_id=client.id,
        source=request.remote_addr or "",
        at=started.at,
        duration_us=round((time.perf_counter() - started.clock) * 1_000_000),
        method=request.method,
        path=wire_text.address(
            request.path, _shown(request.args.items(multi=True), client)
        ),
        status=response.status_code,
        resource_type=TOKEN_REQUEST,
        resource_id=None,
        sought_key=None,
        replay_of=None,
        quirks=[],
        injected=False,
        detail=_detail(response, client),
        request_headers=wire_text.headers(
            request.headers.items(), authorization=authorization
        ),
        request_body=wire_text.cut(sent, limit, len(sent)),
        response_headers=wire_text.headers(
            response.headers.items(), authorization=HIDDEN
        )
        | headers.of_every_page(),
        response_body=wire_text.cut(answer, limit, len(answer)),
    )


def _shown(parameters: Iterable[tuple[str, str]], client: Any) -> str:
    """Return parameters as a form has them, of which only the harmless are legible."""
    shown = [
        (
            name if NAME.fullmatch(name) else HIDDEN,
            value if _is_harmless(name, value, client) else HIDDEN,
        )
        for name, value in parameters
    ]
    return urlencode(shown, safe="[]")


def _is_harmless(name: str, value: str, client: Any) -> bool:
    if name in ("grant_type", "scope"):
        return clients.PREFIX not in value and token_text.PREFIX not in value
    return name == "client_id" and value == client.id


def _answer(response: Response) -> tuple[bytes, str | None]:
    """Return the body without its access token, and how that one ends."""
    body = response.get_data()
    said = response.get_json(silent=True) or {}
    if "access_token" not in said:
        return body, None
    hint = token_text.masked(said["access_token"])
    return orjson.dumps({**said, "access_token": hint}), hint


def _detail(response: Response, client: Any) -> str | None:
    """Return why there was no token, for the client's own people to read."""
    if response.status_code == 401 and client.revoked_at is not None:
        return (
            "This client is revoked. Issue a new one, and give both its parts to Entra."
        )
    if response.status_code == 401:
        return (
            f"The Client Secret is not the current one, which ends in …{client.hint}."
        )
    said = response.get_json(silent=True) or {}
    return cast("str | None", said.get("error_description"))
