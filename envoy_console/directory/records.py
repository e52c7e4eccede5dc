"""What the verbs of `employees` and `groups` have in common."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

from envoy_console.directory import search
from envoy_console.directory.fields import Document
from envoy_console.scim.errors import (
    NotFoundError,
    PreconditionFailedError,
    UniquenessError,
)
from envoy_console.scim.messages import Page, Sort
from envoy_console.scim.nodes import Node

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")

Versions = frozenset[int] | None


@dataclass(frozen=True, slots=True)
class Record:
    """A resource as it is read: the stored document and what surrounds it."""

    id: str
    document: Document
    version: int
    created_at: datetime
    updated_at: datetime

    @property
    def etag(self) -> str:
        return f'W/"{self.version}"'


def is_id(text: str) -> bool:
    """Tell whether `text` can be an id of ours; anything else is not looked up."""
    return UUID.fullmatch(text) is not None


def missing(kind: str, resource_id: str) -> NotFoundError:
    """Return the error for an id that this company does not have."""
    return NotFoundError(f"There is no {kind} with the id “{resource_id[:64]}”.")


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


def stored(document: Document) -> str:
    """Return the text of a document as the database keeps it."""
    return orjson.dumps(document).decode()


@cache
def _look_up(select: sa.Select[Any], column: sa.Column[Any]) -> sa.Select[Any]:
    """Return the statement that finds a row by a unique column, built only once."""
    company_id = column.table.c.company_id
    return select.where(
        column == sa.bindparam("key"), company_id == sa.bindparam("company_id")
    )


def select_page(
    tx: Connection,
    select: sa.Select[Any],
    kind: search.Searchable,
    company_id: str,
    node: Node | None,
    page: Page,
    sort: Sort | None,
) -> tuple[int, list[Any]]:
    """Return how many resources match and the rows of one page.

    The total costs a query of its own only where the page does not already tell it.
    """
    if found := search.unique(node, kind):
        column, key = found
        looked_up = _look_up(select, column)
        rows = list(tx.execute(looked_up, {"company_id": company_id, "key": key}).all())
        return len(rows), rows[page.offset :][: page.count]
    table, database = kind.table, tx.dialect.name
    conditions = [table.c.company_id == company_id]
    if node is not None:
        conditions.append(search.where(node, kind, database))
    rows = []
    if page.count:
        query = select.where(*conditions).order_by(
            *search.order_by(sort, kind, database)
        )
        rows = list(tx.execute(query.limit(page.count).offset(page.offset)).all())
        if len(rows) < page.count and (rows or page.offset == 0):
            return page.offset + len(rows), rows
    total = sa.select(sa.func.count()).select_from(table).where(*conditions)
    return tx.execute(total).scalar_one(), rows
