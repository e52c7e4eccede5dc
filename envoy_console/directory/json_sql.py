"""The JSON and text functions that SQLite and PostgreSQL spell differently.

Everything that depends on the database in a filter is here, as two small classes of
the same shape. Text is compared by code point in both.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

Sql = sa.ColumnElement[Any]


class json_objects(FunctionElement[str]):
    """Aggregate rows into the text of a JSON array of objects: name, column, name, …"""

    type = sa.Text()
    inherit_cache = True
    name = "json_objects"


@compiles(json_objects)
def _sqlite_objects(element: Any, compiler: Any, **options: Any) -> str:
    return (
        f"json_group_array(json_object({compiler.process(element.clauses, **options)}))"
    )


@compiles(json_objects, "postgresql")
def _postgresql_objects(element: Any, compiler: Any, **options: Any) -> str:
    inner = compiler.process(element.clauses, **options)
    return f"CAST(json_agg(json_build_object({inner})) AS TEXT)"


class among(FunctionElement[Any]):
    """Whether a column is one of a list of ids, which is bound as one value.

    So the text of the statement does not depend on how many there are. It has no type,
    since of a boolean SQLAlchemy would ask SQLite whether it is 1, which no index answers.
    """

    inherit_cache = True
    name = "among"

    def __init__(self, column: sa.ColumnElement[str], name: str) -> None:
        super().__init__(column, sa.bindparam(name, type_=_IDS))


_IDS = sa.JSON().with_variant(ARRAY(sa.String), "postgresql")


@compiles(among)
def _sqlite_among(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"  # noqa: S608


@compiles(among, "postgresql")
def _postgresql_among(element: Any, compiler: Any, **options: Any) -> str:
    column, ids = (compiler.process(each, **options) for each in element.clauses)
    return f"{column} = ANY({ids})"


class JsonSql(Protocol):
    """What the filter compiler asks of a database."""

    def scalar(self, document: Sql, keys: Sequence[str | int]) -> Sql:
        """The value at `keys`, as text; NULL where there is none."""

    def by_code_point(self, text: Sql) -> Sql:
        """`text`, to be compared without the language rules of the server."""

    def elements(self, document: Sql, key: str) -> tuple[Any, Sql]:
        """A FROM clause over the array at `key`, and the element in it."""

    def boolean(self, value: bool) -> str | int:
        """How `scalar` shows a boolean."""

    def contains(self, text: Sql, part: str) -> Sql:
        """Whether `part` occurs in `text`."""

    def ends_with(self, text: Sql, part: str) -> Sql:
        """Whether `text` ends in `part`."""


class SqliteJson:
    def scalar(self, document: Sql, keys: Sequence[str | int]) -> Sql:
        path = "$" + "".join(_step(key) for key in keys)
        return sa.func.json_extract(document, path)

    def by_code_point(self, text: Sql) -> Sql:
        return text

    def elements(self, document: Sql, key: str) -> tuple[Any, Sql]:
        table = sa.func.json_each(document, f'$."{key}"').table_valued("value")
        element = table.alias()
        return element, element.c.value

    def boolean(self, value: bool) -> str | int:
        return int(value)

    def contains(self, text: Sql, part: str) -> Sql:
        return sa.func.instr(text, part) > 0

    def ends_with(self, text: Sql, part: str) -> Sql:
        # counted from the front, since substr(text, -0) is the whole text
        start = sa.func.length(text) - len(part) + 1
        return sa.func.substr(text, start) == part


class PostgresqlJson:
    def scalar(self, document: Sql, keys: Sequence[str | int]) -> Sql:
        path = sa.literal([str(key) for key in keys], ARRAY(sa.Text))
        return self.by_code_point(document.op("#>>", return_type=sa.Text())(path))

    def by_code_point(self, text: Sql) -> Sql:
        return text.collate("C")

    def elements(self, document: Sql, key: str) -> tuple[Any, Sql]:
        array = document.op("->", return_type=document.type)(sa.literal(key, sa.Text))
        value = sa.column("value", document.type)
        element = sa.func.jsonb_array_elements(array).table_valued(value).alias()
        return element, element.c.value

    def boolean(self, value: bool) -> str | int:
        return "true" if value else "false"

    def contains(self, text: Sql, part: str) -> Sql:
        return sa.func.strpos(text, part) > 0

    def ends_with(self, text: Sql, part: str) -> Sql:
        return sa.func.right(text, len(part)) == part


DIALECTS: dict[str, JsonSql] = {"sqlite": SqliteJson(), "postgresql": PostgresqlJson()}


def _step(key: str | int) -> str:
    return f"[{key}]" if isinstance(key, int) else f'."{key}"'
