"""Clients that are slow on purpose, and clients that send too much.

nginx is set up as README.md says. Straight to gunicorn the same clients take all
threads, which is why README.md says that it must not face the internet: that is the
planted fault here.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import shutil
import socket
import subprocess
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from bench import servers
from tests.faults.report import Finding
from tests.faults.service import site
from tests.faults.stores import NotHereError
from tests.faults.wire import CutError, Wire

PLANTED = {"bare": "gunicorn without nginx"}
NAME = "console.example.org"  # the server's name in README.md
README = servers.ROOT / "README.md"
CONNECTIONS = 90
SECONDS = 30.0
PROBE_WITHIN = 5.0
DRIP_EVERY = 1.0

HEAD = f"POST /scim/v2/Users HTTP/1.1\r\nHost: {NAME}\r\n"
SLOW_HEADERS = HEAD.encode()
SLOW_BODY = f"{HEAD}Content-Length: 100000\r\n\r\n".encode()
IDLE = b""
TOO_LARGE = f"{HEAD}Content-Length: 2000000\r\n\r\n".encode() + b" " * 2_000_000


def run(database: str, _times: int, mutant: str = "") -> list[Finding]:
    """Let slow clients hold 90 connections while others ask."""
    return [slow(database, SECONDS, mutant)]


def slow(database: str, seconds: float, mutant: str = "") -> Finding:
    """Hold the connections for so long; probe all the while."""
    with site(database, EXTERNAL_URL=f"http://{NAME}") as where:
        port = where.service.port
        with _proxy(port) if not mutant else contextlib.nullcontext(port) as entry:
            wire = replace(where.wire, port=entry, patience=PROBE_WITHIN)
            with _slow_clients(entry, CONNECTIONS):
                probes = _probe(wire, seconds)
            refused = _send_too_much(entry)
    wrong = []
    starved = probes.total() - probes[200]
    if starved:
        wrong.append(f"{starved} of {probes.total()} probes starved")
    if refused != b"413":
        wrong.append(f"a body of 2 MB was answered {refused!r}")
    told = (
        f"{CONNECTIONS} slow connections for {seconds:g} s: {probes[200]} of "
        f"{probes.total()} probes answered; 2 MB of body: {refused.decode() or 'cut'}"
    )
    return Finding("slow clients", database, told, wrong, PLANTED.get(mutant, ""))


def _probe(wire: Wire, seconds: float) -> Counter[int]:
    """Ask all the while; 0 stands for no answer in good time."""
    answers: Counter[int] = Counter()
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        time.sleep(0.2)
        try:
            answers[wire.ask("GET", "/Users?count=1").status] += 1
        except (CutError, ConnectionRefusedError):
            answers[0] += 1
    return answers


def _send_too_much(port: int) -> bytes:
    """Send a body that is too large; return the status, or nothing if it was cut."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(TOO_LARGE)
        with contextlib.suppress(OSError):
            return connection.recv(100)[9:12]
    return b""


@contextlib.contextmanager
def _slow_clients(port: int, count: int) -> Iterator[None]:
    """Hold `count` connections: slow headers, slow bodies, and some that say nothing."""
    ending = threading.Event()
    thread = threading.Thread(target=_drip, args=(port, count, ending))
    thread.start()
    try:
        time.sleep(DRIP_EVERY)
        yield
    finally:
        ending.set()
        thread.join()


def _drip(port: int, count: int, ending: threading.Event) -> None:
    """Send a byte a second on each connection; open those anew that were closed."""
    beginnings = (SLOW_HEADERS, SLOW_BODY, IDLE)
    held: dict[int, socket.socket] = {}
    while not ending.is_set():
        for number in range(count):
            beginning = beginnings[number % len(beginnings)]
            try:
                if number in held:
                    _is_open(held[number])
                    held[number].sendall(b"x" if beginning else b"")
                else:
                    held[number] = socket.create_connection(("127.0.0.1", port), 1)
                    held[number].sendall(beginning)
            except OSError:
                if number in held:
                    held.pop(number).close()
        ending.wait(DRIP_EVERY)
    for connection in held.values():
        connection.close()


def _is_open(connection: socket.socket) -> None:
    """Raise ConnectionError when the other side has closed."""
    with selectors.DefaultSelector() as selector:
        selector.register(connection, selectors.EVENT_READ)
        if selector.select(0) and not connection.recv(1000):
            raise ConnectionError("closed")


@contextlib.contextmanager
def _proxy(port: int) -> Iterator[int]:
    """Run nginx in front of `port`, as README.md sets it up but without TLS."""
    binary = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    if binary is None:
        raise NotHereError("there is no nginx (Debian: apt-get install nginx-light)")
    entry = servers.free_port()
    with tempfile.TemporaryDirectory(prefix="envoy-nginx-") as name:
        folder = Path(name)
        config = folder / "nginx.conf"
        config.write_text(_config(entry, port))
        command = [binary, "-p", name, "-c", str(config), "-e", f"{name}/error.log"]
        process = subprocess.Popen(command)
        try:
            _wait_for(entry)
            yield entry
        finally:
            process.terminate()
            process.wait()


def _config(entry: int, port: int) -> str:
    """Return the server of README.md inside what nginx wants around it."""
    block = README.read_text().partition("```nginx\n")[2].partition("```")[0]
    block = re.sub(r" +ssl_certificate.*\n", "", block)
    block = block.replace("listen 443 ssl;", f"listen 127.0.0.1:{entry};")
    block = block.replace("127.0.0.1:8000", f"127.0.0.1:{port}")
    paths = "\n".join(
        f"{kind}_temp_path {kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        "daemon off;\npid nginx.pid;\nuser root;\nevents {}\n"
        f"http {{\naccess_log off;\n{paths}\n{block}}}\n"
    )


def _wait_for(port: int) -> None:
    ends = time.monotonic() + 10
    while time.monotonic() < ends:
        with contextlib.suppress(OSError):
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        time.sleep(0.05)
    raise TimeoutError("nginx does not start")
