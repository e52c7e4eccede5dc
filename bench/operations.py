"""Entra's traffic as endless streams of requests, and what each may cost."""

from __future__ import annotations

import itertools
import json
import random
import uuid
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from bench import people

PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
LAG = 16
FIRST_NEW = 10_000_000  # people with such numbers are not in the directory yet


@dataclass
class Group:
    """A group of the directory, with people who are not in it."""

    id: str
    name: str
    size: int
    strangers: deque[str]
    joined: deque[str] = field(default_factory=deque)


@dataclass
class Site:
    """A filled directory behind a server: how to ask for what is in it."""

    base: str
    token: str
    user_ids: list[str]
    groups: list[Group]
    loaded_in: float | None = None
    serial: Iterator[int] = field(default_factory=lambda: itertools.count(FIRST_NEW))
    chance: random.Random = field(default_factory=lambda: random.Random(7))  # noqa: S311

    def request(self, method: str, path: str, body: Any = None) -> bytes:
        """Return the bytes of a request."""
        payload = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {self.base}{path} HTTP/1.1\r\nHost: localhost\r\n"
            f"Authorization: Bearer {self.token}\r\nAccept: application/scim+json\r\n"
        )
        if body is not None:
            head += "Content-Type: application/scim+json; charset=utf-8\r\n"
            head += f"Content-Length: {len(payload)}\r\n"
        return head.encode() + b"\r\n" + payload

    def search(self, path: str, filter_text: str) -> bytes:
        """Return the bytes of a GET with a filter, quoted as Entra quotes it."""
        return self.request("GET", f"{path}filter={quote(filter_text)}")


Stream = Callable[[Site], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class Operation:
    """Something that Entra does.

    `limit` is the target as a multiple of hello, `finds` how many resources a right
    answer holds where that is known beforehand.
    """

    name: str
    limit: float | None
    stream: Stream
    finds: int | None = None


def probe(site: Site) -> Iterator[bytes]:
    """Test Connection asks for a user that cannot exist."""
    while True:
        yield site.search("/Users?", f'userName eq "{uuid.uuid4()}"')


def match_miss(site: Site) -> Iterator[bytes]:
    """Before it creates a user, Entra asks whether there is one."""
    for number in site.serial:
        yield site.search("/Users?", f'userName eq "{people.user_name(number)}"')


def match_hit(site: Site) -> Iterator[bytes]:
    while True:
        number = site.chance.randrange(len(site.user_ids))
        yield site.search("/Users?", f'userName eq "{people.user_name(number)}"')


def get_user(site: Site) -> Iterator[bytes]:
    while True:
        yield site.request("GET", f"/Users/{site.chance.choice(site.user_ids)}")


def list_users(site: Site) -> Iterator[bytes]:
    while True:
        yield site.request("GET", "/Users?startIndex=1&count=100")


def patch_user(site: Site) -> Iterator[bytes]:
    """Three attributes changed, in the three shapes that Entra uses."""
    for number in site.serial:
        operations = [
            {"op": "Replace", "path": "displayName", "value": f"Person {number}"},
            {"op": "Add", "path": "title", "value": f"Consultant {number}"},
            {
                "op": "Replace",
                "path": f"{people.ENTERPRISE}:department",
                "value": f"Department {number % 97}",
            },
        ]
        user_id = site.chance.choice(site.user_ids)
        yield site.request("PATCH", f"/Users/{user_id}", patch(operations))


def group_match(site: Site) -> Iterator[bytes]:
    while True:
        name = site.chance.choice(site.groups).name
        path = "/Groups?excludedAttributes=members&"
        yield site.search(path, f'displayName eq "{name}"')


def create_user(site: Site) -> Iterator[bytes]:
    for number in site.serial:
        yield site.request("POST", "/Users", people.user(number))


def create_group(site: Site) -> Iterator[bytes]:
    for number in site.serial:
        yield site.request("POST", "/Groups", people.group(f"New group {number}"))


def change_member(group: Group) -> Stream:
    """Add a member, take out one who joined a little earlier, and so on.

    So the group keeps its size. With several connections a removal could overtake
    the addition of the same person if it followed at once.
    """

    def stream(site: Site) -> Iterator[bytes]:
        while True:
            group.joined.append(group.strangers.popleft())
            added = [{"value": group.joined[-1]}]
            addition = {"op": "Add", "path": "members", "value": added}
            yield _change(site, group, addition)
            if len(group.joined) > LAG:
                group.strangers.append(group.joined.popleft())
                path = f'members[value eq "{group.strangers[-1]}"]'
                yield _change(site, group, {"op": "Remove", "path": path})

    return stream


def get_members(group: Group) -> Stream:
    def stream(site: Site) -> Iterator[bytes]:
        while True:
            yield site.request("GET", f"/Groups/{group.id}")

    return stream


def patch(operations: list[people.Document]) -> people.Document:
    """Return a PatchOp message."""
    return {"schemas": [PATCH_OP], "Operations": operations}


# Those that make the directory grow come last, so that it is as large as it is said
# to be while the others are measured.
READS_AND_CHANGES = (
    Operation("GUID probe", 2.2, probe, finds=0),
    Operation("match a user: miss", 2.2, match_miss, finds=0),
    Operation("match a user: hit", 2.2, match_hit, finds=1),
    Operation("GET user by id", 2.2, get_user),
    Operation("match a group, no members", 2.2, group_match, finds=1),
    Operation("PATCH user, 3 operations", 3.5, patch_user),
    Operation("list 100 users", 8, list_users),
)
CREATIONS = (
    Operation("POST group", 3.5, create_group),
    Operation("POST user", 3.5, create_user),
)


def of(site: Site) -> list[Operation]:
    """Return every operation on a site, in the order in which to measure."""
    membership = (one for group in site.groups for one in _membership(group))
    return [*READS_AND_CHANGES, *membership, *CREATIONS]


def _membership(group: Group) -> Iterator[Operation]:
    size = f"group of {group.size:,}"
    yield Operation(f"add or remove a member, {size}", 3.5, change_member(group))
    yield Operation(f"GET {size} with members", None, get_members(group))


def _change(site: Site, group: Group, operation: people.Document) -> bytes:
    return site.request("PATCH", f"/Groups/{group.id}", patch([operation]))
