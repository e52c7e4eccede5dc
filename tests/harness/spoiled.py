"""Our own endpoint behind somebody who spoils it: a target with one known flaw."""

from __future__ import annotations

import contextlib
import io
import threading
from collections.abc import Callable, Iterator

from flask import Flask
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from tests.harness.serving import QuietHandler

SpoilRequest = Callable[[Request, bytes], bytes]
SpoilAnswer = Callable[[Request, Response], Response]


def as_sent(_: Request, body: bytes) -> bytes:
    return body


def as_answered(_: Request, answer: Response) -> Response:
    return answer


@contextlib.contextmanager
def spoiled(
    app: Flask, request: SpoilRequest = as_sent, answer: SpoilAnswer = as_answered
) -> Iterator[str]:
    """Serve `app` with its requests and answers spoiled; yield its Tenant URL."""

    @Request.application
    def between(given: Request) -> Response:
        body = request(given, given.get_data())
        environ = given.environ
        environ["wsgi.input"], environ["CONTENT_LENGTH"] = (
            io.BytesIO(body),
            str(len(body)),
        )
        response = Response.from_app(app.wsgi_app, environ, buffered=True)
        return answer(given, response)

    server = make_server(
        "127.0.0.1", 0, between, threaded=True, request_handler=QuietHandler
    )
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/scim/v2"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
