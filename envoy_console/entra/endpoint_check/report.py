"""A check as a page shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from typing import Any

from sqlalchemy.engine import Connection

from envoy_console.entra.endpoint_check import records
from envoy_console.entra.endpoint_check.ledger import Creation
from envoy_console.entra.endpoint_check.requirements import FAILED, PASSED, SKIPPED
from envoy_console.models.base import now

# a worker that runs has begun by then
PATIENCE = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Report:
    """The latest check and what it has found so far."""

    check: Any
    findings: list[Any]

    @property
    def is_done(self) -> bool:
        return self.check.done_at is not None

    @property
    def is_stalled(self) -> bool:
        """Whether no worker seems to be there."""
        return not self.check.attempts and now() - self.check.at > PATIENCE

    @property
    def percent(self) -> int:
        return int(min(100 * self.check.done // max(self.check.planned, 1), 100))

    @property
    def counts(self) -> dict[str, int]:
        return {
            status: sum(each.status == status for each in self.findings)
            for status in (PASSED, FAILED, SKIPPED)
        }

    @property
    def failed(self) -> list[Any]:
        return [each for each in self.findings if each.status == FAILED]

    @property
    def chapters(self) -> list[tuple[str, list[Any]]]:
        grouped = groupby(self.findings, lambda each: str(each.chapter))
        return [(chapter, list(rows)) for chapter, rows in grouped]

    @property
    def leftovers(self) -> list[str]:
        """What could not be removed."""
        return [Creation(**entry).shown for entry in self.check.made]


def read(tx: Connection, company_id: str, subject_id: str) -> Report | None:
    """Return the latest check of an app, or of the company's own endpoint."""
    check = records.latest(tx, company_id, subject_id)
    return check and Report(check, records.found(tx, check))
