"""The request, the app and `g` themselves, for what is done at every request.

Flask's proxies look for them anew at each mention, ten times as slowly as these do; a
SCIM request has some forty, which were a fourteenth of its time in the app.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import flask
from flask import Flask, Request

request: Callable[[], Request] = flask.request._get_current_object  # type: ignore[attr-defined]
app: Callable[[], Flask] = flask.current_app._get_current_object  # type: ignore[attr-defined]
g: Callable[[], Any] = flask.g._get_current_object
