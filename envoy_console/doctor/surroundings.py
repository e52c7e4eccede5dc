"""What a server needs around it: a worker, a clock, keys that fit, hosts that answer."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.config import LOOPBACK, Config
from envoy_console.entra import dialling, mail
from envoy_console.entra.addresses import is_public
from envoy_console.models import seals
from envoy_console.models.base import now, table
from envoy_console.models.heartbeat import seconds_since_beat
from envoy_console.models.resealing import PLACES, Place
from envoy_console.models.transactions import read

# seconds
SKEW, UNSEEN = 2.0, 180.0
TRIED = 1_000


def clock(_settings: Config) -> list[str]:
    """Compare our clock with that of the database's machine."""
    with read() as tx:
        if tx.dialect.name == "sqlite":  # it is the same
            return []
        theirs = tx.execute(sa.select(sa.func.clock_timestamp())).scalar_one()
    apart = abs((now() - theirs).total_seconds())
    if apart <= SKEW:
        return []
    return [
        f"The clocks of this machine and of the database are {apart:.0f} seconds apart. "
        "Have both set theirs by NTP."
    ]


def worker(_settings: Config) -> list[str]:
    """Look whether a worker has been there of late."""
    with read() as tx:
        unseen = seconds_since_beat(tx)
    if unseen is None:
        since = "No worker has been seen yet"
    elif unseen > UNSEEN:
        since = f"No worker has been seen for {unseen / 60:.0f} minutes"
    else:
        return []
    return [
        f"{since}, so nothing is provisioned or tested. Start `flask --app app worker`, "
        "with the settings of the server."
    ]


def sealed(_settings: Config) -> list[str]:
    """Look whether TOKEN_KEY opens what it should."""
    with read() as tx:
        counts = {place.name: _shut(tx, place) for place in PLACES}
    shut = [f"{name}: {count}" for name, count in counts.items() if count]
    if not shut:
        return []
    return [
        f"TOKEN_KEY does not open all that it should ({', '.join(shut)}). Put the key "
        "that they were sealed with after the first, or make them anew."
    ]


def hosts(settings: Config) -> list[str]:
    """Look whether the simulator could ever connect to what SIM_ALLOW_HOSTS lists."""
    return [
        f"SIM_ALLOW_HOSTS lists {entry}, but {why}. Correct it, or leave it out."
        for entry in settings.sim_allow_hosts
        if (why := _why_not(urlsplit(f"//{entry}").hostname or ""))
    ]


def mail_server(settings: Config) -> list[str]:
    """Look whether notifications could be sent."""
    if not settings.smtp_url or not (why := mail.check(settings)):
        return []
    return [f"The mail server of SMTP_URL does not let us send ({why})."]


def _shut(tx: Connection, place: Place) -> int:
    """Count what no key of ours opens, among so many."""
    rows = table(place.model)
    owner, column = rows.c[place.owner], rows.c[place.column]
    found = tx.execute(sa.select(owner, column).where(column.is_not(None)).limit(TRIED))
    blobs = [(owner_id, place.taken_from(value)) for owner_id, value in found]
    return sum(not _opens(place, *each) for each in blobs if each[1] is not None)


def _opens(place: Place, owner_id: str, blob: Any) -> bool:
    try:
        seals.open_(place.kind, owner_id, blob)
    except seals.UnreadableError:
        return False
    return True


def _why_not(host: str) -> str:
    if host in LOOPBACK or host == "::1":
        return ""
    try:
        found = [ip_address(host)]
    except ValueError:
        try:
            found = dialling.resolve(host, 443)
        except OSError:
            return "that name cannot be looked up"
    hidden = [str(address) for address in found if not is_public(address)]
    return f"it stands for {hidden[0]}, which is no public address" if hidden else ""
