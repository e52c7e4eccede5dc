"""Provisioning logs: what came of each object, kept and found again (spec §3.6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra.errors import UnknownError
from envoy_console.models import EntraProvisioningLog
from envoy_console.models.base import first_id, now, table
from envoy_console.models.prepared import Prepared

logs = table(EntraProvisioningLog)

SOURCE = "Microsoft Entra ID"
PAGE = 50
EXPORTED_AT_ONCE = 500
WRITTEN_SINCE = 500
OVERTAKEN = 100


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an entry, with its details as text."""

    name: str
    type: str
    status: str
    description: str
    details: dict[str, str]


@dataclass(frozen=True, slots=True)
class Modified:
    """A target attribute before and after."""

    display_name: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class LogEntry:
    """What came of one object."""

    kind: str
    source_id: str
    label: str
    display_name: str
    target_id: str | None
    action: str
    status: str
    error_code: str | None
    reason: str | None
    recommendation: str | None
    steps: list[Step]
    modified: list[Modified]
    request_ids: list[str]
    duration_ms: int
    cycle_id: str | None
    change_id: str


@dataclass(frozen=True, slots=True)
class Filters:
    """Which entries are wanted; what is empty does not matter."""

    identity: str = ""
    since: datetime | None = None
    status: str = ""
    action: str = ""
    cycle_id: str = ""
    change_id: str = ""
    error_code: str = ""


def keep(tx: Connection, app: Any, entry: LogEntry) -> str:
    """Add an entry to the app's logs; return its Change ID."""
    named = (entry.display_name, entry.label, entry.source_id, entry.target_id or "")
    row = {
        "id": entry.change_id,
        "company_id": app.company_id,
        "app_id": app.id,
        "cycle_id": entry.cycle_id,
        "at": now(),
        "duration_ms": entry.duration_ms,
        "kind": entry.kind,
        "source_id": entry.source_id,
        "label": entry.display_name or entry.label,
        "search_key": "\n".join(named).casefold(),
        "target_id": entry.target_id,
        "action": entry.action,
        "status": entry.status,
        "error_code": entry.error_code,
        "reason": entry.reason,
        "recommendation": entry.recommendation,
        "steps": entry.steps,
        "modified": [
            {"displayName": m.display_name, "oldValue": m.old, "newValue": m.new}
            for m in entry.modified
        ],
        "request_ids": entry.request_ids,
    }
    _INSERT.run(tx, row)
    return entry.change_id


def page(
    tx: Connection,
    app: Any,
    filters: Filters = Filters(),  # frozen
    *,
    before: int | None = None,
    after: int | None = None,
    size: int = PAGE,
) -> list[Any]:
    """Return entries of an app, latest first: older than the one numbered `before`, or
    newer than the one numbered `after`.
    """
    query = sa.select(logs).where(logs.c.app_id == app.id, *_conditions(filters))
    if before is not None:
        query = query.where(logs.c.number < before)
    if after is not None:
        query = query.where(logs.c.number > after)
    return list(tx.execute(query.order_by(logs.c.number.desc()).limit(size)).all())


def every(tx: Connection, app: Any, filters: Filters = Filters()) -> Iterator[Any]:
    """Yield all entries of an app, latest first, of which few are in memory at once."""
    before: int | None = None
    while rows := page(tx, app, filters, before=before, size=EXPORTED_AT_ONCE):
        yield from rows
        before = rows[-1].number


def one(tx: Connection, app: Any, change_id: str) -> Any:
    """Return an entry of an app by its Change ID; raises UnknownError."""
    query = sa.select(logs).where(logs.c.app_id == app.id, logs.c.id == change_id)
    found = tx.execute(query).first()
    if found is None:
        raise UnknownError("There is no such entry in the provisioning logs.")
    return found


def of_cycle(tx: Connection, app_id: str, cycle_id: str) -> list[Any]:
    """Return what a cycle did, in the order in which it did it."""
    query = sa.select(logs).where(logs.c.app_id == app_id, logs.c.cycle_id == cycle_id)
    return list(tx.execute(query.order_by(logs.c.number)).all())


def of_request(
    tx: Connection, company_id: str, request_id: str, *, since: datetime
) -> list[Any]:
    """Return the entries for which the request with this id was sent, at `since`.

    An entry is written soon after its last request, so it is among the company's next
    ones.
    """
    shown = (logs.c.id, logs.c.app_id, logs.c.label, logs.c.action, logs.c.status)
    following = (
        sa.select(*shown, logs.c.request_ids)
        .where(logs.c.company_id == company_id, logs.c.number >= _first_since(since))
        .order_by(logs.c.number)
        .limit(WRITTEN_SINCE)
        .subquery()
    )
    mentioned = sa.cast(following.c.request_ids, sa.Text).contains(f'"{request_id}"')
    query = sa.select(*(following.c[column.name] for column in shown))
    return list(tx.execute(query.where(mentioned)).all())


def _first_since(moment: datetime) -> sa.ScalarSelect[Any]:
    """Return the lowest number of an entry since `moment`, whosever it is.

    Ids begin with their time and are indexed, so this reads few rows; entries made at
    the same time may be written in another order.
    """
    since = sa.select(logs.c.number).where(logs.c.id >= first_id(moment))
    near = since.order_by(logs.c.id).limit(OVERTAKEN).subquery()
    return sa.select(sa.func.min(near.c.number)).scalar_subquery()


def as_graph(row: Any, app: Any, tenant: Any) -> dict[str, Any]:
    """Return an entry in the shape that Microsoft Graph gives it."""
    return {
        "id": row.id,
        "activityDateTime": _moment(row.at),
        "changeId": row.id,
        "cycleId": row.cycle_id or "",
        "jobId": job_id(app, tenant),
        "durationInMilliseconds": row.duration_ms,
        "provisioningAction": row.action,
        "initiatedBy": {
            "displayName": "Azure AD Provisioning Service",
            "initiatorType": "system",
            "id": "",
        },
        "provisioningStatusInfo": {
            "status": row.status,
            "errorInformation": _error(row),
        },
        "modifiedProperties": row.modified,
        "provisioningSteps": [
            {
                "name": step["name"],
                "provisioningStepType": step["type"],
                "status": step["status"],
                "description": step["description"],
                "details": step["details"],
            }
            for step in row.steps
        ],
        "servicePrincipal": {"id": app.id, "displayName": app.name},
        "sourceIdentity": {
            "id": row.source_id,
            "displayName": row.label,
            "identityType": row.kind,
            "details": {
                "DisplayName": row.label,
                "id": row.source_id,
                "odatatype": row.kind,
                "UserPrincipalName": source_attributes(row).get(
                    "userPrincipalName", ""
                ),
            },
        },
        "sourceSystem": {"id": tenant.id, "displayName": SOURCE, "details": {}},
        "targetIdentity": {
            "id": row.target_id or "",
            "displayName": "",
            "identityType": TARGET_TYPES[row.kind],
            "details": {},
        },
        "targetSystem": {
            "id": app.id,
            "displayName": app.name,
            "details": {
                "ApplicationId": app.id,
                "ServicePrincipalId": app.id,
                "ServicePrincipalDisplayName": app.name,
            },
        },
        "tenantId": tenant.id,
    }


TARGET_TYPES = {
    "User": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    "Group": "urn:ietf:params:scim:schemas:core:2.0:Group",
}


def source_attributes(row: Any) -> Mapping[str, str]:
    """Return what the source said of the object, as the entry's import step tells it."""
    for step in row.steps:
        if step["type"] == "import":
            details: Mapping[str, str] = step["details"]
            return details
    return {}


def job_id(app: Any, tenant: Any) -> str:
    """Return the Job ID as the admin center shows it (spec §3.4)."""
    family = "Envoy" if app.template == "envoy" else "scim"
    return f"{family}.{tenant.id.replace('-', '')}.{app.id}"


def _conditions(filters: Filters) -> list[sa.ColumnElement[bool]]:
    exact: Mapping[str, str] = {
        "status": filters.status,
        "action": filters.action,
        "cycle_id": filters.cycle_id,
        "id": filters.change_id,
        "error_code": filters.error_code,
    }
    found = [logs.c[name] == value for name, value in exact.items() if value]
    if filters.identity:
        found.append(
            logs.c.search_key.contains(filters.identity.casefold(), autoescape=True)
        )
    if filters.since:
        found.append(logs.c.at >= filters.since)
    return found


def _error(row: Any) -> dict[str, Any] | None:
    if row.status == "success":
        return None
    return {
        "errorCode": row.error_code or "",
        "reason": row.reason or "",
        "additionalDetails": None,
        "errorCategory": "NonServiceFailure",
        "recommendedAction": row.recommendation,
    }


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03d}Z"


_INSERT = Prepared(logs.insert())
