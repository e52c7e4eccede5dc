"""What stands in the database when Prometheus asks: jobs of the worker, a few totals.

Each number is read from a small table or an index, whatever the size of the directory.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from envoy_console.entra import backlog
from envoy_console.models import Account, Company, Throttle
from envoy_console.models.base import now, table
from envoy_console.models.heartbeat import seconds_since_beat
from envoy_console.models.transactions import read

accounts = table(Account)
companies = table(Company)
throttles = table(Throttle)


class Standing(Collector):
    """Asks the database, within the context of an app."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            with read() as tx:
                found = list(_standing(tx))
        except SQLAlchemyError:
            found = []
        yield _gauge("envoy_database_up", "1 when it answers.", 1 if found else 0)
        yield from found


def _standing(tx: Connection) -> Iterator[GaugeMetricFamily]:
    queue = backlog.of(tx)
    jobs = GaugeMetricFamily(
        "envoy_worker_jobs", "What the worker has before it.", labels=["state"]
    )
    for state in ("waiting", "running", "quarantined"):
        jobs.add_metric([state], getattr(queue, state))
    yield jobs
    yield _gauge(
        "envoy_worker_oldest_waiting_seconds",
        "How long the job that waits longest has been due.",
        queue.oldest_waiting,
    )
    beat = seconds_since_beat(tx)
    if beat is not None:
        yield _gauge(
            "envoy_worker_last_seen_seconds",
            "How long ago a worker last looked around; it does every minute.",
            beat,
        )
    yield _gauge("envoy_companies", "Companies.", _count(tx, companies))
    yield _gauge("envoy_accounts", "Console accounts.", _count(tx, accounts))
    blocked = throttles.c.blocked_until > now()
    yield _gauge(
        "envoy_throttled_keys",
        "Accounts and addresses that have to wait just now.",
        _count(tx, throttles, blocked),
    )


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)


def _count(tx: Connection, rows: sa.Table, *conditions: sa.ColumnElement[bool]) -> int:
    query = sa.select(sa.func.count()).select_from(rows).where(*conditions)
    return int(tx.execute(query).scalar_one())
