"""Headers that every response carries, whatever its status.

Those that are always the same are added where an answer leaves the app: on the way
there, werkzeug would look twice at each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, g

from envoy_console import config, here, request_ids

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    Pairs = list[tuple[str, str]]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)

ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


HTTPS_ONLY = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
NEVER_KEPT = {"Cache-Control": "no-store"}
STATIC = "/static/"


def init_app(app: Flask) -> None:
    """Send the headers with every answer of `app`."""
    settings: config.Config = app.extensions["envoy_console.config"]
    always = ALWAYS | (HTTPS_ONLY if settings.is_https else {})
    app.extensions["envoy_console.headers"] = always | NEVER_KEPT
    app.wsgi_app = Protected(app.wsgi_app, always)  # type: ignore[method-assign]
    app.after_request(_name)


def of_every_page() -> dict[str, str]:
    """Return what is the same in each answer but those of static files."""
    return cast(dict[str, str], here.app().extensions["envoy_console.headers"])


class Protected:
    """WSGI middleware: an answer gets the headers that it has no own ones for. What is
    no static file must not be kept by a cache, whatever the answer says.
    """

    def __init__(self, app: WSGIApplication, always: dict[str, str]) -> None:
        self._app = app
        self._static = list(always.items())
        self._others = [*self._static, *NEVER_KEPT.items()]

    def __call__(
        self, environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterable[bytes]:
        is_static = environ.get("PATH_INFO", "").startswith(STATIC)

        def start(status: str, headers: Pairs, exc_info: Any = None) -> Any:
            if is_static and status.startswith(("2", "304")):
                return start_response(status, _joined(headers, self._static), exc_info)
            kept = [pair for pair in headers if pair[0] != "Cache-Control"]
            return start_response(status, _joined(kept, self._others), exc_info)

        return self._app(environ, cast("Callable[..., Any]", start))


def _joined(own: Pairs, always: Pairs) -> Pairs:
    names = {name for name, _ in own}
    return own + [pair for pair in always if pair[0] not in names]


def let_form_go_to(url: str) -> None:
    """Let the form on the page that is being answered be sent to the server of `url`."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", origin):
        g.form_origin = origin


def _name(response: Response) -> Response:
    """Add what differs from answer to answer."""
    response.headers["X-Request-Id"] = request_ids.current()
    if origin := here.g().get("form_origin"):
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
    return response
