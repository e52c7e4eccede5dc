"""The wire log to take along: what the filters let through, as CSV or as JSON.

It is sent while it is read, a few hundred exchanges at a time.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from flask import Response

from envoy_console import spreadsheets
from envoy_console.console import wire_filters
from envoy_console.console.blueprint import bp
from envoy_console.directory import wire_log
from envoy_console.models.base import now
from envoy_console.models.transactions import streamer
from envoy_console.web.access import fresh_sign_in
from envoy_console.web.downloads import note_download
from envoy_console.web.identity import me

# what every exported exchange tells; JSON tells its messages too
EXPORTED = (
    "at",
    "id",
    "method",
    "path",
    "status",
    "duration_ms",
    "resource_type",
    "resource_id",
    "quirks",
    "detail",
    "token_hint",
    "source",
    "replay_of",
)
MESSAGES = ("request_headers", "request_body", "response_headers", "response_body")


@bp.get("/activity/requests/download.<any(csv, json):form>")
@fresh_sign_in(back_to="console.requests")
def download_requests(form: str) -> Response:
    """Download what the filters let through, as CSV or as one JSON object a line."""
    company_id, wanted = me().company_id, wire_filters.wanted(wire_filters.asked())
    columns = wire_log.LISTED
    if form == "json":
        columns = [*columns, *(wire_log.exchanges.c[name] for name in MESSAGES)]
    note_download("SCIM requests", form)
    rows = wire_log.every(streamer(), company_id, wanted, columns)
    if form == "csv":
        cells = (_told(row).values() for row in rows)
        response = Response(spreadsheets.written(EXPORTED, cells), mimetype="text/csv")
    else:
        response = Response(_json_lines(rows), mimetype="application/x-ndjson")
    ending = "csv" if form == "csv" else "ndjson"
    name = f"scim-requests_{now():%Y-%m-%d}.{ending}"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def _told(exchange: Any) -> dict[str, Any]:
    """Return an exchange as an export tells it."""
    values = {name: getattr(exchange, name, None) for name in EXPORTED}
    values["at"] = exchange.at.isoformat(timespec="milliseconds")
    values["duration_ms"] = exchange.duration_us / 1000
    values["quirks"] = " ".join(exchange.quirks)
    return values


def _json_lines(exchanges: Iterable[Any]) -> Iterator[str]:
    for row in exchanges:
        messages = {name: getattr(row, name) for name in MESSAGES}
        told = {**_told(row), "quirks": row.quirks, **messages}
        yield json.dumps(told, ensure_ascii=False) + "\n"
