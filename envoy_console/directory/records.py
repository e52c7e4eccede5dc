"""What the verbs of `employees` and `groups` have in common."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from typing import Any, Generic, TypeVar, cast

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import search, searchable, totals, windows
from envoy_console.directory.actors import Actor
from envoy_console.directory.fields import Document
from envoy_console.directory.windows import Rows
from envoy_console.models.prepared import Prepared
from envoy_console.scim.errors import (
    NotFoundError,
    PreconditionFailedError,
    UniquenessError,
)
from envoy_console.scim.messages import Page, Position, Sort, Window
from envoy_console.scim.nodes import Node

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Versions = frozenset[int] | None

R = TypeVar("R", bound="Record", covariant=True)


@dataclass(frozen=True)
class Record:
    """A resource as it is read: the text of its document, and what surrounds it."""

    id: str
    text: str
    version: int
    created_at: datetime
    updated_at: datetime

    @cached_property
    def document(self) -> Document:
        """The document itself; to be looked at, not to be changed."""
        return cast(Document, orjson.loads(self.text))

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


@dataclass(frozen=True, slots=True)
class Found(Generic[R]):
    """One window of a list: how many there are in all, and where the window ends."""

    total: int
    records: Sequence[R]
    end: Position | None = None


def is_id(text: str) -> bool:
    """Tell whether `text` can be an id of ours; anything else is not looked up."""
    return UUID.fullmatch(text) is not None


def missing(kind: str, resource_id: str) -> NotFoundError:
    """Return the error for an id that this company does not have."""
    return NotFoundError(f"There is no {kind} with the id “{resource_id[:64]}”.")


def one(
    tx: Connection, query: Prepared, kind: str, company_id: str, resource_id: str
) -> Any:
    """Return the row with that id in the company, or raise NotFoundError."""
    if not is_id(resource_id):
        raise missing(kind, resource_id)
    found = query.first(tx, {"company_id": company_id, "id": resource_id})
    if found is None:
        raise missing(kind, resource_id)
    return found


def expect(version: int, versions: Versions) -> None:
    """Raise PreconditionFailedError unless `version` is one the client may change."""
    if versions is not None and version not in versions:
        raise PreconditionFailedError(
            f'The resource has changed since: its version is now W/"{version}". '
            "Read it again, then repeat the request."
        )


def taken(error: IntegrityError, constraint: str, message: str) -> Exception:
    """Return UniquenessError if `constraint` was broken, else the error itself.

    PostgreSQL names the constraint, SQLite its columns; our names are made of both.
    """
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        broken = diagnosis.constraint_name == constraint
    else:
        columns = re.findall(r"\w+\.(\w+)", str(error.orig))
        broken = constraint.endswith("_".join(columns)) and bool(columns)
    return UniquenessError(message) if broken else error


def adopted(actor: Actor, synced_by: str | None) -> dict[str, str]:
    """Return the columns that say which integration looks after a resource, where that
    is another one than before.
    """
    if actor.integration_id is None or actor.integration_id == synced_by:
        return {}
    return {"integration_id": actor.integration_id, "source": "scim"}


def adopt(
    tx: Connection, resources: sa.Table, actor: Actor, id: str, synced_by: str | None
) -> None:
    """Mark a resource as synced again that a newly installed integration touches."""
    if values := adopted(actor, synced_by):
        mine = resources.c.id == id
        tx.execute(resources.update().where(mine).values(values))


def stored(document: Document) -> str:
    """Return the text of a document as the database keeps it."""
    return orjson.dumps(document).decode()


@cache
def _look_up(statement: sa.Select[Any], column: sa.Column[Any]) -> Prepared:
    """Return the statement that finds a row by a unique column, built only once."""
    company_id = column.table.c.company_id
    return Prepared(
        statement.where(
            column == sa.bindparam("key"), company_id == sa.bindparam("company_id")
        )
    )


def select(
    tx: Connection,
    statement: sa.Select[Any],
    kind: searchable.Searchable,
    company_id: str,
    node: Node | None,
    window: Window,
    sort: Sort | None,
) -> Rows:
    """Return the rows of one window of the resources that match a filter."""
    if found := search.unique(node, kind):
        return _select_unique(tx, statement, company_id, found, window)
    is_whole = node is None and sort is None
    if is_whole and isinstance(window, Page) and window.offset == 0:
        return _select_first(tx, statement, kind.table, company_id, window)
    conditions = of_company(kind, company_id, node, tx.dialect.name)
    order = search.order(sort, kind, tx.dialect.name)

    def count() -> int:
        if node is None:
            return totals.of(tx, kind.table, company_id)
        counting = sa.select(sa.func.count()).select_from(kind.table)
        return int(tx.execute(counting.where(*conditions)).scalar_one())

    return windows.select(tx, statement.where(*conditions), order, window, count)


def _select_unique(
    tx: Connection,
    statement: sa.Select[Any],
    company_id: str,
    found: tuple[sa.Column[Any], str],
    window: Window,
) -> Rows:
    column, key = found
    values = {"company_id": company_id, "key": key}
    rows = _look_up(statement, column).all(tx, values)
    first = window.offset if isinstance(window, Page) else 0
    return Rows(len(rows), rows[first:][: window.count])


@cache
def _first(statement: sa.Select[Any], resources: sa.Table) -> Prepared:
    """Return the statement that reads where the whole list begins, built only once."""
    mine = resources.c.company_id == sa.bindparam("company_id")
    ordered = statement.where(mine).order_by(resources.c.id)
    return Prepared(ordered.limit(sa.bindparam("count", type_=sa.Integer)))


def _select_first(
    tx: Connection,
    statement: sa.Select[Any],
    resources: sa.Table,
    company_id: str,
    page: Page,
) -> Rows:
    values = {"company_id": company_id, "count": page.count}
    rows = _first(statement, resources).all(tx, values) if page.count else []
    return windows.of_page(rows, page, lambda: totals.of(tx, resources, company_id))


def of_company(
    kind: searchable.Searchable, company_id: str, node: Node | None, database: str
) -> list[sa.ColumnElement[bool]]:
    """Return the conditions of a list: the company's own, and what a filter says."""
    mine = kind.table.c.company_id == company_id
    if node is None:
        return [mine]
    return [mine, search.where(node, kind, company_id, database)]
