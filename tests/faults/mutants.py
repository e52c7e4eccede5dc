"""The product with one promise broken on purpose.

A check that does not notice one of these proves nothing. `FAULTS_MUTANT` names the
function that breaks the product; gunicorn serves the rest of it unchanged.
"""

import contextlib
import json
import os
import threading
import time
from collections import deque

import sqlalchemy as sa
from flask import Flask

from envoy_console import errors
from envoy_console.directory import bearers
from envoy_console.entra import cycle
from envoy_console.models import engine, transactions
from envoy_console.scim import strict_json

A_MOMENT = 0.03


def hasty() -> None:
    """Acknowledge a write before it is committed."""

    def write_with(writer, work, seconds):
        turns = writer.get_execution_options().get("turns")
        kept = contextlib.ExitStack()
        if turns:
            kept.enter_context(turns.taken(seconds))
        connection = kept.enter_context(writer.begin())
        transactions.say_begin(connection)
        result = work(connection)
        threading.Timer(A_MOMENT, kept.close).start()
        return result

    transactions.write_with = write_with


def piecemeal() -> None:
    """Commit a change before its history is written."""

    def commit_early(connection, _cursor, statement, *_):
        if statement.startswith("INSERT INTO directory_events"):
            raw = connection.connection.driver_connection
            raw.commit()
            time.sleep(A_MOMENT)
            if connection.dialect.name == "sqlite":
                raw.execute("BEGIN IMMEDIATE")

    sa.event.listen(sa.Engine, "before_cursor_execute", commit_early)


def unforgiving() -> None:
    """Take a database that is away for a fault of our own."""
    errors.UNAVAILABLE = ()


def careless() -> None:
    """Acknowledge a write before it has reached the disk."""
    pragmas = [p for p in engine.SQLITE_PRAGMAS if not p.startswith("synchronous")]
    engine.SQLITE_PRAGMAS = (*pragmas, "synchronous=OFF")


def hoarding() -> None:
    """Keep something of every answer."""
    kept = []
    make_response = Flask.make_response

    def hoard(self, answer):
        kept.append(bytes(1024) + os.urandom(1))
        return make_response(self, answer)

    Flask.make_response = hoard


def trusting() -> None:
    """Read any JSON that Python can read."""
    strict_json.load_object = json.loads


def one_at_a_time() -> None:
    """Stay with a job to its end, and let the others wait."""
    turn, advance = threading.Lock(), cycle.advance
    cycle.SLICE = 3600.0

    def advance_alone(app_id):
        with turn:
            return advance(app_id)

    cycle.advance = advance_alone


def mixed_up() -> None:
    """Take a request for one of the company that asked before."""
    judge, asked = bearers.judge, deque(maxlen=2)

    def judge_late(found):
        asked.append(judge(found))
        return asked[0]

    bearers.judge = judge_late


globals()[os.environ["FAULTS_MUTANT"]]()

from tests.faults.served import app  # noqa: E402  # once it is broken

__all__ = ["app"]
