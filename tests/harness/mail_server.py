"""A mail server that keeps what it is given: just enough SMTP for one sender at a time."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage
from typing import Any


class MailServer:
    """Serves on a loopback port while it is entered. `received` holds the mails."""

    def __init__(self) -> None:
        self.received: list[EmailMessage] = []
        self.commands: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), _Conversation)
        self._server.mail = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> MailServer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Server(socketserver.ThreadingTCPServer):
    mail: MailServer


class _Conversation(socketserver.StreamRequestHandler):
    server: Any

    def handle(self) -> None:
        self._say(b"220 ready")
        for line in self.rfile:
            command = line.split(maxsplit=1)[0].upper().decode()
            self.server.mail.commands.add(command)
            if command == "DATA":
                self._say(b"354 go ahead")
                self._take()
            self._say(b"221 bye" if command == "QUIT" else b"250 ok")
            if command == "QUIT":
                return

    def _take(self) -> None:
        lines = iter(self.rfile.readline, b".\r\n")
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        self.server.mail.received.append(message)

    def _say(self, line: bytes) -> None:
        self.wfile.write(line + b"\r\n")
