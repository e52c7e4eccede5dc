"""Filling our own directory: `company load` with a file of users and groups."""

from __future__ import annotations

import json
import random
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask

from bench import people
from bench.operations import Group, Site
from envoy_console import create_app
from envoy_console.config import Config
from envoy_console.models import Employee
from envoy_console.models import Group as GroupRow
from envoy_console.models.transactions import read, write

COMPANY = "Contoso"
MEMBERS_IN_A_LINE = 1000
STRANGERS = 20_000


def fill(settings: Config, size: int, group_sizes: list[int]) -> Site:
    """Make the tables, a company with a token, `size` users and groups of them."""
    app = create_app(settings)
    fitting = [count for count in group_sizes if count < size]
    with app.app_context():
        command(app, "db", "upgrade")
        command(app, "company", "create", COMPANY, "--admin", "dana@contoso.example")
        seconds = _load(app, settings.instance / "directory.ndjson", size, fitting)
        token = command(app, "token", "issue", "--company", COMPANY).strip()
        if settings.database_url.startswith("postgresql"):
            write(lambda tx: tx.execute(sa.text("ANALYZE")))
        ids = _ids(Employee.user_name, Employee.id)
        group_ids = _ids(GroupRow.display_name, GroupRow.id)
    user_ids = [ids[people.user_name(number)] for number in range(size)]
    groups = [_group(group_ids, count, user_ids) for count in fitting]
    return Site("/scim/v2", token, user_ids, groups, loaded_in=seconds)


def _load(app: Flask, file: Path, size: int, group_sizes: list[int]) -> float:
    """Load users and groups from a file; return how many seconds that took."""
    with file.open("w") as opened:
        opened.writelines(json.dumps(one) + "\n" for one in _lines(size, group_sizes))
    started = time.perf_counter()
    command(app, "company", "load", str(file), "--company", COMPANY)
    return time.perf_counter() - started


def _lines(size: int, group_sizes: list[int]) -> Iterator[people.Document]:
    for number in range(size):
        yield {"id": str(number), **people.user(number)}
    for count in group_sizes:
        members = [str(number) for number in _mixed(range(size), count)[:count]]
        for first in range(0, count, MEMBERS_IN_A_LINE):
            some = members[first : first + MEMBERS_IN_A_LINE]
            yield people.group(_name(count), some)


def _group(group_ids: dict[str, str], size: int, user_ids: list[str]) -> Group:
    strangers = _mixed(user_ids, size)[size : size + STRANGERS]
    return Group(group_ids[_name(size)], _name(size), size, deque(strangers))


def _mixed(all_of_them: Any, seed: int) -> Any:
    """Return everybody in an order in which the first few are anybody."""
    return random.Random(seed).sample(all_of_them, len(all_of_them))  # noqa: S311


def _name(size: int) -> str:
    return f"Group of {size}"


def _ids(name: Any, identity: Any) -> dict[str, str]:
    with read() as tx:
        return {row[0]: row[1] for row in tx.execute(sa.select(name, identity))}


def command(app: Flask, *arguments: str) -> str:
    """Run a command of the product and return what it said."""
    result = app.test_cli_runner().invoke(args=arguments)
    if result.exit_code:
        raise RuntimeError(f"{' '.join(arguments)}: {result.output}") from (
            result.exception
        )
    return result.output
