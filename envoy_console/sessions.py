"""The session cookie is the console's alone: under `/scim/` only the token counts."""

from __future__ import annotations

from flask import Flask, Request
from flask.sessions import (
    SecureCookieSession,
    SecureCookieSessionInterface,
)


class ConsoleSessions(SecureCookieSessionInterface):
    """Neither reads nor writes a cookie for requests of SCIM clients."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/scim/"):
            return None  # Flask then lends a session that nothing can be put into
        return super().open_session(app, request)
