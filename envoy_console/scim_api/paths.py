"""Forgive a Tenant URL with a slash too many.

Administrators paste `…/scim/v2/`, and clients then ask for `…/scim/v2//Users`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SLASHES = re.compile(r"//+")


class Tidy:
    """WSGI middleware: collapse and strip slashes below `/scim/`, nowhere else."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path.startswith(("/scim/", "//scim/")):
            environ["PATH_INFO"] = SLASHES.sub("/", path).rstrip("/")
        return self._app(environ, start_response)
