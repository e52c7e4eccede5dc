"""What the wire log's list can be asked for in its URL, and how that is understood."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from envoy_console.directory.wire_search import Filters
from envoy_console.models.base import now
from envoy_console.models.traffic import TOKEN_REQUEST
from envoy_console.scim.dialects import QUIRKS
from envoy_console.web.links import Listing, number_asked
from envoy_console.web.wording import visible

FILTERS = (
    "query",
    "person",
    "method",
    "status",
    "resource",
    "quirk",
    "window",
    "since",
    "until",
)
METHODS = {name: name for name in ("GET", "POST", "PUT", "PATCH", "DELETE")}
STATUSES = {
    "2xx": "2xx succeeded",
    "rejected": "4xx and 5xx rejected",
    "4xx": "4xx refused",
    "5xx": "5xx failed",
    "401": "401 not authorised",
    "404": "404 not found",
    "409": "409 conflict",
    "429": "429 too many",
}
RESOURCES = {
    "Users": "Users",
    "Groups": "Groups",
    "Bulk": "Bulk",
    TOKEN_REQUEST: "Access tokens",
}
QUIRK_NAMES = {name: name.replace("_", " ") for name in QUIRKS}
WINDOWS = {
    "15m": "Last 15 minutes",
    "1h": "Last hour",
    "24h": "Last 24 hours",
    "7d": "Last 7 days",
}
SPANS = {
    "15m": timedelta(minutes=15),
    "1h": timedelta(hours=1),
    "24h": timedelta(days=1),
    "7d": timedelta(days=7),
}


def asked() -> Listing:
    """Return the list that the URL asks for; beside an exchange it is the same list."""
    return Listing.asked(*FILTERS, at=".requests")


def here(listing: Listing) -> dict[str, Any]:
    """Return what the URLs of exchanges keep, so that the list stays as it is."""
    older_than = number_asked("older_than")
    return listing.given | (
        {"older_than": older_than} if older_than is not None else {}
    )


def wanted(listing: Listing) -> Filters:
    """Return what the URL asks of the log; what nobody knows is left out."""
    asked = dict(listing.filters)
    span = SPANS.get(asked.pop("window"))
    since, until = _moment(asked.pop("since")), _moment(asked.pop("until"))
    if span:
        since = max(now() - span, since) if since else now() - span
    for name, known in (("method", METHODS), ("quirk", QUIRK_NAMES)):
        if asked[name] not in known:
            asked[name] = ""
    return Filters(since=since, until=until, **asked)


def _moment(text: str) -> datetime | None:
    """Return the time that a field says; UTC unless it names another zone."""
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def unknown(listing: Listing) -> list[str]:
    """Return a sentence for each filter that asks for what is not on offer."""
    return [
        *listing.unknown(
            method=METHODS,
            status=statuses(listing.filters["status"]),
            quirk=QUIRK_NAMES,
            window=WINDOWS,
        ),
        *(
            f"“{visible(text)}” is no time, so it is left out. "
            "Write it as in 2026-11-25T08:30; it is taken as UTC."
            for text in (listing.filters["since"], listing.filters["until"])
            if text and _moment(text) is None
        ),
        *_backwards(wanted(listing)),
    ]


def _backwards(filters: Filters) -> list[str]:
    if filters.since and filters.until and filters.since > filters.until:
        return ["“From” is later than “to”, so nothing can match. Swap the two."]
    return []


def statuses(chosen: str) -> dict[str, str]:
    """Return the status filter's options; a link may have chosen any code or class."""
    if chosen in STATUSES or not re.fullmatch("[1-5]([0-9]{2}|xx)", chosen):
        return STATUSES
    return {**STATUSES, chosen: chosen}


def resources(chosen: str) -> dict[str, str]:
    """Return the resource filter's options; a link may have chosen one by its id."""
    if not chosen or chosen in RESOURCES:
        return RESOURCES
    return {**RESOURCES, chosen: f"Only {chosen[:8]}…"}
