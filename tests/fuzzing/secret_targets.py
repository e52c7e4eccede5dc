"""What strangers show at the door, and what must not get into a log."""

from __future__ import annotations

import contextlib
import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from flask import Flask

from envoy_console import logs
from envoy_console.config import Config
from envoy_console.directory import token_text
from envoy_console.directory.wire_passwords import without_passwords
from envoy_console.redaction import HIDDEN, Redaction
from envoy_console.scim import strict_json
from envoy_console.scim.errors import (
    ExpiredCursorError,
    InvalidCursorError,
    InvalidSyntaxError,
    UnauthorizedError,
)
from envoy_console.scim.messages import Position
from envoy_console.scim_api import cursors, exchanges
from tests.fuzzing.target import Target, as_text, bent_json
from tests.messages import PATCH_OP

LIST = ("company", "/Users", None, None, False)
HERE = Position("u-7", "ann", 7, "User")
TOKEN = token_text.generate()
SECRET = "hunter2hunter2"

_app = Flask(__name__)
_app.extensions["envoy_console.config"] = Config(
    instance=Path(),
    secret_key="a secret for tests",
    token_key=b"a token key for tests, 32 bytes.",
    database_url="sqlite://",
)
with _app.app_context():
    CURSOR = cursors.seal(HERE, LIST)
_request = _app.test_request_context("/scim/v2/Users").request.environ

_lines = logs.PlainLines(Redaction())
_objects = logs.JsonLines(Redaction())


def check_cursor(data: bytes) -> None:
    """Nothing opens but what was sealed, and that leads where it led."""
    with (
        _app.app_context(),
        contextlib.suppress(InvalidCursorError, ExpiredCursorError),
    ):
        assert cursors.open_sealed(as_text(data), LIST) == HERE


def check_token(data: bytes) -> None:
    """A header holds no token, or something that may be looked up as one."""
    environ = {**_request, "HTTP_AUTHORIZATION": data.decode("latin-1")}
    with _app.request_context(environ), contextlib.suppress(UnauthorizedError):
        token = exchanges.presented_token()
        if token_text.looks_valid(token):
            assert len(token) == token_text.LENGTH
            assert len(token_text.digest(token)) == 64


def check_log_line(data: bytes) -> None:
    """Whatever stands around a token, it is in no log, and a record is one line."""
    before, _, after = as_text(data).partition("|")
    for secret, text in (
        (TOKEN, f"{before}{TOKEN} {after}"),
        (SECRET, f"{before} Bearer {SECRET} {after}"),
    ):
        record = logging.LogRecord("x", logging.WARNING, "", 0, text, None, None)
        line, object_ = _lines.format(record), _objects.format(record)
        assert not logs.UNSAFE.search(line)
        assert object_.isascii()
        assert "\n" not in object_
        json.loads(object_)
        for written in (line, object_):
            assert secret.removeprefix(token_text.PREFIX) not in written


def check_passwords(body: bytes) -> None:
    """No password of a sound body is kept, not even where the body is cut off."""
    kept = without_passwords(body)
    with contextlib.suppress(InvalidSyntaxError):
        document = strict_json.loads(body)
        hidden = [secret for secret in _secrets(json.loads(kept)) if secret != HIDDEN]
        assert hidden == []
        if SECRET in _secrets(document) and body.count(SECRET[:8].encode()) == 1:
            cut = body.index(SECRET.encode()) + len(SECRET) - 2
            assert SECRET[:8].encode() not in without_passwords(body[:cut])


def _secrets(value: Any) -> Iterator[Any]:
    """Yield all that a body holds under the name, or for the path, of a password."""
    if isinstance(value, list):
        for each in value:
            yield from _secrets(each)
    if not isinstance(value, dict):
        return
    names = {name.lower(): name for name in value}
    path = value.get(names.get("path", ""))
    is_about = isinstance(path, str) and "password" in path.lower()
    for name, each in value.items():
        if "password" in name.lower() or (is_about and name.lower() == "value"):
            yield each
        else:
            yield from _secrets(each)


TARGETS = {
    "cursor": Target(check_cursor, (CURSOR.encode(), b".", b"", b"a.b.c"), ("=", ".")),
    "token": Target(
        check_token,
        (f"Bearer {TOKEN}".encode(), b"basic x:y", b"bearer esim_", b""),
        ("Bearer ", "esim_", " "),
    ),
    "log-line": Target(
        check_log_line,
        (
            b"sent | in vain",
            b"Cookie: a=b; |; c",
            b"{'Authorization': 'Bearer abcdefgh', 'x': '|'}",
            b"postgresql://envoy:|@db/envoy",
            b"got SAMLResponse=abc&password='x' |\n[ERROR] forged",
            b'"access_token":"|"',
        ),
        (
            *("password=", "Authorization: ", "Cookie: ", "Bearer ", "://", ":", "@"),
            *('"', "'", "\\", "|", "esim_", "client_secret", "\u2028", "\x85", "b'"),
        ),
    ),
    "passwords": Target(
        check_passwords,
        (
            json.dumps({"userName": "ann", "password": SECRET, "a": ["b"]}).encode(),
            json.dumps(
                {
                    "schemas": [PATCH_OP],
                    "Operations": [
                        {"op": "replace", "path": "password", "value": SECRET},
                        {"op": "add", "value": {"password": SECRET, "title": "x"}},
                        {"op": "add", "path": "emails", "value": [{"value": "x"}]},
                    ],
                }
            ).encode(),
        ),
        (
            "password",
            "\\u0070assword",
            "path",
            "value",
            '"',
            "\\",
            "{",
            "[",
            ":",
            "\\u00",
        ),
        bend=bent_json,
    ),
}
