"""Somebody else's SCIM server: scim2-server from PyPI, provisioned like any app."""

import threading

import httpx2
import pytest
from scim2_server.memory import InMemoryStorage
from scim2_server.testserver.application import BearerTokenApplication
from scim2_server.utils import load_default_provider
from werkzeug.serving import make_server

from envoy_console.models.base import now
from tests.entra.world import Provisioning
from tests.harness.serving import QuietHandler

TOKEN = "a-token-of-theirs"


@pytest.fixture
def theirs():
    """The URL of their server."""
    app = BearerTokenApplication(
        InMemoryStorage(), load_default_provider(), bearer_tokens=[TOKEN]
    )
    server = make_server("127.0.0.1", 0, app, request_handler=QuietHandler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/v2"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def foreign(world, theirs):
    """Their server as a custom SCIM application, in the compliant dialect."""
    return Provisioning(world, f"{theirs}?aadOptscim062020", TOKEN, "custom-scim")


@pytest.fixture
def there(theirs):
    """there("/Users") -> what their server has."""
    with httpx2.Client(
        base_url=theirs, headers={"Authorization": f"Bearer {TOKEN}"}
    ) as client:
        yield lambda path: client.get(path).json().get("Resources") or []


def failures(app):
    return [
        (entry.label, entry.reason)
        for entry in app.entries()
        if entry.status == "failure"
    ]


def test_it_is_filled_updated_and_emptied_without_a_failure(world, foreign, there):
    boss = world.user("boss", jobTitle="Boss", givenName="Bo", surname="Ss")
    ada = world.user("ada", jobTitle="Clerk", department="Sales", employeeId="7")
    crew = world.group("Crew", boss, ada)
    world.edit(ada, manager_id=boss)
    foreign.assign(users=(boss, ada), groups=(crew,))

    foreign.cycle()

    assert failures(foreign) == []
    users = {user["userName"].partition("@")[0]: user for user in there("/Users")}
    enterprise = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
    assert users["ada"]["title"] == "Clerk"
    assert users["ada"][enterprise]["manager"]["value"] == users["boss"]["id"]
    assert len(there("/Groups")[0]["members"]) == 2

    world.edit(
        ada,
        attributes={"jobTitle": "Captain", "department": "Fleet"},
        manager_id=None,
    )
    world.leave(crew, boss)
    foreign.cycle()

    assert failures(foreign) == []
    users = {user["userName"].partition("@")[0]: user for user in there("/Users")}
    assert users["ada"]["title"] == "Captain"
    assert users["ada"][enterprise]["department"] == "Fleet"
    assert "manager" not in users["ada"][enterprise]
    assert len(there("/Groups")[0]["members"]) == 1

    world.edit(ada, deleted_at=now())
    foreign.unassign(crew)
    foreign.cycle()
    world.hard_delete(ada)
    world.hard_delete(boss)
    foreign.cycle()

    assert failures(foreign) == []
    assert there("/Users") == []
    assert there("/Groups") == []


def test_what_it_refuses_in_the_legacy_dialect_is_entras_own_deviation(
    world, theirs, there
):
    legacy = Provisioning(world, theirs, TOKEN, "custom-scim")
    boss, ada = world.user("boss"), world.user("ada")
    world.edit(ada, manager_id=boss)
    legacy.assign(users=(boss, ada), groups=(world.group("Crew", ada),))

    legacy.cycle()

    refused = dict(failures(legacy))
    assert len(there("/Users")) == 2
    assert set(refused) == {"Crew", "ada@contoso.example"}
    assert "ResourceManagement/ADSCIM/2.0/Group" in refused["Crew"]
    assert "manager" in refused["ada@contoso.example"]  # a bare string
