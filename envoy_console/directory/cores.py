"""Work on long lists, done by all of the processor's cores."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Any

# what `map` is: applies a function to each of many, and returns the results in order
Map = Callable[[Callable[[Any], Any], Iterable[Any]], Iterator[Any]]

# for each process, so that none waits for the one that gives them out
AHEAD = 2


@contextmanager
def lent() -> Iterator[Map]:
    """Lend a `map` for functions of a module, whose work is done in other processes.

    It is `map` itself where there is one core, and where there are other threads: a
    fork leaves them behind, with whatever they have locked.
    """
    count = os.cpu_count() or 1
    if count == 1 or threading.active_count() > 1:
        yield map
        return
    with ProcessPoolExecutor(count, mp_context=get_context("fork")) as pool:
        yield partial(_map, pool, count * AHEAD)


def _map(
    pool: ProcessPoolExecutor,
    at_once: int,
    work: Callable[[Any], Any],
    items: Iterable[Any],
) -> Iterator[Any]:
    under_way: deque[Future[Any]] = deque()
    for item in items:
        under_way.append(pool.submit(work, item))
        if len(under_way) == at_once:
            yield under_way.popleft().result()
    for future in under_way:
        yield future.result()
