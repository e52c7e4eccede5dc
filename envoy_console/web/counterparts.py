"""What one console has of that which the other tells: for links across.

The simulator knows Envoy by HTTP only, and its pages stay as ignorant. They come here
with ids that a target gave them, and learn which of these can be opened. Envoy's pages
learn in the same way who in the tenant was sent to them.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from envoy_console.directory import browse, wire_log
from envoy_console.entra import links
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


def entra_user(employee_id: str) -> str | None:
    """Return the id of the tenant's user whom an application calls by `employee_id`."""
    with read() as tx:
        return links.source_of(tx, me().company_id, employee_id)
