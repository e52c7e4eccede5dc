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
    """Something that Entra does; `limit` is its target as a multiple of hello."""

    name: str
    limit: float
    stream: Stream
    status: int = 200


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


def add_member(group: Group) -> Stream:
    def stream(site: Site) -> Iterator[bytes]:
        while group.strangers:
            member_id = group.strangers.popleft()
            group.joined.append(member_id)
            operation = {
                "op": "Add",
                "path": "members",
                "value": [{"value": member_id}],
            }
            yield site.request("PATCH", f"/Groups/{group.id}", patch([operation]))

    return stream


def remove_member(group: Group) -> Stream:
    """Take out those whom `add_member` put in, the group's size staying the same."""

    def stream(site: Site) -> Iterator[bytes]:
        while group.joined:
            member_id = group.joined.popleft()
            group.strangers.append(member_id)
            operation = {
                "op": "Remove",
                "path": "members",
                "value": [{"value": member_id}],
            }
            yield site.request("PATCH", f"/Groups/{group.id}", patch([operation]))

    return stream


def patch(operations: list[people.Document]) -> people.Document:
    """Return a PatchOp message."""
    return {"schemas": [PATCH_OP], "Operations": operations}


# Those that make the directory grow come last, so that it is as large as it is said
# to be while the others are measured.
READS_AND_CHANGES = (
    Operation("GUID probe", 2.2, probe),
    Operation("match a user: miss", 2.2, match_miss),
    Operation("match a user: hit", 2.2, match_hit),
    Operation("GET user by id", 2.2, get_user),
    Operation("match a group, no members", 2.2, group_match),
    Operation("PATCH user, 3 operations", 3.5, patch_user),
    Operation("list 100 users", 8, list_users),
)
CREATIONS = (
    Operation("POST group", 3.5, create_group, status=201),
    Operation("POST user", 3.5, create_user, status=201),
)


def of(site: Site) -> list[Operation]:
    """Return every operation on a site, in the order in which to measure."""
    return [*READS_AND_CHANGES, *_membership(site), *CREATIONS]


def _membership(site: Site) -> Iterator[Operation]:
    for group in site.groups:
        size = f"group of {group.size:,}"
        yield Operation(f"add a member, {size}", 3.5, add_member(group), status=204)
        yield Operation(
            f"remove a member, {size}", 3.5, remove_member(group), status=204
        )
