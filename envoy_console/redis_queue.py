"""The queue in Redis, which may go away and come back.

Whoever rings waits a second at most. A worker goes on asking; it says once that Redis
is away and once that it is back, and then looks for what nobody could ring for.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from huey import Huey
from huey.serializer import Serializer
from huey.storage import RedisStorage
from redis import ConnectionPool
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

# Seconds: to connect and to answer, one second in all. A worker asks for a task in
# less, so that an empty queue does not look like one that is gone.
CONNECT_WITHIN, ANSWER_WITHIN, ASK_FOR = 0.4, 0.6, 0.3
ASK_AGAIN_AFTER = 1.0


def make(
    name: str, url: str, *, serializer: Serializer, on_return: Callable[[], None]
) -> Huey:
    """Return the queue at `url`; `on_return` is called when it can be reached again."""
    pool = ConnectionPool.from_url(
        url,
        socket_connect_timeout=CONNECT_WITHIN,
        socket_timeout=ANSWER_WITHIN,
        retry=Retry(NoBackoff(), 0),
    )
    return Huey(
        name,
        results=False,
        serializer=serializer,
        storage_class=PatientStorage,
        connection_pool=pool,
        read_timeout=ASK_FOR,
        on_return=on_return,
    )


class PatientStorage(RedisStorage):  # type: ignore[misc]  # huey ships no types
    """Redis as a worker sees it: what cannot be read now is read later."""

    def __init__(self, *args: Any, on_return: Callable[[], None], **options: Any):
        super().__init__(*args, **options)
        self._on_return = on_return
        self._is_away = False

    def dequeue(self) -> Any:
        """Return the next task; None when there is none, or Redis is away."""
        try:
            task = super().dequeue()
        except RedisError as error:
            self._left(error)
            time.sleep(ASK_AGAIN_AFTER)
            return None
        if self._is_away:
            self._returned()
        return task

    def read_schedule(self, ts: Any) -> Any:
        """Return the tasks that are due by `ts`; none while Redis is away."""
        try:
            return super().read_schedule(ts)
        except RedisError as error:
            self._left(error)
            return []

    def _left(self, error: RedisError) -> None:
        if not self._is_away:
            log.warning("The queue in Redis cannot be reached: %s", error)
        self._is_away = True

    def _returned(self) -> None:
        self._is_away = False
        log.warning("The queue in Redis can be reached again.")
        self._on_return()
