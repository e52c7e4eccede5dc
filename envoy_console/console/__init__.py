"""The Envoy admin console: pages for people."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Add the pages."""
