"""What every table shares: names for constraints, ids, and column types that
behave the same on SQLite and PostgreSQL.
"""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UtcDateTime(sa.TypeDecorator[datetime]):
    """An aware UTC datetime, whatever the database keeps."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> datetime | None:
        return None if value is None else cast(datetime, value).astimezone(UTC)

    def bind_processor(self, dialect: Any) -> Any:
        """SQLite has texts for moments, as SQLAlchemy's own type writes them."""
        if dialect.name == "sqlite":
            return _text_of
        return super().bind_processor(dialect)

    def result_processor(self, dialect: Any, coltype: object) -> Any:
        """They are read in one go: a page of 100 users has 200 of them."""
        if dialect.name == "sqlite":
            return _moment_of
        return super().result_processor(dialect, coltype)


def _text_of(moment: datetime | None) -> str | None:
    if moment is None:
        return None
    return moment.astimezone(UTC).isoformat(" ", "microseconds").removesuffix("+00:00")


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(f"{text}+00:00")


# Ids and folded keys are compared and sorted by code point on both databases;
# PostgreSQL would otherwise use the language rules of the server.
KeyText = sa.String().with_variant(sa.String(collation="C"), "postgresql")
IdText = sa.String(36).with_variant(sa.String(36, collation="C"), "postgresql")
Json = sa.JSON().with_variant(JSONB(), "postgresql")
Serial = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


class Base(DeclarativeBase):
    """The registry of all tables."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {datetime: UtcDateTime()}  # noqa: RUF012


def table(model: type[Base]) -> sa.Table:
    """Return the table of a model, typed as what it is."""
    return cast(sa.Table, model.__table__)


def of_company(**options: Any) -> Mapped[Any]:
    """The company that a row belongs to, and goes with; `options` of the column."""
    key = sa.ForeignKey("companies.id", ondelete="CASCADE")
    return mapped_column(key, **options)


def where_present(column: str) -> dict[str, Any]:
    """Leave rows without a value in `column` out of an index."""
    has_one = sa.text(f"{column} IS NOT NULL")
    return {"sqlite_where": has_one, "postgresql_where": has_one}


def only_on(dialect: str, index: sa.Index) -> sa.Index:
    """Return an index that only one kind of database has."""
    index.info["only_on"] = dialect
    index.ddl_if(dialect=dialect)
    return index


def belongs(dialect: str, item: Any) -> bool:
    """Tell whether that kind of database has an item of the schema."""
    return bool(getattr(item, "info", {}).get("only_on", dialect) == dialect)


def new_id() -> str:
    """Return a random id that sorts by time of creation (UUID version 7, RFC 9562)."""
    chance = os.urandom(10)
    variant = 0x80 | chance[0] & 0x3F
    tail = chance.hex()
    return f"{_beginning(time.time_ns() // 1_000_000)}-7{tail[2:5]}-{variant:02x}{tail[5:7]}-{tail[8:]}"


def first_id(moment: datetime) -> str:
    """Return how the ids begin that `new_id` makes from `moment` on."""
    return _beginning(int(moment.timestamp() * 1000))


def _beginning(milliseconds: int) -> str:
    text = f"{milliseconds:012x}"
    return f"{text[:8]}-{text[8:]}"


def now() -> datetime:
    """Return the present moment in UTC, cut to the milliseconds that SCIM shows."""
    moment = datetime.now(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
