"""Filling our own directory quickly: the product's projections, no HTTP in between."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Iterator
from typing import Any

import flask_migrate
import sqlalchemy as sa
from flask import Flask

from bench import people
from bench.operations import Group, Site
from envoy_console import create_app
from envoy_console.config import Config
from envoy_console.directory import companies, records
from envoy_console.directory.fields import (
    employee_columns,
    folded_document,
    group_columns,
)
from envoy_console.models import Employee, Membership
from envoy_console.models import Group as GroupRow
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import write_with, writer
from envoy_console.scim.schemas import GROUP, USER

COMPANY = "Contoso"
BATCH = 10_000
STRANGERS = 20_000


def fill(settings: Config, size: int, group_sizes: list[int]) -> Site:
    """Make the tables, a company with a token, `size` users and groups of them."""
    app = create_app(settings)
    with app.app_context():
        flask_migrate.upgrade()
        token = _found_company(app)
        company_id = _write(lambda tx: companies.by_name(tx, COMPANY).id)
        ids = _add_users(company_id, size)
        fitting = [count for count in group_sizes if count < size]
        groups = [_add_group(company_id, count, ids) for count in fitting]
        if settings.database_url.startswith("postgresql"):
            _write(lambda tx: tx.execute(sa.text("ANALYZE")))
    return Site("/scim/v2", token, ids, groups)


def _found_company(app: Flask) -> str:
    """Found the company and return a token, as an administrator would."""
    run = app.test_cli_runner().invoke
    run(args=["company", "create", COMPANY, "--admin", "dana@contoso.example"])
    return run(args=["token", "issue", "--company", COMPANY]).output.strip()


def _add_users(company_id: str, size: int) -> list[str]:
    ids = []
    for first in range(0, size, BATCH):
        rows = [
            _user_row(company_id, n) for n in range(first, min(first + BATCH, size))
        ]
        _insert(Employee, rows)
        ids += [row["id"] for row in rows]
    return ids


def _add_group(company_id: str, size: int, user_ids: list[str]) -> Group:
    """Add a group whose members are spread over the directory, with other users."""
    chosen = random.Random(size).sample(user_ids, len(user_ids))  # noqa: S311
    row = _group_row(company_id, size)
    _insert(GroupRow, [row])
    for first in range(0, size, BATCH):
        members = chosen[first : min(first + BATCH, size)]
        _insert(Membership, list(_member_rows(row, members)))
    strangers = deque(chosen[size : size + STRANGERS])
    return Group(row["id"], row["display_name"], size, strangers)


def _user_row(company_id: str, number: int) -> dict[str, Any]:
    document = _document(people.user(number))
    return {
        **_resource(company_id, document),
        "search": folded_document(document, USER),
        **employee_columns(document),
    }


def _group_row(company_id: str, size: int) -> dict[str, Any]:
    document = _document(people.group(f"Group of {size}"))
    return {
        **_resource(company_id, document),
        "search": folded_document(document, GROUP),
        "member_count": size,
        **group_columns(document),
    }


def _document(body: people.Document) -> people.Document:
    """Return a body as the product stores it: without what it says of itself."""
    return {name: value for name, value in body.items() if name != "schemas"}


def _resource(company_id: str, document: people.Document) -> dict[str, Any]:
    moment = now()
    return {
        "id": new_id(),
        "company_id": company_id,
        "source": "scim",
        "document": records.stored(document),
        "version": 1,
        "created_at": moment,
        "updated_at": moment,
    }


def _member_rows(group: dict[str, Any], ids: list[str]) -> Iterator[dict[str, str]]:
    for member_id in ids:
        yield {
            "group_id": group["id"],
            "member_id": member_id,
            "member_type": "User",
            "company_id": group["company_id"],
        }


def _insert(model: Any, rows: list[dict[str, Any]]) -> None:
    _write(lambda tx: tx.execute(table(model).insert(), rows))


def _write(work: Any) -> Any:
    return write_with(writer(), work, seconds=3600)
