"""Each exchange, as the wire log keeps it: whatever becomes of it, without token and
passwords. Only a flood of requests without a good token is not kept.
"""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from dataclasses import replace
from typing import Any, cast

from flask import Flask, Request, Response
from gunicorn.http.errors import ParseException

from envoy_console import config, headers, here
from envoy_console.config import CHECK_AGENT
from envoy_console.directory import exchange_log, wire_text
from envoy_console.directory.exchange_rows import Exchange
from envoy_console.directory.wire_passwords import (
    query_without_passwords,
    without_passwords,
)
from envoy_console.directory.wire_text import cut, storable
from envoy_console.models.traffic import CHECK_HINT
from envoy_console.redaction import HIDDEN
from envoy_console.scim.folding import fold
from envoy_console.scim_api.exchanges import Current

DRAINED_AT_ONCE = 65_536


def init_app(app: Flask) -> None:
    """Record every request under `/scim/` when it is answered."""
    app.after_request(_finish)


def _finish(response: Response) -> Response:
    exchange: Current | None = here.g().get("exchange")
    if exchange is None:
        return response
    if exchange.bearer and response.status_code >= 400:
        _read_rest(exchange.request)
    if _is_of_a_flood(exchange, response):
        return response
    if response.is_streamed and exchange.request.method != "HEAD":
        _log_when_sent(exchange, response)
    else:
        body = b"" if response.is_streamed else response.get_data()
        exchange_log.current().add(_exchange(exchange, response, body, len(body)))
    return response


def _is_of_a_flood(exchange: Current, response: Response) -> bool:
    """Tell whether it is one more of a flood of strangers, which would wash everything
    else out of the log.
    """
    return exchange.bearer is None and response.status_code == 429


def _log_when_sent(exchange: Current, response: Response) -> None:
    """Log a body that is still to be made, once it has been sent or given up."""
    limit = config.current().exchange_body_limit
    sent = response.response = Overheard(
        cast(Iterable[bytes], response.response), limit
    )
    log = exchange_log.current()
    log.start()
    row = _exchange(exchange, response, b"", 0)

    def finish() -> None:
        body, duration = cut(sent.start, limit, sent.size), _duration(exchange)
        log.add(replace(row, response_body=body, duration_us=duration))

    response.call_on_close(finish)


class Overheard:
    """Passes a body on piece by piece; keeps its start and its size for the log."""

    def __init__(self, pieces: Iterable[bytes], limit: int) -> None:
        self._pieces = pieces
        self._limit = limit
        self.start = b""
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self._pieces:
            self.start += piece[: self._limit - len(self.start)]
            self.size += len(piece)
            yield piece

    def close(self) -> None:
        """Let the source clean up, also when nobody listened to the end."""
        if isinstance(self._pieces, Generator):
            self._pieces.close()


def _exchange(
    exchange: Current, response: Response, body: bytes, size: int
) -> Exchange:
    token, request = exchange.token, exchange.request
    limit = config.current().exchange_body_limit
    sent = without_passwords(_request_body(request))
    authorization = f"Bearer {token.hint}" if token else HIDDEN
    return Exchange(
        id=exchange.id,
        company_id=token.company_id if token else None,
        integration_id=token.integration_id if token else None,
        token_id=token.token_id if token else None,
        token_hint=_hint(request, token),
        client_id=token.client_id if token else None,
        source=request.remote_addr or "",
        at=exchange.at,
        duration_us=_duration(exchange),
        method=request.method,
        path=wire_text.address(request.path, query_without_passwords(_query(request))),
        status=response.status_code,
        resource_type=_resource_type(request),
        resource_id=_resource_id(exchange),
        sought_key=_sought_key(exchange),
        replay_of=token.replay_of if token else None,
        quirks=exchange.dialect.quirks,
        injected=exchange.injected,
        detail=_detail(exchange),
        request_headers=wire_text.headers(
            request.headers.items(), authorization=authorization
        ),
        request_body=cut(sent, limit, len(sent)),
        response_headers=wire_text.headers(
            response.headers.items(), authorization=authorization
        )
        | headers.of_every_page(),
        response_body=cut(body, limit, size),
    )


def _query(request: Request) -> str:
    return request.query_string.decode("ascii", "replace")


def _hint(request: Request, token: Any) -> str | None:
    if token is None:
        return None
    is_check = request.headers.get("User-Agent") == CHECK_AGENT
    return f"{CHECK_HINT}, {token.hint}" if is_check else str(token.hint)


def _resource_type(request: Request) -> str | None:
    parts = request.path.split("/", 4)
    return storable(parts[3])[:64] if len(parts) > 3 else None


def _resource_id(exchange: Current) -> str | None:
    asked = exchange.request.view_args or {}
    found = exchange.resource_id or asked.get("resource_id")
    return found and storable(found)[:64]


def _sought_key(exchange: Current) -> str | None:
    return fold(storable(exchange.sought))[:200] if exchange.sought else None


def _detail(exchange: Current) -> str | None:
    said = " ".join(filter(None, (exchange.remark, exchange.detail)))
    return storable(said) or None


def _request_body(request: Request) -> bytes:
    """Return what has been read of the body; a refused one is not read for the log."""
    return cast(bytes, getattr(request, "_cached_data", b""))


def _read_rest(request: Request) -> None:
    """Take in what is left of a refused body, if it is not much too large.

    gunicorn would drop the connection otherwise, having just promised to keep it. Who
    has no good token is not waited for.
    """
    if not request.environ.get("wsgi.input_terminated"):  # not gunicorn
        return
    rest, left = request.environ["wsgi.input"], 2 * config.current().max_body
    try:
        while left > 0 and (piece := rest.read(DRAINED_AT_ONCE)):
            left -= len(piece)
    except (OSError, ParseException):  # the connection is gone
        return


def _duration(exchange: Current) -> int:
    """Return the microseconds since the request came."""
    return round((time.perf_counter() - exchange.started) * 1_000_000)
