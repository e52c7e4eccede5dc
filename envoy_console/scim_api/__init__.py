"""SCIM 2.0 over HTTP: the door at `/scim/v2` through which Entra comes.

Everything under `/scim/` is authenticated, answered in SCIM's own shape (routing
errors included) and put into the wire log. What the messages mean is `scim/`'s
business, what they do is `directory/`'s.
"""

from __future__ import annotations

from flask import Flask

from envoy_console.extensions import csrf
from envoy_console.scim_api import (
    bulk,
    discovery,
    exchanges,
    failures,
    faults,
    groups,
    pace,
    paths,
    recording,
    root,
    users,
)
from envoy_console.scim_api.blueprint import bp

__all__ = ["bp", "bulk", "discovery", "groups", "root", "users"]


def init_app(app: Flask) -> None:
    """Open the door: routes, authentication, faults, errors, wire log."""
    app.wsgi_app = paths.Tidy(app.wsgi_app)  # type: ignore[method-assign]
    app.register_blueprint(bp)
    csrf.exempt(bp)
    pace.init_app(app)
    exchanges.init_app(app)
    recording.init_app(app)
    faults.init_app(app)
    failures.init_app(app)
