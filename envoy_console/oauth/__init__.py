"""OAuth 2.0 client credentials: another way to the SCIM endpoint, beside the token."""

from __future__ import annotations

from flask import Flask

from envoy_console.oauth import endpoint, exchanges


def init_app(app: Flask) -> None:
    """Open the token endpoint, and put what is asked of it into the wire log."""
    endpoint.init_app(app)
    exchanges.init_app(app)
