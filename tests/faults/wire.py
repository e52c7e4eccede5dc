"""One request, one connection: as nginx speaks to gunicorn unless told otherwise."""

from __future__ import annotations

import json
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any


class CutError(Exception):
    """The connection ended without a whole answer: what became of it, nobody knows."""


@dataclass(frozen=True)
class Answer:
    """What came back. `retry_after` is whether it says when to come again."""

    status: int
    retry_after: bool
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Wire:
    """Speaks SCIM to a service that may be killed at any moment."""

    port: int
    token: str
    patience: float = 20.0  # seconds

    def ask(
        self, method: str, path: str, body: Any = None, version: str = ""
    ) -> Answer:
        """Return the answer; raise CutError, or ConnectionRefusedError if none listens."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=self.patience)
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Content-Type": "application/scim+json",
            "Connection": "close",
        }
        if version:
            headers["If-Match"] = version
        data = None if body is None else json.dumps(body)
        try:
            connection.request(method, f"/scim/v2{path}", data, headers)
            response = connection.getresponse()
            retry_after = response.getheader("Retry-After") is not None
            return Answer(response.status, retry_after, response.read())
        except ConnectionRefusedError:
            raise
        except (OSError, HTTPException) as error:
            raise CutError(repr(error)) from error
        finally:
            connection.close()
