"""How we connect: SQLite with its durable settings, or PostgreSQL with time limits.

SQLite is `pysqlite3`'s where its wheel exists: Debian's own 3.40 has the WAL-reset
race (fixed in 3.51.3), which can lose commits when several workers share a file.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import orjson
from sqlalchemy.engine import Connection, make_url

try:
    from pysqlite3 import dbapi2 as sqlite
except ImportError:  # no wheel for this platform
    import sqlite3 as sqlite

__all__ = [
    "SAFE_SQLITE",
    "engine_options",
    "enlarge_cache",
    "prepare_sqlite",
    "sqlite",
    "sqlite_version",
]

SAFE_SQLITE = (3, 51, 3)

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=3000",
    "trusted_schema=OFF",
    "cell_size_check=ON",
    "secure_delete=ON",
    "journal_size_limit=67108864",
    "mmap_size=0",
    "cache_size=-1024",  # KiB of each connection
)

# Statements that a connection to SQLite keeps compiled. Once all places are taken, the
# driver compiles each new one whenever it is used, which makes those of a look-up three
# times as dear; the console and the endpoint together have some 450, of 10 KiB each.
COMPILED_AT_MOST = 600

POSTGRESQL_SETTINGS = (
    "-c statement_timeout=5000 -c lock_timeout=3000 "
    "-c idle_in_transaction_session_timeout=10000 -c timezone=UTC"
)


def engine_options(url: str) -> dict[str, Any]:
    """Return what `create_engine` needs for `url`; the first use connects, not this."""
    options: dict[str, Any] = {
        "json_serializer": lambda value: orjson.dumps(value).decode(),
        "json_deserializer": orjson.loads,
        "hide_parameters": True,  # an error that is logged names nobody
        "pool_size": 16,
        "pool_use_lifo": True,  # whose caches are warm
        "max_overflow": 8,
    }
    if make_url(url).get_backend_name() == "sqlite":
        return options | {
            "module": sqlite,
            "connect_args": {"cached_statements": COMPILED_AT_MOST},
        }
    return options | {
        "pool_pre_ping": True,
        "connect_args": {"options": POSTGRESQL_SETTINGS, "connect_timeout": 3},
    }


def prepare_sqlite(connection: Any, _record: object) -> None:
    """Set up a new SQLite connection; we say BEGIN ourselves (see transactions)."""
    connection.isolation_level = None
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def enlarge_cache(tx: Connection) -> None:
    """Let a transaction that writes a whole directory keep its pages in memory; on
    SQLite the connection keeps that size, which is for processes that end soon.
    """
    if tx.dialect.name == "sqlite":
        tx.exec_driver_sql("PRAGMA cache_size=-131072")


def sqlite_version(module: ModuleType = sqlite) -> tuple[int, ...]:
    """Return the version of the SQLite library that we would open files with."""
    return tuple(int(part) for part in module.sqlite_version.split("."))
