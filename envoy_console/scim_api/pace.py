"""How fast requests may come: with each token, and from whoever has no good one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from ipaddress import IPv4Address, ip_network
from typing import cast

from flask import Flask

from envoy_console import config, here
from envoy_console.directory import throttle
from envoy_console.directory.bearers import Bearer
from envoy_console.pace import Pace
from envoy_console.scim.errors import TooManyRequestsError

BURST = 10  # seconds' worth of requests that may come at once


@dataclass(frozen=True, slots=True)
class Paces:
    """Those of one app; `tokens` is None when there is no limit."""

    tokens: Pace | None
    refused: Pace


def init_app(app: Flask) -> None:
    """Begin to count."""
    settings: config.Config = app.extensions["envoy_console.config"]
    rate, refused = settings.scim_rate, settings.refused_per_minute
    app.extensions["envoy_console.pace"] = Paces(
        Pace(rate, rate * BURST) if rate else None, Pace(refused / 60, refused)
    )


def hold(bearer: Bearer) -> None:
    """Count a request with a good token; raise TooManyRequestsError beyond its pace.

    The access tokens of one OAuth client share a pace: it can get as many as it likes.
    """
    pace = _current().tokens
    if pace and (wait := pace.wait(bearer.client_id or bearer.token_id)):
        raise TooManyRequestsError(
            "There were too many requests with this token. Wait as long as Retry-After "
            "says. The server's SCIM_RATE sets how many it takes.",
            retry_after=math.ceil(wait),
        )


def hold_refused(source: str) -> None:
    """Count a request without a good token; raise TooManyRequestsError beyond the pace."""
    if wait := _current().refused.wait(_network(source)):
        raise TooManyRequestsError(
            "There were too many requests without a good token from this address. Wait "
            "as long as Retry-After says, then send the OAUTH BEARER TOKEN. Requests "
            "with a good token are served all the while.",
            retry_after=math.ceil(wait),
        )


def _network(source: str) -> str:
    """Return what one sender may well have: the /24 of an IPv4 address, an IPv6 /64."""
    sender = throttle.sender(source)
    try:
        return str(ip_network(f"{IPv4Address(sender)}/24", strict=False))
    except ValueError:
        return sender


def _current() -> Paces:
    return cast(Paces, here.app().extensions["envoy_console.pace"])
