"""The way of a check to its endpoint: guarded, counted, remembered, and tidied up.

Everything goes through the simulator's own transport, so no check can reach further
than the provisioning service, or wait longer for an answer.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from envoy_console.config import CHECK_AGENT
from envoy_console.entra import answers
from envoy_console.entra.answers import UnreadableError
from envoy_console.entra.endpoint_check.ledger import Creation, Ledger
from envoy_console.entra.target_errors import BODY_SHOWN, TargetError
from envoy_console.entra.transport import AS_ENTRA, Answer, Transport

MOST_REQUESTS = 700
MOST_SECONDS = 300.0
# requests in a row that no answer came to, after which nobody is asked any more
MOST_SILENCES = 3
GONE = (200, 204, 404, 410)


class GivenUpError(Exception):
    """The check asks no more; the text says why."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came of it, as people may see it."""

    method: str
    path: str
    request: str
    status: int | None
    response: str
    request_id: str | None
    milliseconds: int

    @property
    def is_refused(self) -> bool:
        return self.status is None or self.status >= 400


class Wire:
    """Sends the requests of one check. Not for use by two threads at once."""

    def __init__(
        self,
        transport: Transport,
        ledger: Ledger,
        *,
        beat: Callable[[], None] = lambda: None,
        most_requests: int = MOST_REQUESTS,
        most_seconds: float = MOST_SECONDS,
    ) -> None:
        self.ledger = ledger
        self.requests = 0
        self._transport = transport
        self._beat = beat  # called before every request
        self._most_requests = most_requests
        self._ends = time.monotonic() + most_seconds
        self._silences = 0
        self._taken: list[Exchange] = []
        self._stubborn: list[Creation] = []  # once was enough until the end

    @property
    def surrender(self) -> str | None:
        """Why the check asks no more, if it does not."""
        if self._silences >= MOST_SILENCES:
            return f"No answer came to {MOST_SILENCES} requests in a row."
        if self.requests >= self._most_requests:
            return f"The check has made {self._most_requests} requests, its limit."
        if time.monotonic() > self._ends:
            return "The check has taken as long as it may."
        return None

    def send(
        self,
        method: str,
        path: str,
        document: dict[str, Any] | None = None,
        *,
        headers: Mapping[str, str] = AS_ENTRA,
    ) -> Answer:
        """Send a request of a check; raise TargetError when no answer comes."""
        if reason := self.surrender:
            raise GivenUpError(reason)
        if method == "POST" and document is not None:
            return self._create(path, document, headers)
        answer = self._send(method, path, document, headers)
        if method == "DELETE" and answer.status in GONE:
            self.ledger.gone(path)
        return answer

    def take(self) -> list[Exchange]:
        """Return the exchanges since this was last asked."""
        taken, self._taken = self._taken, []
        return taken

    def presentable(self, text: str) -> str:
        """Return the start of a text that an endpoint had a hand in, for people."""
        # what an endpoint answered may be quoted in front of what is wrong with it
        return readable(self._transport.redacted(text), most=2 * BODY_SHOWN)

    def tidy(self) -> None:
        """Remove what the last step has made, unless nobody is asked any more."""
        if self.surrender is None:
            self._remove_each(
                [each for each in self.ledger.creations if each not in self._stubborn]
            )

    def tidy_all(self) -> None:
        """Remove whatever is left, at the end; what resists stays in the ledger."""
        self._remove_each(self.ledger.creations)

    def _remove_each(self, creations: list[Creation]) -> None:
        """Remove resources, newest first; this has no limit but the target's silence."""
        remembered, self._taken, silences = self._taken, [], 0
        for creation in list(reversed(creations)):
            try:
                self._remove(creation)
                silences = 0
            except TargetError:
                silences += 1
            if creation in self.ledger.creations:
                self._stubborn.append(creation)
            if silences >= MOST_SILENCES:
                break
        self._taken = remembered

    def _create(
        self, path: str, document: dict[str, Any], headers: Mapping[str, str]
    ) -> Answer:
        creation = self.ledger.about_to(path, document)
        answer = self._send("POST", path, document, headers)
        identifier = _identifier(answer)
        if identifier:
            self.ledger.made(creation, identifier)
        elif 400 <= answer.status < 500:
            self.ledger.drop(creation)
        return answer

    def _send(
        self,
        method: str,
        path: str,
        document: dict[str, Any] | None,
        headers: Mapping[str, str] = AS_ENTRA,
    ) -> Answer:
        self._beat()
        self.requests += 1
        began = time.monotonic()
        try:
            answer = self._transport.send(
                method, path, document, headers={**headers, "User-Agent": CHECK_AGENT}
            )
        except TargetError as error:
            is_silence = error.status is None
            self._silences = self._silences + 1 if is_silence else 0
            self._remember(method, path, document, began, error=error)
            raise
        self._silences = 0
        self._remember(method, path, document, began, answer=answer)
        return answer

    def _remember(
        self,
        method: str,
        path: str,
        document: dict[str, Any] | None,
        began: float,
        *,
        answer: Answer | None = None,
        error: TargetError | None = None,
    ) -> None:
        sent = "" if document is None else json.dumps(document, ensure_ascii=False)
        self._taken.append(
            Exchange(
                method,
                self.presentable(path),
                self.presentable(sent),
                answer.status if answer else None,
                self.presentable(answer.shown if answer else str(error)),
                answer.request_id if answer else None,
                int((time.monotonic() - began) * 1000),
            )
        )

    def _remove(self, creation: Creation) -> None:
        if creation.id is None:
            self._find(creation)
        if (
            creation.id is None
            or self._send("DELETE", creation.address, None).status in GONE
        ):
            self.ledger.drop(creation)

    def _find(self, creation: Creation) -> None:
        """Find a resource by its name; another one is never taken for it."""
        asked = quote_plus(f"{creation.attribute} eq {json.dumps(creation.name)}")
        answer = self._send("GET", f"{creation.path}?filter={asked}", None)
        try:
            found = answers.resources(answer.body)
        except UnreadableError:
            return
        for resource in found:
            if resource.get(creation.attribute) == creation.name:
                self.ledger.made(creation, resource["id"])


def readable(text: str, *, most: int = BODY_SHOWN) -> str:
    """Return the start of a text, without what a database cannot keep."""
    kept = answers.UNKEEPABLE.sub("\ufffd", text)
    return kept if len(kept) <= most else f"{kept[:most]}…"


def _identifier(answer: Answer) -> str | None:
    if not 200 <= answer.status < 300:
        return None
    try:
        return str(answers.resource(answer.body)["id"])
    except UnreadableError:
        return None
