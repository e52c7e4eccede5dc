"""Modules that are loaded when something of them is first wanted.

For libraries that take room in each web process, and that few requests need. Whoever
reads a name of one loads it, once; another thread waits for it meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any


class Late:
    """Stands for what `make` returns, and has it made when an attribute is wanted."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._made = cache(make)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._made(), name)


def module(name: str) -> Any:
    """Return a stand-in for a module."""
    return Late(lambda: import_module(name))
