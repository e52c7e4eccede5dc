"""When a worker was last seen: all of them look around once a minute."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Mapped, mapped_column

from envoy_console.models.base import Base, KeyText, now, table

WORKER = "worker"


class Heartbeat(Base):
    """The last sign of life of a kind of process, whichever of them gave it."""

    __tablename__ = "heartbeats"

    name: Mapped[str] = mapped_column(KeyText, primary_key=True)
    at: Mapped[datetime]


heartbeats = table(Heartbeat)


def beat(tx: Connection) -> None:
    """Note that a worker is alive."""
    worker = heartbeats.c.name == WORKER
    if not tx.execute(heartbeats.update().where(worker).values(at=now())).rowcount:
        tx.execute(heartbeats.insert().values(name=WORKER, at=now()))


def seconds_since_beat(tx: Connection) -> float | None:
    """Return how long ago a worker was last seen; None when none ever was."""
    query = sa.select(heartbeats.c.at).where(heartbeats.c.name == WORKER)
    at: datetime | None = tx.execute(query).scalar()
    return None if at is None else max((now() - at).total_seconds(), 0.0)
