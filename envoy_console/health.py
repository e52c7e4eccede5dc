"""`/healthz` says that the process serves; `/readyz` that it can do its work."""

from __future__ import annotations

import os
import shutil
from functools import cache

from flask import Blueprint, Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from envoy_console import config, queue
from envoy_console.extensions import MIGRATIONS
from envoy_console.models.engine import SAFE_SQLITE, sqlite_version
from envoy_console.models.transactions import read

bp = Blueprint("health", __name__)

DISK_RESERVE = 200 * 1024 * 1024


def init_app(app: Flask) -> None:
    """Add the two probes; neither needs a sign-in."""
    app.register_blueprint(bp)


@bp.get("/healthz")
def alive() -> ResponseReturnValue:
    """Answer as long as the process can answer at all."""
    return jsonify(status="ok")


@bp.get("/readyz")
def ready() -> ResponseReturnValue:
    """Say what stands in the way of serving, if anything does."""
    problems = obstacles()
    if problems:
        return jsonify(status="unavailable", problems=problems), 503
    return jsonify(status="ok")


@cache
def head() -> str:
    """Return the newest revision that we know; Alembic would take 8 MB to tell."""
    return max(file.name for file in (MIGRATIONS / "versions").glob("0*.py"))[:4]


def obstacles() -> list[str]:
    """Return a sentence for each thing that is not as it must be."""
    return [sentence for found in examined().values() for sentence in found]


def examined() -> dict[str, list[str]]:
    """Return the same by what was looked at; what is in order has no sentences.

    Without a database there is nothing else to look at.
    """
    try:
        with read() as tx:
            found = {
                "Database": _file_obstacles(tx),
                "Tables": _schema_obstacles(tx),
                "Durability": _durability_obstacles(tx),
            }
    except SQLAlchemyError:
        return {"Database": ["The database cannot be reached."]}
    return found | {"Disk": _disk_obstacles(), "Queue": _queue_obstacles()}


def _schema_obstacles(tx: Connection) -> list[str]:
    if tx.dialect.has_table(tx, "alembic_version"):
        present = tx.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if present == head():
            return []
    return ["The database schema is not current: run `flask --app app db upgrade`."]


def _durability_obstacles(tx: Connection) -> list[str]:
    if tx.dialect.name != "sqlite":
        return []
    found = []
    if tx.exec_driver_sql("PRAGMA journal_mode").scalar() != "wal":
        found.append("SQLite is not in WAL mode.")
    if tx.exec_driver_sql("PRAGMA synchronous").scalar() != 2:
        found.append("SQLite is not set to synchronous=FULL.")
    if (
        sqlite_version() < SAFE_SQLITE
        and int(os.environ.get("WEB_CONCURRENCY", "1")) > 1
    ):
        found.append(
            "This SQLite must not serve several workers: set WEB_CONCURRENCY=1."
        )
    return found


def _queue_obstacles() -> list[str]:
    if queue.is_reachable():
        return []
    return ["The queue of the worker cannot be reached: see REDIS_URL."]


def _disk_obstacles() -> list[str]:
    folder = config.current().instance
    if shutil.disk_usage(folder).free < DISK_RESERVE:
        return ["Less than 200 MiB are free on the disk of the instance folder."]
    return []


def _file_obstacles(tx: Connection) -> list[str]:
    file = tx.engine.url.database
    if tx.dialect.name != "sqlite" or not file or os.access(file, os.W_OK):
        return []
    return ["The file of the database cannot be written."]
