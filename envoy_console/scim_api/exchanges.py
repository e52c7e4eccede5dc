"""Each request under `/scim/` as an exchange: who asks, and what was forgiven.

The token says which company the request belongs to.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any, cast

from flask import Flask, Request

from envoy_console import config, here
from envoy_console.directory import bearers
from envoy_console.directory.actors import Actor
from envoy_console.directory.bearers import Bearer
from envoy_console.models.base import new_id, now
from envoy_console.models.transactions import read
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import UnauthorizedError
from envoy_console.scim.nodes import Comparison, Node, Operator
from envoy_console.scim.schemas import RESOURCE_TYPES
from envoy_console.scim_api import pace

SCIM = "/scim"

# what the ids of each resource type are appended to: configured, never from a header
Urls = dict[str, str]


def urls() -> Urls:
    """Return what the ids of each resource type are appended to."""
    return _urls(config.current().scim_url)


@cache
def _urls(base: str) -> Urls:
    return {kind.name: f"{base}{kind.endpoint}/" for kind in RESOURCE_TYPES}


@dataclass(slots=True)
class Current:
    """The exchange that is going on."""

    id: str = field(default_factory=new_id)
    at: datetime = field(default_factory=now)
    started: float = field(default_factory=time.perf_counter)
    request: Request = field(default_factory=here.request)
    token: Any = None
    bearer: Bearer | None = None
    dialect: Dialect = field(default_factory=Dialect)
    urls: Urls = field(default_factory=urls)
    resource_id: str | None = None
    # who was looked for or to be created
    sought: str | None = None
    detail: str | None = None
    # what the fault card did to it, and whether that was to answer in our place
    remark: str | None = None
    injected: bool = False


def init_app(app: Flask) -> None:
    """Authenticate before every request under `/scim/`."""
    app.before_request(_begin)


def is_scim(path: str) -> bool:
    """Tell whether a request came to this door; routing errors did too."""
    return path == SCIM or path.startswith(f"{SCIM}/")


def current() -> Current:
    """Return the exchange that is going on."""
    return cast(Current, here.g().exchange)


def bearer() -> Bearer:
    """Return whom the token stands for."""
    found = current().bearer
    assert found is not None, "_begin refuses requests without a token"  # noqa: S101
    return found


def company_id() -> str:
    """Return the company that the request belongs to."""
    return bearer().company_id


def seek(whom: Node | Any) -> None:
    """Remember for the wire log who is looked for, or to be created.

    That is what a filter compares with, or the name in a body, if it is one.
    """
    if isinstance(whom, Comparison):
        whom = whom.value if whom.operator is Operator.EQ else None
    if isinstance(whom, str):
        current().sought = whom


def actor() -> Actor:
    """Return the token as the one who acts."""
    exchange, found = current(), bearer()
    key = f"OAuth client …{found.client_id[-4:]}" if found.client_id else ""
    if found.replayed_by:
        key = f"replayed by {found.replayed_by}"
    return Actor(
        company_id=found.company_id,
        label=f"Microsoft Azure SCIM ({key or f'token …{found.hint[-4:]}'})",
        source=exchange.request.remote_addr or "",
        integration_id=found.integration_id,
        exchange_id=exchange.id,
        strict=found.strict,
    )


def _begin() -> None:
    if not is_scim(here.request().path):
        return
    exchange = here.g().exchange = Current()
    try:
        exchange.bearer = _recognised(exchange)
    except UnauthorizedError:
        pace.hold_refused(exchange.request.remote_addr or "")
        raise
    pace.hold(exchange.bearer)
    exchange.dialect = Dialect(
        strict=exchange.bearer.strict,
        additive_members="ADSCIMVersion" in exchange.request.headers,
    )


def _recognised(exchange: Current) -> Bearer:
    presented = presented_token()
    with read() as tx:
        exchange.token = bearers.find(tx, presented)
    return bearers.judge(exchange.token)


def presented_token() -> str:
    """Return the token of `Authorization: Bearer`, the only place it may be."""
    scheme, _, token = here.request().headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError(
            "Send the OAUTH BEARER TOKEN in the header “Authorization: Bearer …”."
        )
    return token.strip()
