"""Tests stay on this machine: a connection to anywhere else fails them.

Importing this is enough, and cannot be undone: Python keeps an audit hook for good.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections import deque
from typing import Any

attempts: list[str] = []
connections: deque[str] = deque(maxlen=1000)  # the latest, those to this machine too


def _refuse(event: str, details: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    connection, address = details
    if connection.family == socket.AF_UNIX:
        return
    connections.append(address[0])
    if _is_loopback(address[0]):
        return
    attempts.append(str(address))
    raise PermissionError(f"tests stay offline, but this connects to {address}")


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse)
