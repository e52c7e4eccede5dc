"""Many clients want the same thing at the same moment: one gets it, no change is lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa

from tests.faults.report import Finding
from tests.faults.service import Site, site
from tests.faults.stores import SQLITE
from tests.faults.wire import Answer
from tests.messages import CORE_GROUP, CORE_USER, patch

PLANTED = {"shared": "user names without a unique index"}
CLIENTS = 8


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Race for a user name `times` times; the members of a group; a version of a user."""
    with site(database) as where:
        if mutant:
            _drop_unique_index(where)
            return [_creations(where, times, PLANTED[mutant])]
        return [
            _creations(where, times),
            _members(where, times),
            _versions(where, times),
        ]


def _creations(where: Site, times: int, mutant: str = "") -> Finding:
    """Eight clients create the same user, spelt in two ways."""
    wrong, answers = 0, Counter[int]()
    for number in range(times):
        names = (f"race-{number}@contoso.example", f"RACE-{number}@Contoso.example")
        bodies = [
            {"schemas": [CORE_USER], "userName": names[client % 2]}
            for client in range(CLIENTS)
        ]
        answers = _at_once(lambda body: where.wire.ask("POST", "/Users", body), bodies)
        wrong += answers != {201: 1, 409: CLIENTS - 1}
    told = f"{times - wrong} of {times} races of {CLIENTS}: one 201, the others 409"
    broken = [f"{wrong} races ended otherwise, as {dict(answers)}"] if wrong else []
    return Finding(
        "the same user created at once", where.store.kind, told, broken, mutant
    )


def _members(where: Site, times: int) -> Finding:
    """Eight clients add members to one group, each of them one at a time."""
    body = {"schemas": [CORE_GROUP], "displayName": "Everybody"}
    group = f"/Groups/{_created(where, '/Groups', body)}"
    people = [
        _created(
            where,
            "/Users",
            {"schemas": [CORE_USER], "userName": f"m{n}@contoso.example"},
        )
        for n in range(times)
    ]

    def join(member: str) -> Answer:
        value = [{"value": member}]
        return where.wire.ask(
            "PATCH", group, patch({"op": "add", "path": "members", "value": value})
        )

    answers = _at_once(join, people)
    found = {m["value"] for m in where.wire.ask("GET", group).json.get("members", [])}
    lost = len(set(people) - found)
    told = f"{answers[204]} of {times} acknowledged, {lost} lost"
    broken = [] if answers == {204: times} and not lost else [f"{dict(answers)}"]
    return Finding("members added to one group at once", where.store.kind, told, broken)


def _versions(where: Site, times: int) -> Finding:
    """Everybody replaces the same version of a user: the first one does."""
    body: dict[str, Any] = {"schemas": [CORE_USER], "userName": "one@contoso.example"}
    path = f"/Users/{_created(where, '/Users', body)}"
    wrong, answers = 0, Counter[int]()
    for number in range(times):
        version = where.wire.ask("GET", path).json["meta"]["version"]
        bodies = [{**body, "title": f"{number}-{n}"} for n in range(CLIENTS)]
        answers = _at_once(
            lambda body, version=version: where.wire.ask("PUT", path, body, version),
            bodies,
        )
        wrong += answers != {200: 1, 412: CLIENTS - 1}
    told = f"{times - wrong} of {times} races of {CLIENTS}: one 200, the others 412"
    broken = [f"{wrong} races ended otherwise, as {dict(answers)}"] if wrong else []
    name = "one version replaced at once (If-Match)"
    return Finding(name, where.store.kind, told, broken)


def _at_once(ask: Callable[[Any], Answer], bodies: list[Any]) -> Counter[int]:
    with ThreadPoolExecutor(CLIENTS) as clients:
        return Counter(answer.status for answer in clients.map(ask, bodies))


def _created(where: Site, path: str, body: dict[str, Any]) -> str:
    answer = where.wire.ask("POST", path, body)
    assert answer.status == 201, answer
    return str(answer.json["id"])


def _drop_unique_index(where: Site) -> None:
    """Make the table of employees anew, without what keeps user names apart."""
    engine = sa.create_engine(where.store.url)
    with engine.begin() as tx:
        if where.store.kind == SQLITE:
            asked = "SELECT sql FROM sqlite_master WHERE name = 'employees'"
            table = tx.exec_driver_sql(asked).scalar_one()
            tx.exec_driver_sql("DROP TABLE employees")
            tx.exec_driver_sql(
                re.sub(r",\s*CONSTRAINT \S+ UNIQUE \([^)]*\)", "", table)
            )
        else:
            for unique in sa.inspect(tx).get_unique_constraints("employees"):
                tx.exec_driver_sql(
                    f'ALTER TABLE employees DROP CONSTRAINT "{unique["name"]}"'
                )
    engine.dispose()
