"""What a refused request means in a few plain words; its own page has the rest."""

from __future__ import annotations

from typing import Any

from envoy_console.directory.wire_log import is_for_token

# how the detail of a request begins that the fault card answered
BY_FAULT_CARD = "Answered by the fault card"

MEANINGS = {
    401: "The token was not accepted",
    403: "The token may not do this",
    404: "What was asked for is not here",
    405: "This cannot be done here",
    409: "Another one has this name already",
    412: "It had changed meanwhile",
    413: "The request was too large",
    415: "The request was not JSON",
    429: "There were too many requests at once",
}

# the same of a request for an access token
OF_TOKEN_REQUESTS = {
    401: "The OAuth client was not let in",
    429: "Wrong client secrets came too often",
}


def meaning(exchange: Any) -> str:
    """Return what it means that an exchange was refused."""
    if (exchange.detail or "").startswith(BY_FAULT_CARD):
        return "The fault card answered, on purpose"
    usual = "The request could not be carried out as it was written"
    if exchange.status >= 500:
        usual = "This server could not answer"
    if is_for_token(exchange):
        return OF_TOKEN_REQUESTS.get(exchange.status, usual)
    return MEANINGS.get(exchange.status, usual)
