"""Compare what was acknowledged with what the database holds."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from envoy_console.models import (
    DirectoryEvent,
    Employee,
    Group,
    Membership,
    engine_options,
)
from envoy_console.models.base import table
from tests.faults.history import History, Resource, State
from tests.messages import ENTERPRISE

employees, groups = table(Employee), table(Group)
memberships, events = table(Membership), table(DirectoryEvent)

Stored = dict[tuple[str, str], State]


@dataclass
class Verdict:
    """How many writes fared how; what must not be has an example in `complaints`."""

    acknowledged: int = 0
    lost: int = 0
    half: int = 0
    unanswered: int = 0  # writes whose outcome nobody was told
    stored: int = 0  # those of them that are there all the same
    denied: int = 0  # those of which 503 said that they are not
    complaints: list[str] = field(default_factory=list)

    def __iadd__(self, other: Verdict) -> Verdict:
        self.acknowledged += other.acknowledged
        self.lost += other.lost
        self.half += other.half
        self.unanswered += other.unanswered
        self.stored += other.stored
        self.denied += other.denied
        self.complaints += other.complaints
        return self

    def complain(self, what: str) -> None:
        """Note what must not be."""
        self.complaints.append(what)


def judge(url: str, history: History) -> Verdict:
    """Look into the database at `url`, where nobody writes any more."""
    verdict = Verdict(
        acknowledged=history.acknowledgements,
        unanswered=history.converged,
        stored=history.converged,
        denied=history.denied,
        complaints=list(dict.fromkeys(history.complaints)),
    )
    engine = _connectable(url)
    with engine.connect() as tx:
        _examine(tx, verdict)
        stored = _users(tx, verdict) | _groups(tx)
    engine.dispose()
    for resource in history.resources:
        _compare(resource, stored.get((resource.kind, resource.name)), verdict)
    return verdict


def _connectable(url: str) -> sa.Engine:
    options = engine_options(url)
    kept = {name: options[name] for name in ("module",) if name in options}
    return sa.create_engine(url, poolclass=NullPool, **kept)


def _compare(resource: Resource, held: State, verdict: Verdict) -> None:
    verdict.unanswered += len(resource.unanswered)
    if held == resource.state:
        return
    if held in resource.unanswered:
        verdict.stored += 1
        verdict.denied += not resource.doubtful
        return
    told = f"{resource.name}: acknowledged {resource.state}, found {held}"
    if held in resource.acknowledged:
        verdict.lost += 1
        verdict.complain(f"lost: {told}")
    else:
        verdict.half += 1
        verdict.complain(f"half: {told}")


def _examine(tx: sa.Connection, verdict: Verdict) -> None:
    """Ask the database about itself, and rows about what belongs to them."""
    if tx.dialect.name == "sqlite":
        said = tx.exec_driver_sql("PRAGMA integrity_check").scalar()
        if said != "ok":
            verdict.complain(f"integrity_check: {said}")
    for resources in (employees, groups):
        ids = set(tx.execute(sa.select(resources.c.id)).scalars())
        made = Counter(tx.execute(_CREATED[resources.name]).scalars())
        gone = set(tx.execute(_DELETED).scalars())
        for strange in ids ^ (set(made) - gone):
            verdict.half += 1
            verdict.complain(f"{resources.name}: {strange} and its history disagree")


def _happened(action: str, *more: Any) -> sa.Select[Any]:
    return sa.select(events.c.subject_id).where(events.c.action == action, *more)


_DELETED = _happened("deleted")
_CREATED = {
    "employees": _happened("created", events.c.subject_type == "employee"),
    "groups": _happened("created", events.c.subject_type == "group"),
}


def _users(tx: sa.Connection, verdict: Verdict) -> Stored:
    found: Stored = {}
    for row in tx.execute(sa.select(employees)):
        document = json.loads(row.document)
        department = document.get(ENTERPRISE, {}).get("department")
        if (row.title, row.department) != (document.get("title"), department):
            verdict.half += 1
            verdict.complain(f"{row.user_name}: columns and document disagree")
        found["User", row.user_name] = (row.title, row.department)
    return found


def _groups(tx: sa.Connection) -> Stored:
    members: dict[str, set[str]] = {}
    for row in tx.execute(sa.select(memberships)):
        members.setdefault(row.group_id, set()).add(row.member_id)
    return {
        ("Group", row.display_name): frozenset(members.get(row.id, ()))
        for row in tx.execute(sa.select(groups))
    }
