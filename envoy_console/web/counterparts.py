"""What one console has of that which the other one tells: for links across.

The simulator knows Envoy by HTTP only, and its pages stay as ignorant. They come here
with ids that a target gave them, and learn which of these can be opened. Envoy's pages
come with the id of a request or of an employee, and learn which entries of provisioning
logs it served, and who in the tenant was sent.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from envoy_console.directory import browse, wire_log
from envoy_console.entra import links, provisioning_log
from envoy_console.models.transactions import read
from envoy_console.web.identity import me


def names(ids: Collection[str]) -> dict[str, str]:
    """Return the names of those of `ids` that are an employee or a group today."""
    with read() as tx:
        return browse.names(tx, me().company_id, ids)


def exchanges(request_ids: Collection[str]) -> list[Any]:
    """Return the SCIM requests with these ids that the wire log still has."""
    with read() as tx:
        return wire_log.some(tx, me().company_id, request_ids)


def log_entries(exchange: Any) -> list[Any]:
    """Return the entries of provisioning logs that made this SCIM request."""
    with read() as tx:
        return provisioning_log.of_request(
            tx, me().company_id, exchange.id, since=exchange.at
        )


def entra_user(employee_id: str) -> str | None:
    """Return the id of the tenant's user whom an application calls by `employee_id`."""
    with read() as tx:
        return links.source_of(tx, me().company_id, employee_id)
