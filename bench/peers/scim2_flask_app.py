"""scim2-flask over the in-memory storage of scim2-server, behind a bearer token."""

from __future__ import annotations

import os

from flask import Flask, abort, request
from scim2_flask import ScimServer
from scim2_server.memory import InMemoryStorage
from scim2_server.utils import load_default_provider

app = Flask(__name__)
ScimServer(InMemoryStorage(), load_default_provider(), app=app)


@app.before_request
def require_token() -> None:
    """Refuse whoever does not know the token."""
    if request.headers.get("Authorization") != f"Bearer {os.environ['TOKEN']}":
        abort(401)
