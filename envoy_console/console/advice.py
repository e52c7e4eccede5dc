"""What a refusal means in plain words, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from sqlalchemy.engine import Connection

from envoy_console.directory import wire_log


@dataclass(frozen=True, slots=True)
class Advice:
    """What happened, what follows from it, and where to go."""

    title: str
    text: str
    label: str = ""
    url: str = ""


def on(tx: Connection, exchange: Any) -> Advice | None:
    """Return what there is to say about an exchange that did not go well."""
    if exchange.status < 400:
        return None
    if wire_log.is_of_check(exchange):
        return _on_check()
    if "fault card" in (exchange.detail or "").lower():
        return _on_fault()
    if wire_log.is_for_token(exchange):
        return _on_token_request(exchange.status)
    match exchange.status:
        case 401 | 403:
            return _on_credentials(exchange.status)
        case 404:
            return _on_missing(exchange)
        case 409:
            return _on_conflict(tx, exchange)
        case 412:
            return Advice(
                "Somebody else was faster",
                "The resource has changed since the client last read it, so nothing was "
                "changed. A client reads it again and repeats its change.",
            )
        case 413:
            return Advice(
                "The request is too large",
                "Send it in parts: fewer operations in a bulk request, or fewer members.",
            )
    return _on_the_rest(exchange.status)


def _on_check() -> Advice:
    return Advice(
        "Part of an endpoint check",
        "A check also asks for what a good endpoint refuses, and for what it has just "
        "deleted. Its own page says whether this was the right answer.",
        "Open the endpoint check",
        url_for(".endpoint_check"),
    )


def _on_fault() -> Advice:
    return Advice(
        "A fault that somebody switched on",
        "The fault card answered in place of the directory. Nothing was changed.",
        "Open the fault card",
        url_for(".azure_scim", _anchor="fault"),
    )


def _on_token_request(status: int) -> Advice:
    if status >= 500:
        return _on_the_rest(status)
    text = (
        "There is no access token, so no request can follow. The sentence above says "
        "what is wrong with the one for it; correct it in Entra."
    )
    if status in (401, 429):
        text = (
            "There is no access token, so no request can follow. Copy the Client "
            "Identifier and the Client Secret into Entra once more; rotate the secret "
            "if it is lost."
        )
    return Advice(
        "The OAuth client got no access token",
        text,
        "Open the OAuth client",
        url_for(".azure_scim", _anchor="oauth"),
    )


def _on_credentials(status: int) -> Advice:
    title = "The token was not accepted"
    if status == 403:
        title = "The token may not do this"
    return Advice(
        title,
        "Nothing was read or changed. Copy the current OAUTH BEARER TOKEN and paste it "
        "into Secret Token in Entra, then press Test Connection.",
        "Open Microsoft Azure SCIM",
        url_for(".azure_scim"),
    )


def _on_missing(exchange: Any) -> Advice:
    if exchange.resource_id is None:
        return Advice(
            "There is no such address",
            "The Tenant URL ends in /scim/v2. Compare it with the one in Entra.",
            "Open Microsoft Azure SCIM",
            url_for(".azure_scim"),
        )
    kind = "group" if exchange.resource_type == "Groups" else "employee"
    return Advice(
        f"There is no {kind} with this id any more",
        "It may have been deleted since the client last saw it. Entra notices, looks for "
        "it anew and creates it again if need be.",
        "See all requests about it",
        url_for(".requests", resource=exchange.resource_id),
    )


def _on_conflict(tx: Connection, exchange: Any) -> Advice:
    is_group = exchange.resource_type == "Groups"
    title = "Another employee already has this userName"
    if is_group:
        title = "Another group already has this name"
    text = (
        "Nothing was changed. Rename one of the two, or let the client match this one."
    )
    holder = wire_log.holder(tx, exchange)
    if holder is None:
        page = ".groups" if is_group else ".employees"
        return Advice(title, text, "Search the directory", url_for(page))
    url = url_for(".employee", employee_id=holder.id)
    if is_group:
        url = url_for(".group", group_id=holder.id)
    return Advice(title, text, f"Open {holder.display_name}", url)


def _on_the_rest(status: int) -> Advice:
    if status >= 500:
        return Advice(
            "This server could not answer",
            "Nothing was changed. Clients try again by themselves; if it goes on, look "
            "into the server's log.",
        )
    return Advice(
        "The endpoint could not accept this request",
        "Nothing was changed. The sentence above says what is wrong with it; correct the "
        "attribute mapping or the filter that it names, then provision again.",
    )
