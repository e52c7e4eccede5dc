"""Whoever gets at the queue rings at most: what is read of it is unpickled."""

import pickle

import pytest

from envoy_console import queue
from tests.harness import redis


class Planted:
    """Runs when it is unpickled."""

    def __init__(self, file):
        self.file = file

    def __reduce__(self):
        return open, (self.file, "w")


@pytest.fixture(params=["SQLite", "Redis"])
def ringing(request, databases, tmp_path):
    """An app with a queue of its own."""
    if request.param == "SQLite":
        with databases.lent_app(tmp_path) as app:
            yield app
        return
    binary = redis.find_binary()
    if binary is None:
        pytest.skip("there is no redis-server")
    with (
        redis.running(binary, tmp_path) as server,
        databases.lent_app(tmp_path, redis_url=server.url) as app,
    ):
        yield app


def test_what_a_stranger_puts_into_the_queue_is_not_run(ringing, tmp_path):
    huey, mark = ringing.extensions["envoy_console.queue"]().huey, tmp_path / "ran"

    huey.storage.enqueue(pickle.dumps(Planted(str(mark))))

    with pytest.raises(ValueError, match=r"not found|mismatch"):
        huey.dequeue()
    assert not mark.exists()


def test_what_we_put_into_it_is_heard(ringing):
    with ringing.app_context():
        queue.ring(queue.TEST_CONNECTION, "some-app")

    heard = ringing.extensions["envoy_console.queue"]().huey.dequeue()
    assert (heard.name, heard.args) == (queue.TEST_CONNECTION, ("some-app",))
