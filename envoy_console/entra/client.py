"""The provisioning service's verbs: exactly the requests that Entra sends.

Queries are written as in captures of the real service. What comes back is judged by the
rules that Microsoft documents, and every failure has one of Entra's error codes. Above
all, a query that fails is never taken for “nobody was found”.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable
from typing import Any, Self
from urllib.parse import quote, quote_plus

from envoy_console.entra import answers, dialling, target_errors
from envoy_console.entra.answers import UnreadableError
from envoy_console.entra.dialling import Resolve
from envoy_console.entra.target_errors import TargetError
from envoy_console.entra.targets import Target
from envoy_console.entra.transport import Answer, Transport

DEADLINE = 10.0  # seconds for a request and its answer


class ScimClient:
    """Speaks SCIM to one target. Not for use by two threads at once."""

    def __init__(
        self,
        target: Target,
        token: str,
        *,
        deadline: float = DEADLINE,
        ssl_context: ssl.SSLContext | None = None,
        resolve: Resolve = dialling.resolve,
        heartbeat: Callable[[], None] = lambda: None,
    ) -> None:
        self.target = target
        self.last_request_id: str | None = None
        self._request_ids: list[str] = []
        self._heartbeat = heartbeat  # called before every request
        self._transport = Transport(
            target, token, deadline=deadline, ssl_context=ssl_context, resolve=resolve
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._transport.close()

    def find(
        self, resource_type: str, attribute: str, value: str
    ) -> list[dict[str, Any]]:
        """Return the one resource whose `attribute` equals `value`, or none."""
        found = self.query(resource_type, attribute, value)
        if resource_type == "Groups" and any(group.get("members") for group in found):
            raise TargetError(
                target_errors.MULTIPLE_ENTRIES,
                "The answer to a query for a group holds its members.",
            )
        if len(found) > 1:
            raise TargetError(
                target_errors.DUPLICATES,
                f"{len(found)} {resource_type} have {attribute} {value!r}. "
                "Only one may match.",
            )
        return found

    def query(
        self, resource_type: str, attribute: str, value: str
    ) -> list[dict[str, Any]]:
        """Return all that the target finds for `attribute eq "value"`."""
        answer = self._send(
            "GET", f"/{resource_type}?{_search(resource_type, attribute, value)}"
        )
        _require_endpoint(answer)
        _require(answer, 200)
        try:
            return answers.resources(answer.body)
        except UnreadableError as error:
            raise _unreadable(answer, str(error)) from None

    def read(self, resource_type: str, identifier: str) -> dict[str, Any]:
        """Return a resource that was linked before."""
        query = "".join(f"?{part}" for part in _exclusions(resource_type))
        answer = self._send("GET", _path(resource_type, identifier) + query)
        _require_object(answer)
        _require(answer, 200)
        return _resource(answer)

    def create(self, resource_type: str, body: dict[str, Any]) -> dict[str, Any]:
        """Create a resource and return it with the id it was given."""
        answer = self._send("POST", f"/{resource_type}", body)
        _require_endpoint(answer)
        _require(answer, 201, 200)
        return _resource(answer)

    def patch(
        self, resource_type: str, identifier: str, body: dict[str, Any]
    ) -> dict[str, Any] | None:
        """Change a resource; return it where the target does."""
        answer = self._send("PATCH", _path(resource_type, identifier), body)
        _require_object(answer)
        _require(answer, 200, 204)
        return _resource(answer) if answer.body else None

    def delete(self, resource_type: str, identifier: str) -> None:
        """Delete a resource. One that is gone already is as good as deleted."""
        answer = self._send("DELETE", _path(resource_type, identifier))
        _require(answer, 204, 200, 404, 410)

    def _send(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> Answer:
        self._heartbeat()
        self.last_request_id = None
        answer = self._transport.send(method, path, body)
        self.last_request_id = answer.request_id
        if answer.request_id:
            self._request_ids.append(answer.request_id)
        return answer

    def take_request_ids(self) -> list[str]:
        """Return what the target called the requests since this was last asked."""
        taken, self._request_ids = self._request_ids, []
        return taken


def _search(resource_type: str, attribute: str, value: str) -> str:
    # Values are JSON in a filter: a quotation mark in one must not end it, or what
    # follows would be a filter of somebody else's making.
    quoted = json.dumps(value, ensure_ascii=False)
    asked = quote_plus(f"{attribute} eq {quoted}", errors="surrogatepass")
    return "&".join([*_exclusions(resource_type), f"filter={asked}"])


def _exclusions(resource_type: str) -> list[str]:
    return ["excludedAttributes=members"] if resource_type == "Groups" else []


def _path(resource_type: str, identifier: str) -> str:
    return f"/{resource_type}/{quote(identifier, safe='', errors='surrogatepass')}"


def _require(answer: Answer, *expected: int) -> None:
    if answer.status in expected:
        return
    if answer.status < 400:
        raise _unreadable(answer, _misplaced(answer.status, expected[0]))
    raise target_errors.of_status(
        answer.status, answer.shown, retry_after=answer.retry_after
    )


def _misplaced(status: int, expected: int) -> str:
    if status >= 300:
        return (
            f"The target redirects (HTTP {status}), which is not followed. "
            "Enter the address it leads to as the Tenant URL."
        )
    return f"The status is {status} where {expected} was expected."


def _require_endpoint(answer: Answer) -> None:
    if answer.status == 404:
        raise target_errors.endpoint_missing(answer.shown)


def _require_object(answer: Answer) -> None:
    if answer.status in (404, 410):
        raise target_errors.object_missing(answer.status, answer.shown)


def _resource(answer: Answer) -> dict[str, Any]:
    try:
        return answers.resource(answer.body)
    except UnreadableError as error:
        raise _unreadable(answer, str(error)) from None


def _unreadable(answer: Answer, reason: str) -> TargetError:
    return target_errors.unreadable(answer.status, answer.shown, reason)
