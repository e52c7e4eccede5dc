"""The real app behind real HTTP, on a loopback port, in a thread of this process."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wsgi import ClosingIterator

from envoy_console import create_app
from envoy_console.config import Config
from envoy_console.extensions import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"


def make_app(
    instance: Path,
    database_url: str,
    port: int = 8000,
    redis_url: str = "",
    **changes: Any,
) -> Flask:
    """Build the app as production does, with secrets and a database for tests."""
    settings = Config(
        instance=instance,
        secret_key="a secret for tests",
        token_key=b"a token key for tests, 32 bytes.",
        database_url=database_url,
        redis_url=redis_url,
        host=HOST,
        port=port,
        external_url=f"http://localhost:{port}",
        refused_per_minute=1_000_000,  # every test comes from one address
    )
    return create_app(replace(settings, **changes))


def disconnect(app: Flask) -> None:
    """Close the app's connections to its database."""
    with app.app_context():
        db.engine.dispose()


class QuietHandler(WSGIRequestHandler):
    """Answers without writing a log."""

    def log(self, *_: object) -> None: ...


def closing(app: WSGIApplication) -> WSGIApplication:
    """Close every answer, even one whose browser left before it was written.

    Werkzeug forgets to when the connection breaks while it drains the request.
    """

    def answer(
        environ: WSGIEnvironment, start_response: StartResponse
    ) -> Iterator[bytes]:
        with contextlib.closing(ClosingIterator(app(environ, start_response))) as parts:
            yield from parts

    return answer


@contextlib.contextmanager
def serve(app: Flask, listener: socket.socket) -> Iterator[None]:
    """Serve `app` on the port that `listener` holds."""
    host, port = listener.getsockname()
    server = make_server(
        host,
        port,
        closing(app),
        threaded=True,
        fd=listener.fileno(),
        request_handler=QuietHandler,
    )
    thread = threading.Thread(target=server.serve_forever, name="server")
    thread.start()
    yield
    server.shutdown()
    thread.join()
    server.server_close()
