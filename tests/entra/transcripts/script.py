"""Transcripts: what the simulator sends, to the byte, and what a target answers to each.

A test writes down an activity as a list of Exchanges. Whatever is sent besides, or in
another order, or spelt otherwise, fails it.
"""

from __future__ import annotations

import difflib
import json
import re
from dataclasses import dataclass
from typing import Any

import pytest

from envoy_console.entra import on_demand, on_demand_runs
from tests.entra.world import Provisioning, World
from tests.harness.targets import Behaviour, RawTarget, answer, found

GUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
TOKEN = "a-secret-token"

CORE_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
CORE_GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
AD_GROUP = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"


def request(line: str, target: RawTarget, body: str = "") -> bytes:
    """What is expected on the wire."""
    head = [
        f"{line} HTTP/1.1",
        f"Host: {target.authority}",
        f"Authorization: Bearer {TOKEN}",
        "ADSCIMVersion: 5.0",
        "Accept-Encoding: identity",
    ]
    if body:
        head += [
            "Content-Type: application/scim+json; charset=utf-8",
            f"Content-Length: {len(body.encode())}",
        ]
    return "\r\n".join([*head, "", body]).encode()


def without_guid(sent: bytes) -> bytes:
    """Replace the random value in a request."""
    return re.sub(GUID.encode(), b"GUID", sent)


def user(local_part: str) -> dict[str, Any]:
    """The body that creates somebody who has a name and a mail and no more."""
    upn = f"{local_part}@contoso.example"
    return {
        "schemas": [CORE_USER, ENTERPRISE],
        "externalId": local_part,
        "userName": upn,
        "active": True,
        "displayName": local_part.title(),
        "emails": [{"primary": True, "type": "work", "value": upn}],
        "meta": {"resourceType": "User"},
        "roles": [],
    }


def there(identifier: str, local_part: str, **more: Any) -> dict[str, Any]:
    """The same user, as the target has it."""
    return {**user(local_part), "id": identifier, **more}


def group(name: str, external_id: str, dialect: str) -> dict[str, Any]:
    """The body that creates a group."""
    own = [AD_GROUP] if dialect == "legacy" else []
    return {
        "schemas": [CORE_GROUP, *own],
        "externalId": external_id,
        "displayName": name,
        "meta": {"resourceType": "Group"},
    }


@dataclass(frozen=True)
class Exchange:
    """A request with its body, and the answer to it."""

    line: str
    answer: bytes | Behaviour
    body: Any = None

    def expected(self, target: RawTarget) -> bytes:
        text = ""
        if self.body is not None:
            text = json.dumps(self.body, ensure_ascii=False, separators=(",", ":"))
        return request(self.line, target, text)


def probes(users: str = "userName", *, times: int = 3) -> list[Exchange]:
    """What every activity begins with: nobody is asked for, and nobody found."""
    user = Exchange(f"GET /scim/v2/Users?filter={users}+eq+%22GUID%22", found())
    group = Exchange(
        "GET /scim/v2/Groups?excludedAttributes=members"
        "&filter=displayName+eq+%22GUID%22",
        found(),
    )
    return [user] * times + [group]


def query(name: str, *there: dict[str, Any]) -> Exchange:
    """Is a user there by the name of the UPN?"""
    asked = f"userName+eq+%22{name}%40contoso.example%22"
    return Exchange(f"GET /scim/v2/Users?filter={asked}", found(*there))


def query_group(name: str, *there: dict[str, Any]) -> Exchange:
    """Is a group there by that name?"""
    return Exchange(
        "GET /scim/v2/Groups?excludedAttributes=members"
        f"&filter=displayName+eq+%22{name}%22",
        found(*there),
    )


def read(identifier: str, resource: dict[str, Any] | None) -> Exchange:
    """A user is read by id; None is gone."""
    there = answer(404) if resource is None else answer(200, resource)
    return Exchange(f"GET /scim/v2/Users/{identifier}", there)


def read_group(identifier: str, resource: dict[str, Any]) -> Exchange:
    """A group is read by id, without its members."""
    line = f"GET /scim/v2/Groups/{identifier}?excludedAttributes=members"
    return Exchange(line, answer(200, resource))


def post(kind: str, identifier: str, body: dict[str, Any]) -> Exchange:
    """An object is created, and gets an id."""
    return Exchange(
        f"POST /scim/v2/{kind}", answer(201, {**body, "id": identifier}), body
    )


def patch(path: str, *operations: dict[str, Any]) -> Exchange:
    """An object is changed by these operations."""
    body = {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": list(operations),
    }
    return Exchange(f"PATCH /scim/v2/{path}", answer(204), body)


def delete(path: str, status: int = 204) -> Exchange:
    """An object is deleted."""
    return Exchange(f"DELETE /scim/v2/{path}", answer(status))


def created(local_part: str, identifier: str) -> tuple[Exchange, Exchange]:
    """Somebody is looked up in vain, and created."""
    return query(local_part), post("Users", identifier, user(local_part))


class Script:
    """An app whose target answers by a transcript, and nothing else."""

    def __init__(
        self, world: World, target: RawTarget, *, flag: str = "", template: str
    ) -> None:
        self.world, self.target = world, target
        self.app = Provisioning(world, target.url + flag, TOKEN, template)

    def cycle(self, *transcript: Exchange, probing: str = "userName") -> None:
        """Run a cycle, which has to go by the transcript."""
        self._play([*probes(probing), *transcript], self.app.cycle)

    def on_demand(self, user_id: str, *transcript: Exchange) -> None:
        """Provision a user on demand, which has to go by the transcript."""
        app = self.app.row
        run_id = self.world.do(
            lambda tx: on_demand_runs.ask(tx, app, "User", user_id, ())
        )

        def run() -> None:
            with self.world.app.app_context():
                on_demand.run(run_id)

        self._play([*probes(times=1), *transcript], run)

    def _play(self, transcript: list[Exchange], activity: Any) -> None:
        self.target.answer_with(*(each.answer for each in transcript))
        activity()
        sent = b"\n".join(map(without_guid, self.target.requests)).decode()
        expected = b"\n".join(
            each.expected(self.target) for each in transcript
        ).decode()
        if sent != expected:
            lines = expected.splitlines(), sent.splitlines()
            pytest.fail("\n".join(difflib.unified_diff(*lines, "expected", "sent")))
