"""Lists: what is asked for, and one window of resources as the answer.

GET (RFC 7644 §3.4.2) and POST /.search (§3.4.3) ask for the same in two ways; pages go
by index, or by cursor (RFC 9865).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from flask import Response, request

from envoy_console import config
from envoy_console.directory.records import Found, Record
from envoy_console.scim import filters, messages, resources, search_requests
from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.messages import Page, Sort, Window
from envoy_console.scim.nodes import Node
from envoy_console.scim.resources import Selection
from envoy_console.scim.schemas import ResourceType
from envoy_console.scim.search_requests import SearchRequest
from envoy_console.scim_api import cursors, exchanges, members, wire
from envoy_console.scim_api.members import Shown


@dataclass(frozen=True, slots=True)
class Query:
    """Which window of which list is asked for, and in which order."""

    asked: SearchRequest
    list: cursors.List
    window: Window
    sort: Sort | None

    def filter(self, resource_type: ResourceType, *others: ResourceType) -> Node | None:
        """Return the filter as it reads for one type; the list may hold others."""
        if self.asked.filter is None:
            return None
        dialect = exchanges.current().dialect
        node = filters.parse_filter(
            self.asked.filter, resource_type, dialect, others=others
        )
        exchanges.seek(node)
        return node

    def selection(self, resource_type: ResourceType) -> Selection | None:
        """Return which attributes of one type are to be shown."""
        return resources.parse_selection(
            self.asked.attributes, self.asked.excluded_attributes, resource_type
        )


def read_query(endpoint: str, resource_type: ResourceType) -> Query:
    """Return what a URL, or the body of a POST, asks of the list at `endpoint`."""
    if request.method == "POST":
        asked = search_requests.from_body(wire.read_body())
    else:
        wire.refuse_repeated()
        asked = search_requests.from_query(wire.query())
    sort = messages.parse_sort(asked.sort_by, asked.sort_order, resource_type)
    by, descending = (str(sort.path), sort.descending) if sort else (None, False)
    name = (exchanges.company_id(), endpoint, asked.filter, by, descending)
    return Query(asked, name, _window(asked, name), sort)


def respond(
    query: Query,
    found: Found[Record],
    shown: Sequence[Shown],
    selection: Selection | None = None,
) -> Response:
    """Return one window of resources; `selection` is for members still to come."""
    if len(found.records) == 1:  # a match: the wire log says with whom
        exchanges.current().resource_id = found.records[0].id
    start = orjson.dumps(_envelope(query, found)).removesuffix(b"]}")
    if any(resource.members_of for resource in shown):
        body = members.stream(shown, selection, before=start, after=b"]}")
        return Response(body, content_type=wire.SCIM_JSON)
    whole = b",".join(resource.head for resource in shown)
    return wire.Whole(b"%b%b]}" % (start, whole))


def _window(asked: SearchRequest, of: cursors.List) -> Window:
    settings = config.current()
    bounds = {"default": settings.scim_page_size, "maximum": settings.scim_page_limit}
    if asked.cursor is None:
        return messages.parse_page(asked.start_index, asked.count, **bounds)
    if asked.start_index is not None:
        raise InvalidValueError("startIndex and cursor cannot be used together.")
    after = cursors.open_sealed(asked.cursor, of) if asked.cursor else None
    return messages.parse_walk(asked.count, after, **bounds)


def _envelope(query: Query, found: Found[Record]) -> dict[str, Any]:
    """Return the ListResponse with an empty list of resources, which comes last."""
    count = len(found.records)
    if isinstance(query.window, Page):
        start_index = query.window.start_index
        return messages.list_response(
            (), total=found.total, start_index=start_index, items_per_page=count
        )
    cursor = cursors.seal(found.end, query.list) if found.end else None
    return messages.walk_response(
        (), total=found.total, items_per_page=count, next_cursor=cursor
    )
