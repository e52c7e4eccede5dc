"""Members of groups as an answer shows them: a few in one piece, many as a stream.

One rule for a group and for a list of groups: an answer with more than STREAMED_FROM
members in all is written while they are read from the database. Its memory stays flat
whatever its size, so the largest page costs a thread its time and nothing else. It is
read part by part: members who come or go meanwhile may be seen or not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy.engine import Connection

from envoy_console.directory import memberships
from envoy_console.directory.groups import GroupRecord
from envoy_console.directory.memberships import Member
from envoy_console.models.transactions import streamer
from envoy_console.scim import resources
from envoy_console.scim.resources import Selection
from envoy_console.scim_api import exchanges

STREAMED_FROM = 1_000

# the last one only where it was asked for
PARTS = ("value", "$ref", "type", "display")

Show = Callable[[Sequence[Member]], list[dict[str, Any]]]


@dataclass(frozen=True, slots=True)
class Shown:
    """The JSON of a resource as the client asked to see it, and the group whose
    members follow.
    """

    head: bytes
    members_of: str | None = None


def are_wanted(selection: Selection | None) -> bool:
    return selection is None or selection.wants("members")


def are_many(records: Iterable[GroupRecord]) -> bool:
    return sum(record.member_count for record in records) > STREAMED_FROM


def are_named(selection: Selection | None) -> bool:
    """Names cost a join for each member, and are shown to whoever asks for them."""
    return selection is not None and selection.names("members", "display")


def shower(selection: Selection | None) -> Show:
    """Return how members are shown; the URLs are made out once, not for each."""
    urls = exchanges.current().urls

    def show(found: Sequence[Member]) -> list[dict[str, Any]]:
        shown = [
            dict(zip(PARTS, (id, urls[type] + id, type, *name), strict=False))
            for id, type, *name in found
        ]
        if selection is None:
            return shown
        return list(resources.select({"members": shown}, selection).get("members", ()))

    return show


def stream(
    shown: Sequence[Shown],
    selection: Selection | None,
    *,
    before: bytes = b"",
    after: bytes = b"",
) -> Iterator[bytes]:
    """Write resources with their members, between `before` and `after`."""
    engine, show, names = streamer(), shower(selection), are_named(selection)

    def pieces() -> Iterator[bytes]:
        yield before
        with engine.connect() as tx:
            for number, resource in enumerate(shown):
                yield b"," if number else b""
                yield from _resource(tx, resource, show, names=names)
        yield after

    return pieces()


def _resource(
    tx: Connection, resource: Shown, show: Show, *, names: bool
) -> Iterator[bytes]:
    if resource.members_of is None:
        yield resource.head
        return
    yield resource.head.removesuffix(b"}") + b',"members":['
    comma = b""
    for found in memberships.stream(tx, resource.members_of, names=names):
        yield comma + orjson.dumps(show(found))[1:-1]
        comma = b","
    yield b"]}"
