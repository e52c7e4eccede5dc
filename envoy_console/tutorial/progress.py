"""How far companies have come in the tutorial: two queries, for one or for thirty."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.directory.integrations import AZURE_SCIM
from envoy_console.entra import audit
from envoy_console.models import (
    Company,
    EntraApp,
    EntraAssignment,
    EntraAuditLog,
    EntraCycle,
    EntraJob,
    Integration,
)
from envoy_console.models.base import table
from envoy_console.tutorial import evidence, marks
from envoy_console.tutorial.evidence import Fact, Seen
from envoy_console.tutorial.marks import Mark
from envoy_console.tutorial.steps import STEPS, Step

TEMPLATE = "envoy"  # in the gallery

companies = table(Company)
integrations = table(Integration)
apps = table(EntraApp)
jobs = table(EntraJob)
assignments = table(EntraAssignment)
cycles = table(EntraCycle)
audit_logs = table(EntraAuditLog)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a company has come. `app_id` is its newest application Envoy.

    Steps that were skipped, alone or by a scenario, count as done.
    """

    done: frozenset[str]
    skipped: frozenset[str] = frozenset()
    app_id: str | None = None
    marks: frozenset[Mark] = frozenset()

    @property
    def count(self) -> int:
        return len(self.done)

    @property
    def current(self) -> Step | None:
        """The first step that is not done; None when all are."""
        return next((step for step in STEPS if step.id not in self.done), None)

    def and_then(self, done: Collection[str]) -> Progress:
        """Return the same with more steps done."""
        return replace(self, done=self.done.union(done))


def progress_of(tx: Connection, company_ids: Collection[str]) -> dict[str, Progress]:
    """Return how far each company has come."""
    rows = defaultdict(list)
    for row in tx.execute(_states(company_ids)):
        rows[row.company_id].append(row)
    marked = marks.of(tx, company_ids)
    return {
        company_id: _progress(states, frozenset(marked[company_id]))
        for company_id, states in rows.items()
    }


def _progress(states: list[Any], marked: frozenset[Mark]) -> Progress:
    facts = set(_facts(states))
    done = evidence.proven(facts, marked)
    seen = evidence.proven(facts, [m for m in marked if m[1] is not Seen.SKIPPED])
    return Progress(done, done - seen, app_id=states[-1].app_id, marks=marked)


def _facts(states: Iterable[Any]) -> Iterator[Fact]:
    """Return what the rows of one company say; there is one for each application."""
    for state in states:
        values = state._mapping
        yield from (fact for fact in Fact if values[fact.name])


def _states(company_ids: Collection[str]) -> sa.Select[Any]:
    """Ask for a row per company and application, with a column for each fact."""
    installed = (
        (integrations.c.company_id == companies.c.id)
        & (integrations.c.kind == AZURE_SCIM)
        & integrations.c.uninstalled_at.is_(None)
    )
    envoy = (apps.c.company_id == companies.c.id) & (apps.c.template == TEMPLATE)
    source = (
        companies.outerjoin(integrations, installed)
        .outerjoin(apps, envoy)
        .outerjoin(jobs, jobs.c.app_id == apps.c.id)
    )
    columns = [condition.label(fact.name) for fact, condition in _conditions().items()]
    return (
        sa.select(
            companies.c.id.label("company_id"), apps.c.id.label("app_id"), *columns
        )
        .select_from(source)
        .where(companies.c.id.in_(company_ids))
        .order_by(companies.c.id, apps.c.created_at, apps.c.id)
    )


def _conditions() -> dict[Fact, sa.ColumnElement[bool]]:
    last_test = apps.c.last_test
    return {
        Fact.INSTALLED: integrations.c.id.is_not(None),
        Fact.SYNC_SAVED: integrations.c.sync_mode.is_not(None),
        Fact.ASKED: integrations.c.last_request_at.is_not(None),
        Fact.APP_EXISTS: apps.c.id.is_not(None),
        Fact.USER_ASSIGNED: _assigned(assignments.c.user_id),
        Fact.GROUP_ASSIGNED: _assigned(assignments.c.group_id),
        Fact.FILTERED: _has_filter(apps.c.user_mapping)
        | _has_filter(apps.c.group_mapping),
        Fact.TRIED: last_test["id"].as_string().is_not(None),
        Fact.CONNECTED: last_test["ok"].as_boolean(),
        Fact.NOTIFIES: apps.c.notifies & (apps.c.notification_email != ""),
        Fact.SAVED: apps.c.saved_at.is_not(None),
        Fact.IS_ON: apps.c.is_on,
        Fact.CYCLE_BEGAN: _cycle(sa.true()),
        Fact.CYCLE_ENDED: _cycle(cycles.c.state == "completed"),
        Fact.RECOVERED: _was_quarantined() & jobs.c.quarantine_reason.is_(None),
    }


def _assigned(column: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    return sa.exists().where(assignments.c.app_id == apps.c.id, column.is_not(None))


def _has_filter(mapping: sa.ColumnElement[Any]) -> sa.ColumnElement[bool]:
    first: sa.ColumnElement[str] = mapping["filters", 0].as_string()
    return first.is_not(None)


def _cycle(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(cycles.c.app_id == apps.c.id, condition)


def _was_quarantined() -> sa.ColumnElement[bool]:
    """The audit logs keep it, after the job has been cleared."""
    return sa.exists().where(
        audit_logs.c.company_id == apps.c.company_id,
        audit_logs.c.category == audit.QUARANTINE,
    )
