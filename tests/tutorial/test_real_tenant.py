"""A real Entra tenant does steps 3 to 6: its requests tell."""

import uuid
from dataclasses import replace
from datetime import timedelta

import pytest

from envoy_console.config import CHECK_AGENT
from envoy_console.directory.exchange_rows import Exchange
from envoy_console.models.base import now
from envoy_console.tutorial import wire
from envoy_console.tutorial.steps import between
from tests.entra.world import Provisioning, own_url
from tests.harness.scim_client import ScimClient


def probe(client):
    """Ask for somebody who cannot exist, as Test Connection does."""
    asked = {"filter": f'userName eq "{uuid.uuid4()}"'}
    assert client.get("/Users", params=asked).json()["totalResults"] == 0


def exchange(method="GET", path="", status=200, at=None):
    """An exchange with a real tenant."""
    return Exchange(
        id=str(uuid.uuid4()),
        company_id="company",
        integration_id="integration",
        token_id="token",
        token_hint="…",
        client_id=None,
        source="20.0.0.1",
        at=at or now(),
        duration_us=1,
        method=method,
        path=path or f"/scim/v2/Users?filter=userName+eq+%22{uuid.uuid4()}%22",
        status=status,
        resource_type="Users",
        resource_id=None,
        quirks=[],
        injected=False,
        detail=None,
        request_headers={"Adscimversion": "5.0"},
        request_body="",
        response_headers={},
        response_body="",
        sought_key=None,
        replay_of=None,
    )


def test_its_test_connection_shows_what_was_done_before(entra, done):
    probe(entra)

    assert done() == between("2.1", "5.6")


def test_its_first_user_shows_that_the_initial_cycle_runs(entra, done):
    entra.create_user()

    assert done() == between("2.1", "5.16")


def test_another_question_is_no_test_connection(entra, done):
    entra.get("/Users", params={"filter": 'userName eq "ann@contoso.example"'})
    entra.get("/Groups", params={"filter": f'displayName eq "{uuid.uuid4()}"'})
    entra.get("/Users")

    assert done() == between("2.1", "2.4")


def test_a_user_who_was_refused_was_not_created(entra, done):
    user = entra.create_user()
    assert "5.16" in done()

    assert entra.post("/Users", user).status_code == 409


def test_a_client_that_is_not_entra_proves_no_more_than_that_it_has_the_token(
    scim, done
):
    probe(scim)
    scim.create_user()

    assert done() == between("2.1", "2.4")


def test_our_own_simulator_is_not_taken_for_a_real_tenant(saved, progress):
    assert "5.6" in progress().done
    assert not {"4.1", "4.2"} & progress().done
    assert wire.PROBED not in progress().marks


def test_a_request_that_is_sent_again_proves_nothing(console, entra, wire_log, done):
    entra.http.headers["Accept-Encoding"] = "identity"
    del entra.http.headers["User-Agent"]
    entra.create_user()
    asked = wire_log.newest("POST")
    entra.delete(f"/Users/{asked.resource_id}")
    assert "5.16" not in done()

    page = console.get(f"/activity/requests/{asked.id}")
    console.submit(page, "#replay form")

    assert wire_log.newest("POST").status == 201
    assert "5.16" not in done()


def test_what_is_copied_as_curl_proves_nothing(server, token, done):
    headers = {"ADSCIMVersion": "2.0", "User-Agent": "curl/8.5.0"}
    with ScimClient(server, token, **headers) as curl:
        curl.create_user()
        probe(curl)

    assert not {"5.6", "5.16"} & done()


def test_an_endpoint_check_proves_nothing(server, token, done):
    headers = {"ADSCIMVersion": "2.0", "User-Agent": CHECK_AGENT}
    with ScimClient(server, token, **headers) as check:
        check.create_user()

    assert "5.16" not in done()


def test_our_own_cycles_are_not_taken_for_those_of_a_real_tenant(
    app, world, token, progress
):
    envoy = Provisioning(world, own_url(app), token)
    envoy.assign(users=(world.user("ada"),))
    envoy.cycle()

    assert progress().marks == frozenset()


def test_opening_the_wire_log_stands_for_the_provisioning_logs(console, entra, done):
    console.get("/activity/requests")
    probe(entra)
    assert "6.1" not in done()

    entra.create_user()

    assert "6.1" in done()


def test_a_token_refused_and_then_accepted_is_a_quarantine(
    app, server, console, entra, done
):
    entra.create_user()
    console.submit("/integrations/azure-scim", "#rotate form", hours="0")
    assert entra.get("/Users").status_code == 401
    assert "6.3" not in done()

    token = console.submit("/integrations/azure-scim", "form[action$=reveal]").select(
        "#token"
    )[0]["value"]
    with ScimClient(server, str(token), ADSCIMVersion="5.0") as renewed:
        probe(renewed)

    assert "6.3" in done()


def test_what_the_fault_card_answers_proves_nothing():
    answered = exchange()

    assert wire.told(answered, {}) == [wire.PROBED]
    assert wire.told(replace(answered, injected=True), {}) == []


@pytest.mark.parametrize(("minutes", "is_back"), [(5, False), (41, True)])
def test_a_probe_long_after_the_first_user_is_the_next_cycle(minutes, is_back):
    known = {wire.PROBED: now(), wire.CREATED: now()}
    later = exchange(at=now() + timedelta(minutes=minutes))

    assert wire.told(later, known) == ([wire.RETURNED] if is_back else [])


@pytest.mark.parametrize(
    "path",
    [
        "/scim/v2/Users?filter=userName+eq+%22{0}%22",
        "/scim/v2/Users?filter=userName%20eq%20%22{0}%22",
        "/scim/v2/Users?startIndex=1&filter=userName+eq+%22{0}%22",
    ],
)
def test_a_probe_is_known_however_it_is_written(path):
    asked = exchange(path=path.format(str(uuid.uuid4()).upper()))

    assert wire.told(asked, {}) == [wire.PROBED]
