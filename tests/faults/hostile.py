"""Bad requests by the thousand: none is a 5xx, none leaves anything behind.

What Entra sends is bent until it is wrong: bytes of the body, values, paths of a PATCH,
filters, parameters, headers, the method. Some of it stays right by chance, and is done.
"""

from __future__ import annotations

import contextlib
import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import quote

from bench import machine, people
from tests.faults.report import Finding
from tests.faults.service import Site, site
from tests.messages import CORE_GROUP, PATCH_OP

PLANTED = {"trusting": "bodies read by json.loads alone"}

CLIENTS, SEED = 4, 7643
GROWTH = 0.1  # of the memory after the first fifth of the requests, if there are many
MANY = 10_000

FOR_GOOD = {"GUNICORN_CMD_ARGS": "--max-requests 0"}

NAMES = (
    *("userName", "name", "name.givenName", "emails", "active", "members", "manager"),
    *('emails[type eq "work"].value', "meta.location", "id", "schemas", "groups"),
    *("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "password"),
)
ODD: tuple[Any, ...] = (
    *(None, True, -1, 2**70, 1.5e308, "", " ", "x" * 5000, [], {}, [[]], {"value": {}}),
    *("\u202e", "\ud800", "\x00", "İ", "ß" * 300, "'; DROP TABLE employees; --"),
    *(
        "../../etc/passwd",
        "{{7*7}}",
        [{"value": "x"}] * 50,
        {"$ref": "http://169.254.1.1"},
    ),
)
GRAMMAR = (
    *("eq", "ne", "co", "pr", "gt", "and", "or", "not", "(", ")", "[", "]", '"', "\\"),
    *(".", ":", "true", "null", "1e999", "'", '"x"', "\ufeff", "٣", "%00", "\n"),
)
QUERY = ("filter", "startIndex", "count", "cursor", "attributes", "sortBy", "nope")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS", "PROPFIND")
HEADERS = (
    ("Content-Type", "text/xml"),
    ("Content-Type", "application/scim+json; charset=utf-16"),
    ("If-Match", 'W/"x"'),
    ("Content-Encoding", "gzip"),
    ("Accept", "image/png"),
    ("Authorization", "Bearer esim_" + "0" * 49),
    ("Range", "bytes=5-1"),
    ("Expect", "200-ok"),
    ("X-Forwarded-Host", "evil.example"),
)
PLACES = ("/Users", "/Groups", "/Bulk", "/.search", "/Users/.search", "/Me", "/Schemas")

Request = tuple[str, str, bytes, dict[str, str]]


def run(database: str, times: int, mutant: str = "") -> list[Finding]:
    """Send `times` bad requests."""
    with site(database, mutant, **FOR_GOOD) as where:
        warm = _bombard(where, times // 5, SEED)
        workers, memory = where.service.workers(), _memory(where)
        answers = warm + _bombard(where, times - warm.total(), SEED + 1)
        growth = _memory(where) / memory - 1
        broken = _broken(answers)
        if where.service.workers() != workers:
            broken.append("a worker was replaced")
        if growth > GROWTH and times >= MANY:
            broken.append(f"memory grew by {growth:.0%}")
        where.seconds_until_it_writes()
    classes = Counter[str]()
    for status, number in answers.items():
        classes[f"{status // 100}xx" if status < 500 else str(status)] += number
    told = ", ".join(f"{number:,} × {name}" for name, number in sorted(classes.items()))
    figures = f"{told}; memory {growth:+.1%}"
    return [Finding("bad requests", database, figures, broken, PLANTED.get(mutant, ""))]


def _memory(where: Site) -> float:
    return machine.largest_mib(where.service.pid)


def _broken(answers: Counter[int]) -> list[str]:
    return [
        f"{number} answers were {status or 'missing'}"
        for status, number in sorted(answers.items())
        if (status >= 500 and status != 501) or not status
    ]


def _bombard(where: Site, number: int, seed: int) -> Counter[int]:
    """Return how many of `number` requests were answered with which status."""

    def fire(client: int) -> Counter[int]:
        dice = random.Random(f"{seed}-{client}")
        with contextlib.closing(_Gun(where)) as gun:
            shots = range(number // CLIENTS)
            return Counter(gun.fire(bad_request(dice)) for _ in shots)

    with ThreadPoolExecutor(CLIENTS) as clients:
        return sum(clients.map(fire, range(CLIENTS)), Counter[int]())


class _Gun:
    """Sends requests over one connection, which it opens again when it was closed."""

    def __init__(self, where: Site) -> None:
        self._where = where
        self._connection = self._open()

    def _open(self) -> HTTPConnection:
        return HTTPConnection("127.0.0.1", self._where.service.port, timeout=20)

    def close(self) -> None:
        """Hang up."""
        self._connection.close()

    def fire(self, request: Request) -> int:
        """Return the status, or 0 when there was no answer twice."""
        for _ in range(2):
            try:
                return self._exchange(*request)
            except (OSError, HTTPException):
                self._connection.close()
                self._connection = self._open()
        return 0

    def _exchange(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> int:
        headers = {
            "Authorization": f"Bearer {self._where.wire.token}",
            "Content-Type": "application/scim+json",
            **headers,
        }
        self._connection.request(method, f"/scim/v2{path}", body or None, headers)
        response = self._connection.getresponse()
        response.read()
        return response.status


def bad_request(dice: random.Random) -> Request:
    """Return a request of Entra's with one to three things wrong with it."""
    method, path, document = dice.choice(_SOUND)(dice)
    body = json.dumps(document).encode() if document is not None else b""
    headers: dict[str, str] = {}
    for _ in range(dice.randint(1, 3)):
        match dice.randrange(6):
            case 0 if document is not None:
                body = json.dumps(bent(document, dice)).encode()
            case 1 if body:
                body = _scratched(body, dice)
            case 2:
                path = f"{path.partition('?')[0]}?{_query(dice)}"
            case 3:
                headers.update([dice.choice(HEADERS)])
            case 4:
                method = dice.choice(METHODS)
            case _:
                path = dice.choice(PLACES) + quote(
                    f"/{dice.choice(ODD)}"[:200], errors="replace"
                )
    return method, path, body, headers


def bent(value: Any, dice: random.Random) -> Any:
    """Return the document with something in it replaced, doubled, or nested."""
    if isinstance(value, dict) and value and dice.random() < 0.85:
        name = dice.choice(list(value))
        return {**value, name: bent(value[name], dice)}
    if isinstance(value, list) and value and dice.random() < 0.85:
        number = dice.randrange(len(value))
        return [*value[:number], bent(value[number], dice), *value[number + 1 :]]
    if dice.random() < 0.1:
        return _nested(dice.choice([20, 200, 900]))
    return dice.choice([*ODD, dice.choice(NAMES), _sentence(dice)])


def _nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value}
    return value


def _scratched(body: bytes, dice: random.Random) -> bytes:
    scratched = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        scratched[dice.randrange(len(scratched))] = dice.randrange(256)
    return bytes(scratched[: dice.randint(1, len(scratched))])


def _query(dice: random.Random) -> str:
    name = dice.choice(QUERY)
    value = _sentence(dice) if name == "filter" else f"{dice.choice(ODD)}"
    return f"{name}={quote(value.encode('utf-8', 'replace')[:1500])}"


def _sentence(dice: random.Random) -> str:
    """Return something that looks like a filter or a path, and is neither as a rule."""
    if dice.random() < 0.05:
        return "(" * dice.choice([30, 400, 2000]) + 'userName eq "x"'
    words = (
        dice.choice(dice.choice([NAMES, GRAMMAR])) for _ in range(dice.randint(1, 9))
    )
    return " ".join(words)


def _create(dice: random.Random) -> tuple[str, str, Any]:
    return "POST", "/Users", people.user(dice.randrange(10**9))


def _group(dice: random.Random) -> tuple[str, str, Any]:
    name = f"Group {dice.randrange(10**9)}"
    return "POST", "/Groups", {"schemas": [CORE_GROUP], "displayName": name}


def _patch(dice: random.Random) -> tuple[str, str, Any]:
    operation = {
        "op": dice.choice(["Add", "Replace", "Remove"]),
        "path": dice.choice(NAMES),
        "value": dice.choice(["x", [{"value": "x"}], {"value": "x"}]),
    }
    place = dice.choice(PLACES)
    return "PATCH", f"{place}/x", {"schemas": [PATCH_OP], "Operations": [operation]}


def _match(dice: random.Random) -> tuple[str, str, Any]:
    return "GET", f"/Users?filter={quote(_sentence(dice)[:1500])}", None


_SOUND: tuple[Callable[[random.Random], tuple[str, str, Any]], ...] = (
    _create,
    _group,
    _patch,
    _match,
)
