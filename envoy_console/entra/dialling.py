"""Connections that go only where the target may lead, and that end in time.

A name is resolved once, every address it stands for is vetted, and the vetted address
itself is dialled: a name that changes its mind in between gains nothing. A single
deadline covers everything from the look-up to the last byte, so that an answer which
drips for ever ends too. `Host` and the name in TLS stay those of the target.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import httpcore2

from envoy_console.entra.addresses import Address
from envoy_console.entra.targets import Target
from envoy_console.entra.urls import RefusedError

Resolve = Callable[[str, int], list[Address]]


def resolve(host: str, port: int) -> list[Address]:
    """Ask the system which addresses `host` stands for."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(entry[4][0]) for entry in found]


class Deadline:
    """When a request must be over. One request at a time."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.restart()

    def restart(self) -> None:
        self._end = time.monotonic() + self.seconds

    def left(self) -> float:
        """Return the seconds that are left, or raise when there are none."""
        if (left := self._end - time.monotonic()) > 0:
            return left
        raise httpcore2.ReadTimeout(f"not answered within {self.seconds:g} seconds")


class Dialler(httpcore2.NetworkBackend):
    """Opens the connections of a pool."""

    def __init__(
        self, target: Target, deadline: Deadline, *, resolve: Resolve = resolve
    ) -> None:
        self._target = target
        self._deadline = deadline
        self._resolve = resolve
        self._backend = httpcore2.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, *_: Any, **__: Any
    ) -> httpcore2.NetworkStream:
        """Connect to the first address of `host` that listens."""
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in self._vetted(host, port):
            try:
                stream = self._backend.connect_tcp(
                    str(address), port, self._deadline.left()
                )
            except httpcore2.ConnectError as error:
                failure = error
            else:
                return DeadlineStream(stream, self._deadline)
        raise failure

    def _vetted(self, host: str, port: int) -> list[Address]:
        addresses = self._look_up(host, port)
        for address in addresses:
            if not self._target.admits(address):
                raise RefusedError(
                    f"{host} stands for {address}, where this server may not connect. "
                    "Correct the name's address, or use another Tenant URL."
                )
        return addresses

    def _look_up(self, host: str, port: int) -> list[Address]:
        """Resolve in a thread of its own: the system's look-up knows no deadline."""
        if address := self._target.dialled.address:
            return [address]
        answers: queue.SimpleQueue[list[Address] | OSError] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answers.put(self._resolve(host, port))
            except OSError as error:
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=self._deadline.left())
        except queue.Empty:
            raise httpcore2.ConnectTimeout(f"looking {host} up took too long") from None
        if isinstance(answer, OSError):
            raise httpcore2.ConnectError(f"{host} cannot be looked up: {answer}")
        return answer


class DeadlineStream(httpcore2.NetworkStream):
    """A connection whose every wait ends with the deadline of the request."""

    def __init__(self, stream: httpcore2.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        # Not the stream's own `write`: it starts the timeout anew with each part.
        connection = self._stream.get_extra_info("socket")
        rest = memoryview(buffer)
        try:
            while rest:
                connection.settimeout(self._deadline.left())
                rest = rest[connection.send(rest) :]
        except TimeoutError as error:
            raise httpcore2.WriteTimeout(str(error)) from error
        except OSError as error:
            raise httpcore2.WriteError(str(error)) from error

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: Any, server_hostname: str | None = None, timeout: Any = None
    ) -> httpcore2.NetworkStream:
        stream = self._stream.start_tls(
            ssl_context, server_hostname, self._deadline.left()
        )
        return DeadlineStream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
