"""Headers that every response carries, whatever its status."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from envoy_console import config, request_ids

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


def init_app(app: Flask) -> None:
    """Send the headers with every answer of `app`."""
    app.after_request(_protect)


def let_form_go_to(url: str) -> None:
    """Let the form on the page that is being answered be sent to the server of `url`."""
    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", origin):
        g.form_origin = origin


def _protect(response: Response) -> Response:
    response.headers.extend(ALWAYS)
    response.headers["X-Request-Id"] = request_ids.current()
    if origin := g.get("form_origin"):
        response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace(
            "form-action 'self'", f"form-action 'self' {origin}"
        )
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    if config.current().is_https:
        response.headers["Strict-Transport-Security"] = (
            "max-age=63072000; includeSubDomains"
        )
    return response
