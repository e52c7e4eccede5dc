"""`python -m bench.wire_log`: how long the wire log's pages take when it is long.

It fills a database of its own with employees and exchanges, and opens each page a few
times as a signed-in administrator.
"""

from __future__ import annotations

import itertools
import json
import re
import secrets
import statistics
import tempfile
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from bench import filling, people
from bench.operations import Site
from envoy_console import create_app
from envoy_console.config import Config
from envoy_console.directory import companies, passwords, wire_log
from envoy_console.models import Account, ScimExchangeQuirk
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import write

AT_ONCE = 2_000
PASSWORD = secrets.token_urlsafe(12)
APART = timedelta(milliseconds=90)

accounts = table(Account)
exchange_quirks = table(ScimExchangeQuirk)

# method, status, quirks: in 1,000 requests
KINDS = (
    (540, "GET", 200, ()),
    (250, "PATCH", 200, ("capitalised_ops",)),
    (30, "PATCH", 200, ("capitalised_ops", "boolean_strings")),
    (120, "POST", 201, ()),
    (30, "GET", 404, ()),
    (15, "POST", 409, ()),
    (9, "DELETE", 204, ()),
    (4, "GET", 401, ()),
    (1, "PUT", 400, ("several_primaries",)),
    (1, "GET", 500, ()),
)

PAGES = {
    "newest": "",
    "older": "?older_than={middle}",
    "2xx": "?status=2xx",
    "rejected": "?status=rejected",
    "status 500": "?status=500",
    "status nobody got": "?status=503",
    "method DELETE": "?method=DELETE",
    "resource type": "?resource=Groups",
    "one employee's id": "?resource={user}",
    "person": "?person={name}",
    "a frequent quirk": "?quirk=capitalised_ops",
    "a rare quirk": "?quirk=several_primaries",
    "a quirk nobody had": "?quirk=missing_schemas",
    "last hour": "?window=1h",
    "from and to": "?since={since}&until={until}",
    "text that is found": "?query=already",
    "text that is not": "?query=nobody-says-this",
    "person, method and text": "?person={name}&method=PATCH&query=active",
    "rejected, method and text": "?status=rejected&method=GET&query=zzz",
    "newer rows": "/newer?newer_than={newest}",
    "one exchange beside the list": "/{id}",
}


@click.command()
@click.option("--rows", default=1_000_000, help="Exchanges in the log.")
@click.option("--users", default=100_000, help="Employees in the directory.")
@click.option("--database", default="", help="URL of an empty database; else SQLite.")
@click.option("--turns", default=15, help="How often each page is opened.")
@click.option("--kept", type=Path, help="Keep the database here, and use it again.")
def main(rows: int, users: int, database: str, turns: int, kept: Path | None) -> None:
    """Measure the pages of a long wire log."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = kept or Path(scratch)
        is_filled = (folder / "site.json").exists()
        settings = _settings(folder, database)
        app = create_app(settings)
        if not is_filled:
            _fill(app, settings, rows, users)
        known = json.loads((folder / "site.json").read_text())
        _measure(app, known, turns)


def _settings(folder: Path, database: str) -> Config:
    folder.mkdir(parents=True, exist_ok=True)
    return Config(
        instance=folder,
        secret_key="a secret for measuring",  # noqa: S106
        token_key=b"a token key to measure, 32 bytes",
        database_url=database or f"sqlite:///{folder / 'console.db'}",
        exchanges_kept=10_000_000,
    )


def _fill(app: Flask, settings: Config, rows: int, users: int) -> None:
    started = time.perf_counter()
    site = filling.fill(settings, users, [])
    with app.app_context():
        company_id, email = write(_prepared)
        chosen = _kinds()
        for first in range(1, rows + 1, AT_ONCE):
            numbers = range(first, min(first + AT_ONCE, rows + 1))
            _add(company_id, site, list(zip(numbers, chosen, strict=False)), rows)
        write(_settle)
    known = {
        "email": email,
        "password": PASSWORD,
        "rows": rows,
        "user": site.user_ids[users // 2],
        "name": people.user_name(users // 2),
    }
    (settings.instance / "site.json").write_text(json.dumps(known))
    click.echo(f"filled in {time.perf_counter() - started:,.0f} s")


def _prepared(tx: sa.Connection) -> tuple[str, str]:
    company = companies.by_name(tx, filling.COMPANY)
    mine = accounts.c.company_id == company.id
    digest = passwords.hashed(PASSWORD)
    tx.execute(accounts.update().where(mine).values(password_hash=digest))
    email = tx.execute(sa.select(accounts.c.email).where(mine)).scalar_one()
    return company.id, email


def _settle(tx: sa.Connection) -> None:
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(
            "SELECT setval(pg_get_serial_sequence('scim_exchanges', 'number'), "
            "max(number)) FROM scim_exchanges"
        )
        tx.exec_driver_sql("ANALYZE")


def _kinds() -> Iterator[Any]:
    """Yield kinds of exchanges for ever, well mixed."""
    thousand = [kind for kind in KINDS for _ in range(kind[0])]
    return itertools.cycle(thousand[n * 387 % 1000] for n in range(1000))


def _add(company_id: str, site: Site, batch: list[Any], rows: int) -> None:
    made = [_exchange(company_id, site, number, kind, rows) for number, kind in batch]
    noted = [
        {"number": row["number"], "name": name, "company_id": company_id}
        for row in made
        for name in row["quirks"]
    ]

    def insert(tx: sa.Connection) -> None:
        tx.execute(wire_log.exchanges.insert(), made)
        tx.execute(exchange_quirks.insert(), noted)

    write(insert)


def _exchange(
    company_id: str, site: Site, number: int, kind: Any, rows: int
) -> dict[str, Any]:
    _, method, status, quirks = kind
    who = number * 7919 % len(site.user_ids)
    at = now() - APART * (rows - number)
    name, user_id = people.user_name(who), site.user_ids[who]
    is_match = method == "GET"
    path = f'/scim/v2/Users?filter=userName eq "{name}"'
    operation = {"op": "Replace", "path": "title", "value": f"Clerk {number}"}
    document = {"id": user_id, **people.user(who)}
    return {
        "number": number,
        "id": _id(at),
        "company_id": company_id,
        "token_hint": "esim_••••••••1234",
        "source": "127.0.0.1",
        "at": at,
        "duration_us": 2_000 + number % 900,
        "method": method,
        "path": path if is_match else f"/scim/v2/Users/{user_id}",
        "status": status,
        "resource_type": "Users" if number % 50 else "Groups",
        "resource_id": user_id if status < 400 else None,
        "sought_key": name.lower() if is_match else None,
        "quirks": list(quirks),
        "detail": f"Another user already has “{name}”." if status == 409 else None,
        "request_headers": {"Adscimversion": "2.0", "Host": "localhost"},
        "request_body": "" if is_match else json.dumps({"Operations": [operation]}),
        "response_headers": {"Content-Type": "application/scim+json"},
        "response_body": json.dumps(document),
    }


def _id(at: datetime) -> str:
    millis = f"{int(at.timestamp() * 1000):012x}"
    return f"{millis[:8]}-{millis[8:]}{new_id()[13:]}"


def _measure(app: Flask, known: dict[str, Any], turns: int) -> None:
    visitor = app.test_client()
    _sign_in(visitor, known)
    values = _values(app, known)
    for name, address in PAGES.items():
        url = "/activity/requests" + address.format(**values)
        times = sorted(_opened(visitor, url) for _ in range(turns))
        click.echo(f"{name:32} {statistics.median(times):7.1f} ms {times[-1]:7.1f} ms")


def _values(app: Flask, known: dict[str, Any]) -> dict[str, Any]:
    with app.app_context():
        newest = write(
            lambda tx: tx.execute(
                sa.select(wire_log.exchanges.c.id, wire_log.exchanges.c.number)
                .order_by(wire_log.exchanges.c.number.desc())
                .limit(1)
            ).one()
        )
    moment = now() - timedelta(hours=12)
    return {
        **known,
        "id": newest.id,
        "newest": newest.number - 3,
        "middle": known["rows"] // 2,
        "since": f"{moment - timedelta(hours=1):%Y-%m-%dT%H:%M}",
        "until": f"{moment:%Y-%m-%dT%H:%M}",
    }


def _sign_in(visitor: FlaskClient, known: dict[str, Any]) -> None:
    page = visitor.get("/sign-in").text
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    token = found[1] if found else ""
    form = {"email": known["email"], "password": known["password"]}
    answer = visitor.post("/sign-in", data={**form, "csrf_token": token})
    if answer.status_code != 303:
        raise click.ClickException("The measuring administrator cannot sign in.")


def _opened(visitor: FlaskClient, url: str) -> float:
    started = time.perf_counter()
    answer = visitor.get(url)
    took = (time.perf_counter() - started) * 1000
    if answer.status_code not in (200, 204):
        raise click.ClickException(f"{url} answered {answer.status_code}.")
    return took


if __name__ == "__main__":
    main()
