"""`flask entra …`: a simulated tenant on the command line, against our own endpoint and
against one that plays by a script.
"""

import json

import pytest

from envoy_console.directory.faults import Kind
from tests.entra.transcripts.script import TOKEN
from tests.entra.world import Provisioning
from tests.harness.targets import answer, found, raw_target


@pytest.fixture
def run(app, company):
    """run("cycle", …) -> what came of `entra cycle … --company …`."""

    def ran(command, *given):
        runner = app.test_cli_runner()
        args = ["entra", command, *given, "--company", company.name]
        return runner.invoke(args=args)

    return ran


def test_a_cycle_prints_a_table_with_a_row_for_each_object(world, envoy, run, scim):
    envoy.assign(users=(world.user("ada"),))

    ran = run("cycle")

    assert ran.exit_code == 0
    assert "Ada" in ran.stdout
    assert "create" in ran.stdout
    assert scim.get("/Users").json()["totalResults"] == 1
    assert run("cycle").stdout == "Nothing had changed.\n"
    assert "skipped" in run("cycle", "--restart").stdout


def test_a_cycle_fails_where_an_object_failed(world, envoy, run, switch_on):
    envoy.assign(users=(world.user("ada"),))
    switch_on(Kind.BROKEN, writes_only=True)

    ran = run("cycle", "--json")

    (told,) = json.loads(ran.stdout)
    assert (told["identity"], told["errorCode"]) == ("Ada", "InternalServerError")
    assert ran.exit_code == 1


def test_a_cycle_that_could_not_begin_says_why_and_nothing_of_the_last(
    world, envoy, run, switch_on
):
    envoy.assign(users=(world.user("ada"),))
    run("cycle")
    switch_on(Kind.UNAUTHORIZED)

    ran = run("cycle")

    assert ran.exit_code == 1
    assert ran.stdout == ""
    assert "Quarantine (EncounteredQuarantineException)" in ran.stderr


def test_somebody_elses_server_gets_its_cycle_too(world, run):
    with raw_target(*[found()] * 5, answer(201, {"id": "u-1"})) as target:
        theirs = Provisioning(world, target.url, TOKEN, "custom-scim")
        theirs.assign(users=(world.user("ada"),))
        ran = run("cycle", "--app", "Envoy", "--json")

    assert json.loads(ran.stdout)[0]["targetId"] == "u-1"
    assert ran.exit_code == 0


def test_a_user_is_provisioned_on_demand(world, envoy, run, scim):
    envoy.assign(users=(world.user("ada"),))

    ran = run("provision", "ADA@contoso.example", "--json")

    assert [each["action"] for each in json.loads(ran.stdout)] == ["create"]
    assert scim.get("/Users").json()["totalResults"] == 1


def test_a_failure_on_demand_is_a_failure(world, envoy, run, switch_on):
    envoy.assign(users=(world.user("ada"),))
    switch_on(Kind.BROKEN, writes_only=True)

    ran = run("provision", "ada@contoso.example")

    assert ran.exit_code == 1
    assert "failure" in ran.stdout


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (("cycle", "--app", "Slack"), "no enterprise application named Slack"),
        (("provision", "eve@contoso.example"), "no user eve@contoso.example"),
    ],
)
def test_what_is_not_there_is_named(envoy, run, given, told):
    ran = run(*given)

    assert ran.exit_code == 1
    assert told in ran.stderr


def test_populating_tells_scripts_how_many(world, run, company):
    ran = run("populate", "12", "--groups", "3", "--json")

    assert json.loads(ran.stdout) == {"company": company.name, "users": 12, "groups": 3}
