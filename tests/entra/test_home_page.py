"""Home of the Entra console tells the one thing to do next."""

import pytest

from envoy_console.entra import jobs, quarantine
from tests.entra.world import Provisioning, World


@pytest.fixture
def world(app, company):
    return World(app, company)


@pytest.fixture
def envoy(world, token):
    world.user("ann")
    return Provisioning(world, "https://app.envoy.com/scim/v2", token)


def state(console):
    return console.get("/entra/").select("#state")[0].text


def leads_to(console):
    return console.get("/entra/").select(".next a.button")[0]["href"]


def test_without_an_application_it_leads_to_the_gallery(console, world):
    world.user("ann")

    assert state(console) == "Envoy is not among the applications yet"
    assert leads_to(console) == "/entra/apps/gallery/envoy"


def test_it_leads_from_the_credentials_over_the_assignment_to_the_start(
    console, world, envoy
):
    saved_at = envoy.row.saved_at
    envoy.configure(saved_at=None)
    assert state(console) == "Envoy is not configured yet"

    envoy.configure(saved_at=saved_at)
    assert state(console) == "Nobody is assigned to Envoy"

    envoy.assign(users=(world.user("bob"),))
    assert state(console) == "Provisioning of Envoy is off"

    envoy.configure(is_on=True)
    assert state(console) == "Envoy is in sync"


def test_what_needs_mending_comes_first(console, envoy):
    values = {"quarantine_reason": quarantine.CREDENTIALS}
    envoy.world.do(lambda tx: jobs.update(tx, envoy.id, **values))

    assert state(console) == "Envoy is in quarantine"
    assert leads_to(console) == f"/entra/apps/{envoy.id}/provisioning"
    assert quarantine.ADVICE[quarantine.CREDENTIALS] in console.get("/entra/").text


def test_an_empty_tenant_has_its_own_next_step(console, world):
    assert not console.get("/entra/").select("#state")
    assert "Nobody is in this tenant yet" in console.get("/entra/").text
