"""The company's wire log, as soon as it is written."""

from __future__ import annotations

import contextlib
import time
from typing import Any

import sqlalchemy as sa
from flask import Flask

from envoy_console.directory import exchange_log, wire_log
from envoy_console.models import ScimExchange
from envoy_console.models.base import table
from envoy_console.models.transactions import read
from tests.builders import Company

exchanges = table(ScimExchange)


class WireLog:
    """Reads the exchanges of one company."""

    def __init__(self, app: Flask, company: Company) -> None:
        self._app = app
        self._company = company

    def newest(self, method: str = "") -> Any:
        """Return the newest exchange, with headers and bodies."""
        with self._app.app_context():
            exchange_log.current().flush()
            with read() as tx:
                (row,) = wire_log.page(tx, self._company.id, method=method, limit=1)
                return wire_log.detail(tx, self._company.id, row.id)

    def every(self, method: str) -> list[Any]:
        """Return all exchanges of a method, the first one first."""
        mine = exchanges.c.company_id == self._company.id
        query = sa.select(exchanges).where(mine, exchanges.c.method == method)
        with self._app.app_context():
            exchange_log.current().flush()
            with read() as tx:
                return list(tx.execute(query.order_by(exchanges.c.number)).all())

    def next(self, method: str = "") -> Any:
        """Return the first exchange, once there is one.

        A streamed answer is logged only after its last byte was sent.
        """
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            with contextlib.suppress(ValueError):
                return self.newest(method)
            time.sleep(0.05)
        raise AssertionError("nothing was logged")
