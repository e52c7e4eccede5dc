"""Turn a filter into SQL (RFC 7644 §3.4.2.2), and a sort order too (§3.4.2.3).

A path that `fields` projects becomes its column; any other becomes an expression on
the folded document. Nothing is ever judged in Python over rows, and what cannot be
said in SQL is refused as `invalidFilter`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Column
from sqlalchemy.sql.operators import eq, ge, gt, le, lt, ne

from envoy_console.directory.fields import employees
from envoy_console.directory.json_sql import DIALECTS, JsonSql, Sql
from envoy_console.directory.searchable import GROUPS, Link, Searchable
from envoy_console.directory.windows import Order
from envoy_console.scim.errors import InvalidFilterError, InvalidValueError
from envoy_console.scim.filters import (
    And,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Presence,
    ValuePath,
)
from envoy_console.scim.folding import fold
from envoy_console.scim.messages import Sort
from envoy_console.scim.paths import AttributePath

PLAIN = {
    Operator.EQ: eq,
    Operator.GT: gt,
    Operator.GE: ge,
    Operator.LT: lt,
    Operator.LE: le,
}

# what may be stored as empty text, which is not present (RFC 7644 §3.4.2.2, `pr`)
TEXTUAL = frozenset({"string", "reference"})

# U+10FFFF sorts after any text that goes on after a prefix
AFTER_ANY = "\U0010ffff"


def unique(node: Node | None, kind: Searchable) -> tuple[Column[Any], str] | None:
    """Recognise `userName eq "x"`: the unique column, and the key that it must hold.

    So nearly every list that Entra asks for is a look-up of one row or none.
    """
    match node:
        case Comparison(path, Operator.EQ, str(value)) if path.is_of(kind.type):
            projected = kind.columns.get(str(path))
            if projected is not None and projected.is_unique:
                return projected.column, value if path.leaf.case_exact else fold(value)
    return None


def where(node: Node, kind: Searchable, company_id: str, database: str) -> Sql:
    """Return the WHERE clause for a filter on `kind`, for the named database.

    The rows must be limited to the company besides.
    """
    return _Compiler(kind, DIALECTS[database], company_id).condition(node)


def where_member(node: Node, database: str) -> Sql:
    """Return the WHERE clause for a value filter on memberships (PATCH)."""
    return _Compiler(GROUPS, DIALECTS[database]).in_link(GROUPS.links["members"], node)


def order(sort: Sort | None, kind: Searchable, database: str) -> Order:
    """Return how a list is ordered; ids break ties and are the order of creation."""
    if sort is None:
        return Order(kind.table.c.id)
    key = _Compiler(kind, DIALECTS[database]).sort_key(sort.path)
    return Order(kind.table.c.id, key, sort.descending)


@dataclass(frozen=True, slots=True)
class _Compiler:
    kind: Searchable
    sql: JsonSql
    company_id: str = ""

    def condition(self, node: Node) -> Sql:
        return _combined(node, self.of_resource)

    def of_resource(self, node: Node) -> Sql:
        """A comparison, presence or value path, asked of the resource itself."""
        assert isinstance(node, Comparison | Presence | ValuePath)  # noqa: S101
        path = node.path
        if not path.is_of(self.kind.type):
            return of_absent(node)
        if isinstance(node, ValuePath):
            return self.exists(path, node.filter)
        if path.attribute.name == "schemas":
            raise InvalidFilterError("schemas cannot be searched by")
        if self.is_link(path) or path.attribute.multi_valued:
            return self.of_values(path, node)
        return self.judged(self.column(path), node)

    def of_values(self, path: AttributePath, node: Comparison | Presence) -> Sql:
        """One value that fits is enough; where there is none, it counts as null."""
        fits = self.exists(path, node)
        if isinstance(node, Comparison) and _fits_null(node):
            any_value = Presence(AttributePath(path.schema_urn, path.attribute))
            return sa.or_(fits, sa.not_(self.exists(path, any_value)))
        return fits

    def exists(self, path: AttributePath, node: Node) -> Sql:
        if self.is_link(path):
            return self.exists_in_link(path, node)
        return self.exists_in_elements(path, node)

    def exists_in_elements(self, path: AttributePath, node: Node) -> Sql:
        if work_email := _work_email(path, node):
            return self.has_work_email(path, node, work_email)
        return self.exists_in_any_element(path, node)

    def has_work_email(
        self,
        path: AttributePath,
        node: Node,
        first: tuple[AttributePath, Operator, Any],
    ) -> Sql:
        """Look for a work email by the index of the first ones, and into the documents
        of the few who have several. As one list of ids: beside an OR, SQLite would
        rather walk through the company.
        """
        ids = sa.select(employees.c.id).where(employees.c.company_id == self.company_id)
        by_first = self.compare(employees.c.work_email_key, *first)
        by_any = self.exists_in_any_element(path, node)
        several = employees.c.has_several_work_emails
        found = sa.union_all(ids.where(by_first), ids.where(several, by_any))
        return employees.c.id.in_(found)

    def exists_in_any_element(self, path: AttributePath, node: Node) -> Sql:
        source, element = self.sql.elements(
            self.kind.table.c.search, path.attribute.name
        )
        condition = _combined(node, lambda leaf: self.of_element(element, leaf))
        return sa.select(sa.literal(1)).select_from(source).where(condition).exists()

    def of_element(self, element: Sql, node: Node) -> Sql:
        """The same, asked of one element of a multi-valued attribute."""
        if not isinstance(node, Comparison | Presence):
            raise InvalidFilterError(f"a value filter cannot hold {node}")
        sub = node.path.sub_attribute
        if sub is None and isinstance(node, Presence):
            return sa.true()
        return self.judged(self.sql.scalar(element, [sub.name] if sub else []), node)

    def exists_in_link(self, path: AttributePath, node: Node) -> Sql:
        link = self.kind.links[path.attribute.name]
        return link.holds(self.company_id, self.in_link(link, node))

    def in_link(self, link: Link, node: Node) -> Sql:
        return _combined(node, lambda leaf: self.of_link(link, leaf))

    def of_link(self, link: Link, node: Node) -> Sql:
        """The same, asked of one row of a link table."""
        if not isinstance(node, Comparison | Presence):
            raise InvalidFilterError(f"a value filter cannot hold {node}")
        sub = node.path.sub_attribute
        if sub is None and isinstance(node, Presence):
            return sa.true()
        column = link.columns.get(sub.name if sub else "value")
        if column is None:
            raise InvalidFilterError(f"{node.path} cannot be searched by")
        return self.judged(self.sql.by_code_point(column), node)

    def judged(self, left: Sql, node: Comparison | Presence) -> Sql:
        if isinstance(node, Comparison):
            return self.compare(left, node.path, node.operator, node.value)
        if node.path.leaf.type in TEXTUAL:
            return left != ""
        return left.is_not(None)

    def column(self, path: AttributePath) -> Sql:
        projected = self.kind.columns.get(str(path))
        if projected is not None:
            return projected.column
        if str(path) == "meta.resourceType":
            return self.sql.by_code_point(sa.literal(self.kind.type.name))
        if path.attribute.name == "meta":
            raise InvalidFilterError(f"{path} cannot be searched or sorted by")
        return self.sql.scalar(self.kind.table.c.search, _keys(path))

    def is_link(self, path: AttributePath) -> bool:
        has_column = str(path) in self.kind.columns
        return path.attribute.name in self.kind.links and not has_column

    def sort_key(self, path: AttributePath) -> Sql:
        if self.is_link(path):
            raise InvalidValueError(f"sortBy: {path} has no order")
        try:
            return self.column(path)
        except InvalidFilterError as error:
            raise InvalidValueError(f"sortBy: {error.detail}") from None

    def compare(
        self, left: Sql, path: AttributePath, operator: Operator, value: Any
    ) -> Sql:
        if value is None:
            is_empty = left.is_(None)
            return is_empty if operator is Operator.EQ else sa.not_(is_empty)
        right = self.literal(left, path, value)
        if operator in PLAIN:
            return left.operate(PLAIN[operator], right)
        match operator:
            case Operator.NE:
                return sa.or_(left.is_(None), left.operate(ne, right))
            case Operator.CO:
                return self.sql.contains(left, right)
            case Operator.SW:
                return sa.and_(left >= right, left < right + AFTER_ANY)
        return self.sql.ends_with(left, right)

    def literal(self, left: Sql, path: AttributePath, value: Any) -> Any:
        if isinstance(value, bool):
            is_column = isinstance(left.type, sa.Boolean)
            return value if is_column else self.sql.boolean(value)
        if not isinstance(value, str):
            raise InvalidFilterError(f"{path} cannot be compared with {value!r}")
        if path.leaf.type == "dateTime":
            return _moment(path, value)
        return value if path.leaf.case_exact else fold(value)


def of_absent(node: Comparison | Presence | ValuePath) -> Sql:
    """What is true of an attribute that the resource type lacks (RFC 7644 §3.4.2.1)."""
    is_true = isinstance(node, Comparison) and _fits_null(node)
    return sa.true() if is_true else sa.false()


def _fits_null(node: Comparison) -> bool:
    """Whether an attribute without any value would match."""
    return (node.operator is Operator.NE) != (node.value is None)


def _work_email(
    path: AttributePath, inner: Node
) -> tuple[AttributePath, Operator, Any] | None:
    """Recognise `emails[type eq "work"].value …`, Entra's way to match by email."""
    match inner:
        case And(
            Comparison(of_type, Operator.EQ, str(kind)),
            Comparison(of_value, operator, value),
        ) if (
            str(of_type) == "emails.type"
            and str(of_value) == "emails.value"
            and fold(kind) == "work"
            and value is not None
            and operator is not Operator.NE
        ):
            return of_value, operator, value
    return None


def _combined(node: Node, leaf: Callable[[Node], Sql]) -> Sql:
    match node:
        case And(left, right):
            return sa.and_(_combined(left, leaf), _combined(right, leaf))
        case Or(left, right):
            return sa.or_(_combined(left, leaf), _combined(right, leaf))
        case Not(inner):
            # in SQL, "not unknown" is unknown; in a filter, what is absent is not equal
            return sa.not_(sa.func.coalesce(_combined(inner, leaf), sa.false()))
    return leaf(node)


def _keys(path: AttributePath) -> list[str | int]:
    """Return the way to the value in a document; of several, to the primary one."""
    keys: list[str | int] = [path.schema_urn] if path.schema_urn else []
    keys.append(path.attribute.name)
    if path.attribute.multi_valued:
        keys.append(0)
    if path.sub_attribute:
        keys.append(path.sub_attribute.name)
    return keys


def _moment(path: AttributePath, text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise InvalidFilterError(
            f"{path} is compared with a time such as 2026-01-31T08:00:00Z, not {text!r}"
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
