"""The id of the request that is going on: in its answer, its log lines, its wire log entry."""

from __future__ import annotations

from typing import cast

from envoy_console import here
from envoy_console.models.base import new_id


def current() -> str:
    """Return the id of this request; below `/scim/` it is that of its exchange."""
    g = here.g()
    if exchange := g.get("exchange"):
        return cast(str, exchange.id)
    if "request_id" not in g:
        g.request_id = new_id()
    return cast(str, g.request_id)
