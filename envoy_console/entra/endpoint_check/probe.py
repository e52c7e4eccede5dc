"""What checks do at an endpoint, in the words of Entra's requests."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, quote_plus

from envoy_console.entra import answers, payloads
from envoy_console.entra.answers import UnreadableError
from envoy_console.entra.endpoint_check import ledger
from envoy_console.entra.endpoint_check.requirements import FailedError, SkippedError
from envoy_console.entra.endpoint_check.wire import Wire
from envoy_console.entra.objects import Value
from envoy_console.entra.target_paths import ENTERPRISE
from envoy_console.entra.transport import Answer

WORK_EMAIL = 'emails[type eq "work"].value'
WORD = {True: "True", False: "False"}  # as Entra's older dialect spells them


@dataclass(frozen=True, slots=True)
class Made:
    """A resource that a check has made, and what it was asked to hold."""

    kind: str
    id: str
    sent: dict[str, Value]
    resource: dict[str, Any]

    @property
    def path(self) -> str:
        return f"/{self.kind}/{quote(self.id, safe='')}"


class Probe:
    """Speaks to the endpoint for the checks."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def send(
        self, method: str, path: str, document: dict[str, Any] | None = None
    ) -> Answer:
        return self._wire.send(method, path, document)

    def expect(
        self,
        method: str,
        path: str,
        document: dict[str, Any] | None = None,
        *,
        statuses: tuple[int, ...] = (200,),
    ) -> Answer:
        """Send a request, and fail unless the status is one of these."""
        answer = self.send(method, path, document)
        if answer.status not in statuses:
            wanted = " or ".join(map(str, statuses))
            raise FailedError(
                f"{method} {path.partition('?')[0]} was answered with {answer.status} "
                f"where {wanted} was expected.{_said(answer)}"
            )
        return answer

    def read(self, path: str) -> dict[str, Any]:
        return document(self.expect("GET", path))

    def search(self, kind: str, filter_: str, *extra: str) -> list[dict[str, Any]]:
        """Return what a filter finds."""
        query = "&".join([*extra, f"filter={quote_plus(filter_)}"])
        answer = self.expect("GET", f"/{kind}?{query}")
        try:
            return answers.resources(answer.body)
        except UnreadableError as error:
            raise FailedError(str(error)) from None

    def equal(self, kind: str, attribute: str, value: str) -> list[dict[str, Any]]:
        return self.search(kind, f"{attribute} eq {json.dumps(value)}", *_extra(kind))

    def finds(self, made: Made, attribute: str, value: str) -> None:
        """Fail unless a query finds this resource and no other."""
        found = [resource["id"] for resource in self.equal(made.kind, attribute, value)]
        if found != [made.id]:
            raise FailedError(
                f"The query for {attribute} found {_listed(found)}; the one with the id "
                f"{made.id} was expected, alone."
            )

    def user(self, **changes: Value) -> Made:
        """Create a user that a check needs, without being about that."""
        try:
            return self.create_user(**changes)
        except FailedError as error:
            raise SkippedError(f"This needs a test user. {error}") from error

    def group(self) -> Made:
        """Create a group that a check needs, without being about that."""
        try:
            return self.create_group()
        except FailedError as error:
            raise SkippedError(f"This needs a test group. {error}") from error

    def create_user(self, **changes: Value) -> Made:
        """Create a user as Entra does; None leaves an attribute out."""
        name = ledger.fresh_name()
        values: dict[str, Value] = {
            "externalId": str(uuid.uuid4()),
            "userName": f"{name}@example.com",
            "active": True,
            "displayName": "Endpoint Check",
            "name.givenName": "Endpoint",
            "name.familyName": "Check",
            WORK_EMAIL: f"{name}@example.com",
            "title": "Test user",
            f"{ENTERPRISE}:department": "Endpoint check",
            **changes,
        }
        values = {path: value for path, value in values.items() if value is not None}
        return self._make("Users", values, payloads.create_user(values))

    def create_group(self) -> Made:
        """Create a group as Entra does: without members."""
        values: dict[str, Value] = {
            "externalId": str(uuid.uuid4()),
            "displayName": ledger.fresh_name(),
        }
        body = payloads.create_group(values, payloads.Dialect.COMPLIANT)
        return self._make("Groups", values, body)

    def patch(self, made: Made, *operations: dict[str, Any]) -> dict[str, Any]:
        """Change a resource, and return what it is afterwards."""
        self.change(
            made, {"schemas": [payloads.PATCH_OP], "Operations": list(operations)}
        )
        return self.read(made.path)

    def change(self, made: Made, message: dict[str, Any]) -> Answer:
        return self.expect("PATCH", made.path, message, statuses=(200, 204))

    def members(self, group: Made) -> list[str]:
        """Return the ids of the members of a group."""
        found = self.read(group.path).get("members") or []
        if not isinstance(found, list):
            raise FailedError("members is no list.")
        return [str(each.get("value")) for each in found if isinstance(each, dict)]

    def _make(self, kind: str, values: dict[str, Value], body: dict[str, Any]) -> Made:
        answer = self.expect("POST", f"/{kind}", body, statuses=(201, 200))
        resource = document(answer)
        return Made(kind, str(resource["id"]), values, resource)


def document(answer: Answer) -> dict[str, Any]:
    """Return the resource in an answer, or fail."""
    try:
        return answers.resource(answer.body)
    except UnreadableError as error:
        raise FailedError(str(error)) from None


def same(found: Any, wanted: Any, attribute: str) -> None:
    """Fail unless an attribute has the value that was sent."""
    if found != wanted:
        raise FailedError(
            f"{attribute} is {_shown(found)} where {_shown(wanted)} was expected."
        )


def work_email(resource: dict[str, Any]) -> Any:
    """Return the address of type work."""
    emails = resource.get("emails")
    for email in emails if isinstance(emails, list) else []:
        if isinstance(email, dict) and email.get("type") == "work":
            return email.get("value")
    return None


def enterprise(resource: dict[str, Any], attribute: str) -> Any:
    """Return an attribute of the enterprise extension."""
    extension = resource.get(ENTERPRISE)
    return extension.get(attribute) if isinstance(extension, dict) else None


def _said(answer: Answer) -> str:
    """Return what an error says about itself."""
    try:
        body = json.loads(answer.shown)
    except (ValueError, RecursionError):
        return ""
    detail = body.get("detail") if isinstance(body, dict) else None
    return f" It says: {detail[:300]}" if isinstance(detail, str) else ""


def _extra(kind: str) -> list[str]:
    return ["excludedAttributes=members"] if kind == "Groups" else []


def _listed(found: list[str]) -> str:
    if not found:
        return "nobody"
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    return ", ".join(found[:3]) + more


def _shown(value: Any) -> str:
    return "missing" if value is None else json.dumps(value, ensure_ascii=False)[:200]
