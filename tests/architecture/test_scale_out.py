"""Two servers over one database: together they keep every promise of one."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from envoy_console.directory import tokens
from envoy_console.models.transactions import write
from tests import builders
from tests.harness import gunicorn
from tests.harness.scim_client import ScimClient
from tests.messages import add, entra_user, patch


@pytest.fixture
def shared(databases, tmp_path):
    """An app on the database that the servers share, to act behind their backs."""
    with databases.lent_app(tmp_path) as app:
        yield app


@pytest.fixture
def tenant(shared):
    return builders.found_company(shared)


@pytest.fixture
def clients(shared, tenant):
    """A client of each server, with the same token."""
    token = builders.issue_token(shared, tenant)
    url = shared.config["SQLALCHEMY_DATABASE_URI"]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(gunicorn.running(gunicorn.environment(url)))
            for _ in range(2)
        ]
        yield [
            stack.enter_context(ScimClient(gunicorn.address(server), token))
            for server in servers
        ]


def all_at_once(calls):
    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(call) for call in calls]]


def test_one_user_name_is_taken_once_on_both_servers(clients):
    names = ["ann@contoso.example", "ANN@contoso.example"] * 4

    answers = all_at_once(
        [
            lambda client=clients[n % 2], name=name: client.post(
                "/Users", entra_user(name)
            )
            for n, name in enumerate(names)
        ]
    )

    assert sorted(a.status_code for a in answers) == [201] + [409] * 7


def test_no_member_is_lost_when_both_servers_add_to_one_group(clients):
    people = [clients[0].create_user()["id"] for _ in range(16)]
    group = f"/Groups/{clients[0].create_group()['id']}"

    answers = all_at_once(
        [
            lambda client=clients[n % 2], who=who: client.patch(
                group, patch(add("members", [{"value": who}]))
            )
            for n, who in enumerate(people)
        ]
    )

    assert {a.status_code for a in answers} == {204}
    members = clients[1].get(group).json()["members"]
    assert {member["value"] for member in members} == set(people)


def test_a_change_on_one_server_is_read_on_the_other_at_once(clients):
    user = clients[0].create_user()

    clients[1].delete(f"/Users/{user['id']}")

    assert clients[0].get(f"/Users/{user['id']}").status_code == 404


def test_a_revoked_token_opens_neither_server_from_then_on(clients, shared, tenant):
    assert [c.get("/Users?count=0").status_code for c in clients] == [200, 200]

    with shared.app_context():
        write(lambda tx: revoke_everything(tx, tenant))

    assert [c.get("/Users?count=0").status_code for c in clients] == [401, 401]


def revoke_everything(tx, tenant):
    for token in tokens.of_company(tx, tenant.id):
        tokens.revoke(tx, tenant.admin, token.id)
