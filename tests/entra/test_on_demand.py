"""Provision on demand: one object at once, always in the legacy dialect."""

import json

import sqlalchemy as sa

from envoy_console.entra import on_demand, provisioning_log
from envoy_console.models import seals
from envoy_console.models.base import new_id, now
from tests.entra.world import own_url


def run(world, envoy, kind, source_id, members=()):
    runs = on_demand.runs
    run_id = new_id()
    world.do(
        lambda tx: tx.execute(
            runs.insert().values(
                id=run_id,
                company_id=world.company.id,
                app_id=envoy.id,
                at=now(),
                kind=kind,
                source_id=source_id,
                label="",
                member_ids=list(members),
            )
        )
    )
    with world.app.app_context():
        on_demand.run(run_id)
        on_demand.run(run_id)  # a second ring does nothing
    row = world.ask(
        lambda tx: tx.execute(sa.select(runs).where(runs.c.id == run_id)).one()
    )
    app = envoy.row
    log = row.log_id and world.ask(lambda tx: provisioning_log.one(tx, app, row.log_id))
    return row, log


def test_a_user_is_provisioned_step_by_step(world, envoy, scim, wire_log):
    ada = world.user("ada", jobTitle="Clerk")
    envoy.assign(users=(ada,))

    _, log = run(world, envoy, "User", ada)

    assert (log.action, log.status) == ("create", "success")
    assert [step["type"] for step in log.steps] == [
        "import",
        "scoping",
        "matching",
        "export",
    ]
    assert len(wire_log.every("POST")) == 1
    assert scim.get("/Users").json()["Resources"][0]["title"] == "Clerk"


def test_somebody_who_is_not_assigned_is_skipped_with_the_reasons(world, envoy):
    ada = world.user("ada")

    _, log = run(world, envoy, "User", ada)

    assert log.status == "skipped"
    assert log.error_code == "NotEffectivelyEntitled"
    assert log.steps[-1]["details"]["Assigned to the application"] == "False"


def test_a_group_takes_the_chosen_members_along(world, envoy, scim):
    ada, bob = world.user("ada"), world.user("bob")
    crew = world.group("Crew", ada, bob)
    envoy.assign(groups=(crew,))
    for user in (ada, bob):
        run(world, envoy, "User", user)

    _, log = run(world, envoy, "Group", crew, [ada])

    assert log.action == "create"
    group = scim.get("/Groups").json()["Resources"][0]
    assert len(scim.get(f"/Groups/{group['id']}").json()["members"]) == 1


def test_the_flag_of_the_tenant_url_has_no_effect(app, world, envoy, wire_log):
    envoy.configure(tenant_url=f"{own_url(app)}?aadOptscim062020")
    ada = world.user("ada")
    envoy.assign(users=(ada,))
    envoy.cycle()
    world.edit(ada, attributes={"jobTitle": "Captain"})

    run(world, envoy, "User", ada)

    (patch,) = wire_log.every("PATCH")
    assert json.loads(patch.request_body)["Operations"] == [
        {"op": "Add", "path": "title", "value": "Captain"}
    ]


def test_a_wrong_token_shows_the_connection_and_nothing_else(app, world, envoy):
    with app.app_context():
        envoy.configure(secret=seals.seal(seals.ENTRA_TOKEN, envoy.id, "wrong"))

    row, log = run(world, envoy, "User", world.user("ada"))

    assert log is None
    assert row.connection["ok"] is False
