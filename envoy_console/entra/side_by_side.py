"""Objects of a cycle that are handled at the same time, each over its own connection.

Entra too has several requests of one job under way (spec §1.1, Rate; §1.7).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextlib import AbstractContextManager, ExitStack
from dataclasses import replace
from queue import SimpleQueue
from typing import Self, TypeVar

from envoy_console import here
from envoy_console.entra.engine import Engine
from envoy_console.models.transactions import give_back

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
    """A few threads at a time, each of which borrows an engine for an object."""

    def __init__(self, connect: Callable[[], AbstractContextManager[Engine]]) -> None:
        self._connect = connect
        self._open = ExitStack()
        self._engines: SimpleQueue[Engine] = SimpleQueue()
        self._claims = Claims()
        self._app = here.app()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def handle(
        self, work: Callable[[Engine, Item], Result], items: Sequence[Item]
    ) -> list[Result]:
        """Return what came of each of at most AT_ONCE items, in their order.

        Raises what any of them raised, when all have come to an end, and RefusedError
        when the target may not be asked.
        """
        self._claims.clear()
        while self._engines.qsize() < len(items):  # all are back between two handfuls
            engine = self._open.enter_context(self._connect())
            self._engines.put(replace(engine, claim=self._claims.take))
        if len(items) == 1:
            return [self._borrowing(work, items[0])]
        give_back()  # nobody holds one connection while others wait for theirs
        under_way = [self._begun(work, item) for item in items]
        wait(under_way)
        return [each.result() for each in under_way]

    def _begun(
        self, work: Callable[[Engine, Item], Result], item: Item
    ) -> Future[Result]:
        """Begin in a thread that a worker who is told to stop need not wait for."""
        future: Future[Result] = Future()

        def run() -> None:
            try:
                with self._app.app_context():
                    future.set_result(self._borrowing(work, item))
            except BaseException as error:  # it is raised where it is waited for
                future.set_exception(error)

        threading.Thread(target=run, name="cycle", daemon=True).start()
        return future

    def _borrowing(self, work: Callable[[Engine, Item], Result], item: Item) -> Result:
        engine = self._engines.get()
        try:
            return work(engine, item)
        finally:
            self._engines.put(engine)
