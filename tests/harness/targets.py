"""Targets for the simulator that answer whatever a test says, to the byte."""

from __future__ import annotations

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LIST_RESPONSE = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
NOBODY = {"schemas": [LIST_RESPONSE], "totalResults": 0, "Resources": []}

Behaviour = Callable[[socket.socket, threading.Event], None]


def answer(status: int, body: Any = b"", **headers: str) -> bytes:
    """An HTTP answer; a document becomes JSON."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(content)}"]
    head += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*head, "", ""]).encode() + content


def found(*resources: dict[str, Any]) -> bytes:
    """The answer to a query that finds `resources`."""
    body = {**NOBODY, "totalResults": len(resources), "Resources": resources}
    return answer(200, body)


def hang(_: socket.socket, over: threading.Event) -> None:
    """Answer nothing."""
    over.wait()


def drip(connection: socket.socket, over: threading.Event) -> None:
    """Begin an answer, and send a byte of it now and then, for ever."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while not over.wait(0.02):
        connection.sendall(b" ")


class RawTarget:
    """Gives each request the next of its answers, the last one again and again."""

    def __init__(self, answers: tuple[bytes | Behaviour, ...]) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.port = 0
        self._answers = answers
        self._over = threading.Event()
        self._plain: socket.socket | None = None

    @property
    def authority(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.authority}/scim/v2"

    def answer_with(self, *answers: bytes | Behaviour) -> None:
        """Begin anew with these answers; call it while nothing is being asked."""
        self._answers, self.requests = answers, []

    def accept(self, listener: socket.socket, context: ssl.SSLContext | None) -> None:
        """Serve connections, one after the other, until told to stop."""
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                connection, _ = listener.accept()
                with contextlib.closing(connection):
                    connection.settimeout(5)
                    self._serve(connection, context)

    def stop(self) -> None:
        self._over.set()
        with contextlib.suppress(OSError):
            if self._plain:
                self._plain.shutdown(socket.SHUT_RDWR)

    def _serve(self, plain: socket.socket, context: ssl.SSLContext | None) -> None:
        self.connections += 1
        with contextlib.ExitStack() as stack:
            # Wrapping in TLS takes `plain` away, so `stop` has one of its own.
            self._plain = stack.enter_context(plain.dup())
            connection = stack.enter_context(
                context.wrap_socket(plain, server_side=True) if context else plain
            )
            while request := _request(connection):
                self.requests.append(request)
                number = min(len(self.requests), len(self._answers)) - 1
                reaction = self._answers[number]
                if callable(reaction):
                    return reaction(connection, self._over)
                connection.sendall(reaction)
                if b"Connection: close" in reaction:
                    return None
        return None


def _request(connection: socket.socket) -> bytes:
    """Read one request, whole; nothing when the client has left."""
    received = b""
    while b"\r\n\r\n" not in received:
        if not (part := connection.recv(65536)):
            return b""
        received += part
    head, _, body = received.partition(b"\r\n\r\n")
    lengths = [
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    ]
    while len(body) < sum(lengths):
        if not (part := connection.recv(65536)):
            return b""
        body += part
    return head + b"\r\n\r\n" + body


@contextlib.contextmanager
def raw_target(
    *answers: bytes | Behaviour, context: ssl.SSLContext | None = None
) -> Iterator[RawTarget]:
    """Serve `answers` on a port of this machine."""
    target = RawTarget(answers)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target.port = listener.getsockname()[1]
        listener.settimeout(0.05)
        thread = threading.Thread(target=target.accept, args=(listener, context))
        thread.start()
        try:
            yield target
        finally:
            target.stop()
            thread.join()


@contextlib.contextmanager
def slow_reader() -> Iterator[str]:
    """Serve a target that takes a request in a little at a time, for ever."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)

        def sip() -> None:
            while not over.is_set():
                with contextlib.suppress(OSError):
                    connection, _ = listener.accept()
                    with connection:
                        while not over.wait(0.01):
                            connection.recv(262144)

        thread = threading.Thread(target=sip)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            over.set()
            thread.join()


def certificate(folder: Path) -> Path:
    """Make a certificate for `localhost`, with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    names = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number()
        )
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    secret = key.private_bytes(
        pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = folder / "localhost.pem"
    file.write_bytes(secret + made.public_bytes(pem))
    return file
