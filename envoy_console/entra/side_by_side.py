"""Objects of a cycle that are handled at the same time, each over its own connection.

Entra too has several requests of one job under way (spec §1.1, Rate; §1.7).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from queue import SimpleQueue
from typing import Self, TypeVar

from flask import Flask, current_app

from envoy_console.entra.engine import Engine

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE = 4


class Claims:
    """What those have taken who are handled at the same time: the values that they are
    matched by, and whom they were matched with. What is one's is not another's.
    """

    def __init__(self) -> None:
        self._owners: dict[tuple[str, str], str] = {}

    def clear(self) -> None:
        self._owners.clear()

    def take(self, source_id: str, attribute: str, value: str) -> bool:
        """Take a value; False when another object has it."""
        owner = self._owners.setdefault((attribute, value.casefold()), source_id)
        return owner == source_id


class Crew:
    """A few threads, each of which borrows an engine for an object."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Engine]]) -> None:
        self._connect = connect
        self._open = ExitStack()
        self._engines: SimpleQueue[Engine] = SimpleQueue()
        self._connected = 0
        self._claims = Claims()
        self._threads = ThreadPoolExecutor(AT_ONCE, "cycle")
        self._app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown()
        self._open.close()

    def handle(
        self, work: Callable[[Engine, Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what came of each item, in their order.

        Raises what any of them raised, when all have come to an end, and RefusedError
        when the target may not be asked.
        """
        self._claims.clear()
        while self._connected < min(len(items), AT_ONCE):
            engine = self._open.enter_context(self._connect())
            self._engines.put(replace(engine, claim=self._claims.take))
            self._connected += 1
        if len(items) == 1:
            return [self._one(work, items[0])]
        under_way = [
            self._threads.submit(self._in_thread, work, item) for item in items
        ]
        wait(under_way)
        return [each.result() for each in under_way]

    def _in_thread(self, work: Callable[[Engine, Item], Result], item: Item) -> Result:
        with self._app.app_context():
            return self._one(work, item)

    def _one(self, work: Callable[[Engine, Item], Result], item: Item) -> Result:
        engine = self._engines.get()
        try:
            return work(engine, item)
        finally:
            self._engines.put(engine)
