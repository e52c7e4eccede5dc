"""Tests stay on this machine: a connection to anywhere else fails them."""

from __future__ import annotations

import ipaddress
import socket
import sys
from typing import Any

attempts: list[str] = []


def stay_offline() -> None:
    """Refuse connections to other machines from now on, and note the attempts."""
    sys.addaudithook(_refuse)


def _refuse(event: str, details: tuple[Any, ...]) -> None:
    if event != "socket.connect":
        return
    connection, address = details
    if connection.family == socket.AF_UNIX or _is_loopback(address[0]):
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
