"""What the standard asks: scim2-tester's checks, sent through our own wire.

scim2-tester is a client that knows only the RFCs. It is run in small steps, a kind of
resource and a subject at a time, so that there is progress to see and every result has
its own requests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from scim2_client import BaseSyncSCIMClient, RequestNetworkException
from scim2_tester import CheckResult, Status, check_server

from envoy_console.entra.endpoint_check.course import SUBJECTS
from envoy_console.entra.endpoint_check.ledger import NAMES, fresh_name
from envoy_console.entra.endpoint_check.requirements import (
    FAILED,
    PASSED,
    SKIPPED,
    Finding,
    Requirement,
)
from envoy_console.entra.endpoint_check.standard_checks import (
    CHECKS,
    DISCOVERED,
    DISCOVERY,
    PLACES,
    WORDS,
)
from envoy_console.entra.endpoint_check.wire import Exchange, GivenUpError, Wire
from envoy_console.entra.target_errors import TargetError
from envoy_console.entra.transport import Answer

CHAPTER = "The standard"
PLAIN = {"Accept": "application/scim+json"}
PATH = re.compile(r"/[\x21-\x7e]*")
BAD = (Status.ERROR, Status.CRITICAL)
NO_SUCH_TYPE = "none of them"
MOST_TYPES, LONGEST_NAME = 5, 60

ADVICE = (
    "Compare the exchange with the section of the RFC. Entra itself may get along "
    "without it; other clients may not."
)


@dataclass(frozen=True, slots=True)
class Step:
    """A part of scim2-tester's checks that is run at once."""

    chapter: str
    words: str
    resource_type: str
    tags: frozenset[str]


class Received:
    """An answer as scim2-client wants one."""

    def __init__(self, answer: Answer) -> None:
        self.status_code = answer.status
        self.headers = answer.headers
        self.text = answer.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """Return the body as JSON: scim2-tester asks for it when a check fails."""
        return json.loads(self.text)


class StandardClient(BaseSyncSCIMClient):
    """scim2-client over our wire: it goes only where the wire goes."""

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire
        self._deleted: dict[str, Received] = {}

    def request(self, method: str, url: str, **given: Any) -> Received:
        """Send what scim2-client has prepared.

        scim2-tester tidies up again and again; what is deleted is deleted once.
        """
        path = _path(url, given.get("params"))
        if method == "DELETE" and path in self._deleted:
            return self._deleted[path]
        received = self._ask(method, path, given)
        if method == "DELETE" and received.status_code == 204:
            self._deleted[path] = received
        return received

    def heading(self, name: str) -> str:
        """Return a name that the endpoint gives as a heading can bear it."""
        return self._wire.presentable(name)[:LONGEST_NAME]

    def _ask(self, method: str, path: str, given: dict[str, Any]) -> Received:
        document, headers = given.get("json"), {**PLAIN, **given.get("headers", {})}
        if method == "POST" and document:
            document = _named(document)
        try:
            return Received(self._wire.send(method, path, document, headers=headers))
        except (TargetError, GivenUpError) as error:
            raise RequestNetworkException() from error


def _path(url: str, params: dict[str, Any] | None) -> str:
    query = f"?{urlencode(params)}" if params else ""
    path = f"/{url.lstrip('/')}{query}"
    if not PATH.fullmatch(path):
        raise RequestNetworkException() from ValueError(
            "The endpoint names an address that no request can carry."
        )
    return path


def _named(document: dict[str, Any]) -> dict[str, Any]:
    """Give a new resource names that show what it is for."""
    return document | {name: fresh_name() for name in NAMES if document.get(name)}


def first_step() -> Step:
    """Return the step that learns what there is."""
    return Step(CHAPTER, "discovery", NO_SUCH_TYPE, DISCOVERY)


def further_steps(client: StandardClient) -> list[Step]:
    """Return the steps for the resource types that the first one learnt of."""
    types = [str(each.name) for each in client.provider.resource_types]
    names = {each: client.heading(each) for each in types[:MOST_TYPES]}
    return [
        Step(f"{CHAPTER}: {name}", WORDS[subject], resource_type, frozenset({subject}))
        for resource_type, name in names.items()
        for subject in SUBJECTS
    ]


def take(client: StandardClient, step: Step, wire: Wire) -> Iterator[Finding]:
    """Run a step, and yield what it found by requirement."""
    try:
        results = check_server(
            client, include_tags=set(step.tags), resource_types=[step.resource_type]
        )
    except Exception as error:  # whatever an endpoint publishes, a check ends in words
        results = [_broken_off(step, error)]
    exchanges = wire.take()
    for title, found in _by_title(results, step).items():
        about = [each for each in exchanges if _is_about(title, each)]
        asked = _requirement(step.chapter, title)
        yield _finding(asked, found, about, wire.surrender)


def _broken_off(step: Step, error: Exception) -> CheckResult:
    """Return the result for a step that scim2-tester could not bring to its end."""
    is_about_type = step.resource_type != NO_SUCH_TYPE
    return CheckResult(
        Status.ERROR,
        title=f"{step.words}, broken off",
        reason=f"scim2-tester broke off: {error}",
        resource_type=step.resource_type if is_about_type else None,
    )


def _by_title(results: list[CheckResult], step: Step) -> dict[str, list[CheckResult]]:
    """Gather the results that belong to the step by the check they come from."""
    is_about_type = step.resource_type != NO_SUCH_TYPE
    found: dict[str, list[CheckResult]] = {}
    for result in results:
        was_asked = not (result.reason or "").startswith("Skipped due to tag")
        if was_asked and bool(result.resource_type) is is_about_type:
            found.setdefault(result.title or "", []).append(result)
    return found


def _is_about(title: str, exchange: Exchange) -> bool:
    """Tell whether an exchange can belong to a check: discovery comes with every step."""
    place = next((each for each in DISCOVERED if exchange.path.startswith(each)), "")
    if place != PLACES.get(title, ""):
        return False
    is_writing = exchange.method != "GET"
    return not place or is_writing == title.endswith("_methods")


def _finding(
    requirement: Requirement,
    results: list[CheckResult],
    exchanges: list[Exchange],
    surrender: str | None,
) -> Finding:
    bad = [result for result in results if result.status in BAD]
    if bad and surrender:
        return Finding(requirement, SKIPPED, surrender, exchanges[-1:])
    if bad:
        reasons = [result.reason or "No reason was given." for result in bad]
        return Finding(requirement, FAILED, _told(reasons), _behind(bad, exchanges))
    if all(result.status is Status.SKIPPED for result in results):
        reason = results[0].reason or "It does not apply."
        return Finding(requirement, SKIPPED, reason, [])
    number = len(results)
    return Finding(
        requirement,
        PASSED,
        f"{number} attributes." if number > 1 and "PATCH" in requirement.title else "",
        exchanges,
    )


def _requirement(chapter: str, title: str) -> Requirement:
    fallback = (title.replace("_", " ").capitalize(), "RFC 7644", "As the RFC says.")
    words, reference, expected = CHECKS.get(title, fallback)
    return Requirement(chapter, words, reference, expected, ADVICE)


def _told(reasons: list[str]) -> str:
    more = f"\n… and {len(reasons) - 3} more." if len(reasons) > 3 else ""
    return "\n".join(reasons[:3]) + more


def _behind(bad: list[CheckResult], exchanges: list[Exchange]) -> list[Exchange]:
    """Return the exchanges that name what went wrong, or else all of them."""
    names = [result.data.get("urn") for result in bad if isinstance(result.data, dict)]
    found = [
        exchange
        for exchange in exchanges
        if any(name and f'"path": "{name}"' in exchange.request for name in names)
    ]
    return found or exchanges


def skipped(reason: str) -> Finding:
    """Return the finding that stands for all that could not be looked at."""
    everything = replace(
        _requirement(CHAPTER, "service_provider_config_endpoint"),
        title="Everything that the standard asks",
        reference="RFC 7643, RFC 7644",
        expected="Discovery, and create, read, replace, change and delete.",
    )
    return Finding(everything, SKIPPED, reason, [])
