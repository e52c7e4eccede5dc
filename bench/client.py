"""The load: a few keep-alive connections, each sending its next request at once.

One process and no threads: a request is bytes that were made beforehand and an
answer is only read to its end, so that the client costs a few per cent of what any
server does.
"""

from __future__ import annotations

import os
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

Address = tuple[str, int]
TRIES = 3
PATIENCE = 120.0


class ClosedError(Exception):
    """The server does not answer, or closes the connection time and again."""


@dataclass(slots=True)
class Outcome:
    """What became of the requests; times are seconds."""

    latencies: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)

    def __iadd__(self, other: Outcome) -> Outcome:
        self.latencies += other.latencies
        self.statuses += other.statuses
        self.bodies += other.bodies
        return self


class Connection:
    """One keep-alive connection with at most one request under way."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._request, self._answer = b"", bytearray()
        self._tries = 0
        self.sent_at = 0.0
        self.socket = self._open()

    def send(self, request: bytes) -> None:
        """Begin the next exchange."""
        self._request, self._answer, self._tries = request, bytearray(), 1
        self.sent_at = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> tuple[int, bytes] | None:
        """Read what has arrived; return status and body once the answer is whole."""
        chunk = self._read()
        if not chunk:
            self._send_again()
            return None
        self._answer += chunk
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or not _is_whole(bytes(head).lower(), body):
            return None
        return int(head[9:12]), bytes(body)

    def _read(self) -> bytes:
        try:
            return self.socket.recv(262_144)
        except ConnectionResetError:
            return b""

    def _send_again(self) -> None:
        """Open the connection anew: a worker may have been replaced by a fresh one."""
        if self._tries == TRIES:
            raise ClosedError(f"no answer to {self._request[:80]!r}")
        with self._open() as fresh:
            os.dup2(fresh.fileno(), self.socket.fileno())
        self._tries, self._answer = self._tries + 1, bytearray()
        self.socket.sendall(self._request)

    def _open(self) -> socket.socket:
        opened = socket.create_connection(self._address, timeout=60)
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return opened


def run(
    address: Address,
    requests: Iterator[bytes],
    *,
    connections: int = 1,
    seconds: float = float("inf"),
    keep: bool = False,
) -> Outcome:
    """Send `requests` until they or the time run out; keep the bodies if asked to."""
    outcome, deadline = Outcome(), time.perf_counter() + seconds
    # not epoll, which forgets a descriptor that is opened anew
    with selectors.PollSelector() as selector:
        for _ in range(connections):
            if request := next(requests, None):
                connection = Connection(address)
                selector.register(connection.socket, selectors.EVENT_READ, connection)
                connection.send(request)
        while selector.get_map():
            ready = selector.select(PATIENCE)
            if not ready:
                raise ClosedError(f"no answer in {PATIENCE} seconds")
            for key, _events in ready:
                if not _advance(key.data, requests, outcome, deadline, keep):
                    selector.unregister(key.fileobj)
                    key.data.socket.close()
    return outcome


def _advance(
    connection: Connection,
    requests: Iterator[bytes],
    outcome: Outcome,
    deadline: float,
    keep: bool,
) -> bool:
    """Take what arrived; send the next request after a whole answer. False at the end."""
    answer = connection.receive()
    if answer is None:
        return True
    arrived = time.perf_counter()
    outcome.latencies.append(arrived - connection.sent_at)
    outcome.statuses[answer[0]] += 1
    if keep:
        outcome.bodies.append(_content(answer[1]))
    request = next(requests, None) if arrived < deadline else None
    if request is not None:
        connection.send(request)
    return request is not None


def _content(body: bytes) -> bytes:
    """Return a body as it was before it was cut into chunks, if it was."""
    whole = b""
    while body[:1] not in (b"{", b""):
        size, _, rest = body.partition(b"\r\n")
        whole, body = whole + rest[: int(size, 16)], rest[int(size, 16) + 2 :]
    return whole or body


def _is_whole(head: bytes, body: bytearray) -> bool:
    if b"transfer-encoding: chunked" in head:
        return body.endswith(b"0\r\n\r\n")
    _, found, rest = head.partition(b"content-length:")
    return not found or len(body) >= int(rest.split(b"\r\n", 1)[0])
