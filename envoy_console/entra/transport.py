"""One request to a target and the whole of its answer, within limits.

Servers tell Entra by its header and stumble over its spellings, so nothing here is left
to an HTTP library: no User-Agent, no Accept, a Content-Type only where there is a body.
Redirects are not followed, since they would carry the Secret Token elsewhere, and no
proxy is asked, since it would resolve the name once more.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpcore2

from envoy_console.entra import target_errors
from envoy_console.entra.dialling import Deadline, Dialler, Resolve
from envoy_console.entra.target_errors import TargetError
from envoy_console.entra.targets import Target
from envoy_console.entra.urls import RefusedError

# Its value is from a capture of 2019; today's may differ. Servers ask only whether it
# is there.
ADSCIM_VERSION = "5.0"
AS_ENTRA = {"ADSCIMVersion": ADSCIM_VERSION}
MEDIA_TYPE = "application/scim+json; charset=utf-8"
LARGEST_ANSWER = 1024 * 1024
IDLE = 5.0  # seconds; most servers keep an idle connection at least as long
TOKEN = re.compile(r"[\x21-\x7e]+")
REQUEST_ID = re.compile(r"[\x21-\x7e]{1,200}")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, read to its end."""

    status: int
    body: bytes
    shown: str  # the body as people may see it: cut, and without the token
    retry_after: int | None
    request_id: str | None  # X-Request-Id
    headers: Mapping[str, str]  # by their names in lower case


class Transport:
    """Carries requests to one target, one at a time, on a connection that it keeps."""

    def __init__(
        self,
        target: Target,
        token: str,
        *,
        deadline: float,
        ssl_context: ssl.SSLContext | None,
        resolve: Resolve,
    ) -> None:
        self._target = target
        self._token = token.strip()
        self._deadline = Deadline(deadline)
        self._pool = httpcore2.ConnectionPool(
            ssl_context=ssl_context or _ssl_context(target),
            max_connections=1,
            keepalive_expiry=IDLE,
            network_backend=Dialler(target, self._deadline, resolve=resolve),
        )

    def close(self) -> None:
        self._pool.close()

    def redacted(self, text: str) -> str:
        """Return a text without the token."""
        return target_errors.redacted(text, self._token)

    def send(
        self,
        method: str,
        path: str,
        document: dict[str, Any] | None = None,
        *,
        headers: Mapping[str, str] = AS_ENTRA,
    ) -> Answer:
        """Send a request; raise TargetError unless an answer of any status comes.

        Without other `headers` the target takes us for Entra.
        """
        if not TOKEN.fullmatch(self._token):
            raise _unusable_token()
        self._deadline.restart()
        try:
            return self._exchange(method, path, headers, _content(document))
        except httpcore2.TimeoutException as error:
            raise TargetError(
                target_errors.TIMEOUT, f"The target did not answer in time: {error}."
            ) from error
        except (httpcore2.NetworkError, httpcore2.ProtocolError, RefusedError) as error:
            reason = target_errors.redacted(str(error), self._token)
            raise TargetError(
                target_errors.UNREACHABLE, f"The target could not be asked: {reason}"
            ) from error

    def _exchange(
        self, method: str, path: str, headers: Mapping[str, str], content: bytes | None
    ) -> Answer:
        with self._pool.stream(
            method,
            self._url(path),
            headers=self._headers(headers, content),
            content=content,
        ) as response:
            return self._read(response)

    def _read(self, response: httpcore2.Response) -> Answer:
        body = bytearray()
        for part in response.iter_stream():
            body += part
            if len(body) > LARGEST_ANSWER:
                limit = f"The answer is larger than {LARGEST_ANSWER // 1024} KiB."
                shown = self._shown(body)
                raise target_errors.unreadable(response.status, shown, limit)
        headers = {
            name.decode("latin-1").lower(): value.decode("latin-1")
            for name, value in response.headers
        }
        return Answer(
            response.status,
            bytes(body),
            self._shown(body),
            target_errors.seconds_to_wait(
                headers.get("retry-after", ""), datetime.now(UTC)
            ),
            _request_id(headers.get("x-request-id", "")),
            headers,
        )

    def _shown(self, body: bytearray) -> str:
        return target_errors.presentable(body, self._token)

    def _url(self, path: str) -> httpcore2.URL:
        dialled, base = self._target.dialled, self._target.base
        return httpcore2.URL(
            scheme=dialled.scheme,
            host=dialled.host,
            port=dialled.port,
            target=base.path + path,
        )

    def _headers(
        self, given: Mapping[str, str], content: bytes | None
    ) -> list[tuple[str, str]]:
        headers = [
            ("Host", self._target.base.authority),
            ("Authorization", f"Bearer {self._token}"),
            *given.items(),
            ("Accept-Encoding", "identity"),
        ]
        if content is not None:
            headers.append(("Content-Type", MEDIA_TYPE))
            headers.append(("Content-Length", str(len(content))))
        return headers


def _ssl_context(target: Target) -> ssl.SSLContext | None:
    """Trust what the system trusts; read its certificates once, and only for https."""
    is_https = target.dialled.scheme == "https"
    return httpcore2.default_ssl_context() if is_https else None


def _content(document: dict[str, Any] | None) -> bytes | None:
    if document is None:
        return None
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass")


def _request_id(text: str) -> str | None:
    return text if REQUEST_ID.fullmatch(text) else None


def _unusable_token() -> TargetError:
    return TargetError(
        target_errors.CREDENTIALS_REJECTED,
        "The Secret Token is empty or holds a space or a letter outside ASCII, which "
        "no header can carry. Nothing was sent.",
        is_credentials=True,
        recommendation="Copy the token from the target once more, whole and alone.",
    )
