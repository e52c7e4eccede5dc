"""Statements that are compiled once, and from then on go straight to the driver.

Built with SQLAlchemy like all others, they keep its types and its errors, and whoever
listens to the engine hears of them. What is saved is what `Connection.execute` does
anew each time: on PostgreSQL more than the database needs for a look-up by key.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter, itemgetter, methodcaller
from typing import Any, cast

from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import DBAPIError

Values = Mapping[str, Any]
Processor = Callable[[Any], Any]


class Prepared:
    """A statement for many executions; a list that it is to look into is one value
    (`json_sql.among`).

    `values` are those of all its parameters, or of the columns of an INSERT or UPDATE;
    those that a column has by default are given too. Each method raises what
    `Connection.execute` would.
    """

    def __init__(self, statement: Any) -> None:
        self._statement = statement
        self._forms: dict[tuple[str, ...], _Form] = {}

    def first(self, tx: Connection, values: Values) -> Any | None:
        """Return the first row, or None."""
        return next(iter(self.all(tx, values)), None)

    def all(self, tx: Connection, values: Values) -> list[Any]:
        """Return all rows, as named tuples."""
        form = self._form(tx, values)
        return form.rows(_execute(tx, form.sql, form.parameters(values), _rows))

    def run(self, tx: Connection, values: Values) -> int:
        """Execute it; return how many rows it wrote."""
        form = self._form(tx, values)
        return int(_execute(tx, form.sql, form.parameters(values), _count))

    def many(self, tx: Connection, rows: Sequence[Values]) -> None:
        """Execute it for each of one or more rows, whose names are the first one's."""
        form = self._form(tx, rows[0])
        parameters = [form.parameters(row) for row in rows]
        _execute(tx, form.sql, parameters, _count, many=True)

    def _form(self, tx: Connection, values: Values) -> _Form:
        key = (tx.dialect.name, *values)
        form = self._forms.get(key)
        if form is None:
            form = self._forms[key] = _form_of(self._statement, tx.dialect, values)
        return form


@dataclass(frozen=True, slots=True)
class _Form:
    """A statement as one kind of database reads it, for values of certain names."""

    sql: str
    constants: Values
    to_driver: Sequence[tuple[str, Processor]]
    arrange: Callable[[dict[str, Any]], Any]
    from_driver: Sequence[tuple[int, Processor]]
    make_row: Callable[[Iterable[Any]], Any]

    def parameters(self, values: Values) -> Any:
        """Return the values as the driver takes them."""
        given = {**self.constants, **values}
        for name, process in self.to_driver:
            given[name] = process(given[name])
        return self.arrange(given)

    def rows(self, found: Sequence[Sequence[Any]]) -> list[Any]:
        """Return the driver's rows with the values that the types make of theirs."""
        return [self._row(values) for values in found]

    def _row(self, found: Sequence[Any]) -> Any:
        values = list(found)
        for place, process in self.from_driver:
            values[place] = process(values[place])
        return self.make_row(values)


def _form_of(statement: Any, dialect: Dialect, values: Values) -> _Form:
    compiled = statement.compile(dialect=dialect, column_keys=list(values))
    made_anew = compiled.insert_prefetch or compiled.update_prefetch
    if compiled.post_compile_params or made_anew:
        raise TypeError(f"This has parts that are made for each execution: {compiled}")
    columns = list(getattr(statement, "exported_columns", ()))
    types = [column.type.dialect_impl(dialect) for column in columns]
    given = {name: bind.type for bind, name in compiled.bind_names.items()}
    return _Form(
        sql=str(compiled),
        constants={
            name: compiled.params[name]
            for bind, name in compiled.bind_names.items()
            if not bind.required
        },
        to_driver=[
            (name, process)
            for name, kind in given.items()
            if (process := kind.dialect_impl(dialect).bind_processor(dialect))
        ],
        arrange=_in_order(compiled.positiontup) if compiled.positional else dict,
        from_driver=[
            (place, process)
            for place, kind in enumerate(types)
            if (process := kind.result_processor(dialect, None))
        ],
        make_row=_row_type([column.key for column in columns]),
    )


def _row_type(names: list[str]) -> Callable[[Iterable[Any]], Any]:
    """Return what makes named tuples; a column without a name has none there either."""
    row: Any = namedtuple("Row", names, rename=True)  # type: ignore[misc]
    return cast(Callable[[Iterable[Any]], Any], row._make)


def _in_order(names: Sequence[str]) -> Callable[[dict[str, Any]], Any]:
    if len(names) < 2:
        return lambda values: tuple(values[name] for name in names)
    return itemgetter(*names)


_rows = methodcaller("fetchall")
_count = attrgetter("rowcount")


def _execute(
    tx: Connection,
    sql: str,
    parameters: Any,
    result: Callable[[Any], Any],
    *,
    many: bool = False,
) -> Any:
    """Execute a statement, and return what `result` takes from the cursor."""
    heard = tx.engine.dispatch
    try:
        cursor = tx.connection.cursor()
        for hear in heard.before_cursor_execute:
            hear(tx, cursor, sql, parameters, None, many)
        (cursor.executemany if many else cursor.execute)(sql, parameters)
        found = result(cursor)
        cursor.close()
    except tx.dialect.loaded_dbapi.Error as error:
        raise _translated(tx, sql, error) from error
    for hear in heard.after_cursor_execute:
        hear(tx, cursor, sql, parameters, None, many)
    return found


def _translated(tx: Connection, sql: str, error: Any) -> BaseException:
    """Return the driver's error as SQLAlchemy's; a lost connection is given up."""
    is_lost = tx.dialect.is_disconnect(error, tx.connection.dbapi_connection, None)
    if is_lost:
        tx.invalidate(error)
    translated: BaseException = DBAPIError.instance(
        sql,
        None,
        error,
        tx.dialect.loaded_dbapi.Error,
        hide_parameters=True,
        connection_invalidated=is_lost,
        dialect=tx.dialect,
    )
    return translated
