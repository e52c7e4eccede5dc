"""Cycles, from the tenant through HTTP into the directory of the company."""

from envoy_console.entra import jobs, story
from envoy_console.models import seals
from envoy_console.models.base import now


def people(scim):
    return {
        user["userName"].partition("@")[0]: user
        for user in scim.get("/Users").json()["Resources"]
    }


def test_an_initial_cycle_creates_whom_is_assigned_and_nobody_else(world, envoy, scim):
    ada = world.user("ada", jobTitle="Engineer")
    world.user("bob")
    envoy.assign(users=(ada,))

    done = envoy.cycle()

    assert done == {"Ada": ("create", "success")}
    assert people(scim)["ada"]["title"] == "Engineer"
    assert set(people(scim)) == {"ada"}


def test_a_second_cycle_without_changes_does_nothing(world, envoy, scim):
    envoy.assign(users=(world.user("ada"),))
    envoy.cycle()

    assert envoy.cycle() == {}
    assert envoy.status.cycle.kind == "incremental"


def test_a_cycle_tells_how_far_it_is(world, envoy):
    team = world.group("Team", world.user("ada"), world.user("bob"))
    envoy.assign(groups=(team,))

    envoy.cycle()

    cycle = envoy.status.cycle
    assert (cycle.planned_users, cycle.planned_groups) == (2, 1)
    assert (cycle.done_users, cycle.done_groups) == (2, 1)
    assert envoy.status.percent == 100


def test_what_changes_is_updated_and_no_more(world, envoy, scim):
    ada, bob = world.user("ada"), world.user("bob")
    envoy.assign(users=(ada, bob))
    envoy.cycle()

    world.edit(ada, attributes={"jobTitle": "Captain"})

    assert envoy.cycle() == {"Ada": ("update", "success")}
    assert people(scim)["ada"]["title"] == "Captain"
    assert [m["displayName"] for m in envoy.entries()[0].modified] == ["title"]


def test_whoever_is_blocked_unassigned_or_deleted_is_disabled(world, envoy, scim):
    ada, bob, cid = (world.user(name) for name in ("ada", "bob", "cid"))
    envoy.assign(users=(ada, bob, cid))
    envoy.cycle()

    world.edit(ada, account_enabled=False)
    envoy.unassign(bob)
    world.edit(cid, deleted_at=now())

    assert set(envoy.cycle().values()) == {("disable", "success")}
    assert [user["active"] for user in people(scim).values()] == [False] * 3


def test_a_rehire_is_enabled_again_and_keeps_the_id(world, envoy, scim):
    ada = world.user("ada")
    envoy.assign(users=(ada,))
    envoy.cycle()
    before = people(scim)["ada"]["id"]
    world.edit(ada, deleted_at=now())
    envoy.cycle()

    world.edit(ada, deleted_at=None)

    assert envoy.cycle() == {"Ada": ("update", "success")}
    assert people(scim)["ada"]["active"] is True
    assert people(scim)["ada"]["id"] == before


def test_a_hard_delete_is_sent_only_while_the_user_is_managed(world, envoy, scim):
    ada, bob = world.user("ada"), world.user("bob")
    envoy.assign(users=(ada, bob))
    envoy.cycle()
    envoy.unassign(bob)
    envoy.cycle()

    world.hard_delete(ada)
    world.hard_delete(bob)
    envoy.cycle()

    assert set(people(scim)) == {"bob"}


def test_groups_are_created_empty_and_filled_member_by_member(world, envoy, scim):
    ada, bob = world.user("ada"), world.user("bob")
    crew = world.group("Crew", ada, bob)
    envoy.assign(groups=(crew,))

    envoy.cycle()

    group = scim.get("/Groups").json()["Resources"][0]
    assert group["displayName"] == "Crew"
    assert len(scim.get(f"/Groups/{group['id']}").json()["members"]) == 2

    world.leave(crew, bob)
    envoy.cycle()

    assert len(scim.get(f"/Groups/{group['id']}").json()["members"]) == 1


def test_an_unassigned_group_is_deleted_and_its_members_disabled(world, envoy, scim):
    ada = world.user("ada")
    crew = world.group("Crew", ada)
    envoy.assign(groups=(crew,))
    envoy.cycle()

    envoy.unassign(crew)
    envoy.cycle()

    assert scim.get("/Groups").json()["totalResults"] == 0
    assert people(scim)["ada"]["active"] is False


def test_somebody_who_is_there_already_is_matched_not_created(world, envoy, scim):
    scim.post("/Users", {"schemas": [], "userName": "ADA@contoso.example"})
    envoy.assign(users=(world.user("ada"),))

    assert envoy.cycle() == {"Ada": ("update", "success")}
    assert scim.get("/Users").json()["totalResults"] == 1


def test_a_wrong_token_quarantines_the_job_at_once(app, world, envoy):
    envoy.assign(users=(world.user("ada"),))
    with app.app_context():
        envoy.configure(secret=seals.seal(seals.ENTRA_TOKEN, envoy.id, "esim_wrong"))

    envoy.cycle()

    assert envoy.status.state == "Quarantine"
    assert envoy.status.job.quarantine_reason == "EncounteredQuarantineException"


def test_too_many_deletions_wait_for_allow_deletes(world, envoy, scim):
    names = [world.user(name) for name in ("ada", "bob", "cid")]
    envoy.assign(users=tuple(names))
    envoy.cycle()
    envoy.configure(prevents_deletion=True, deletion_threshold=2)
    for user_id in names:
        envoy.unassign(user_id)

    envoy.cycle()

    assert envoy.status.job.quarantine_reason == "TooManyDeletes"
    assert set(envoy.outcomes().values()) == {("stagedDelete", "skipped")}
    assert all(user["active"] for user in people(scim).values())

    world.do(lambda tx: jobs.allow_deletes(tx, envoy.id))
    envoy.go_on()

    assert not any(user["active"] for user in people(scim).values())
    assert envoy.status.state == "Active"


def test_the_story_is_provisioned_but_for_its_special_cases(world, envoy, scim):
    world.do(lambda tx: story.plant(tx, world.company.id, name="Contoso"))
    envoy.configure(scope="all")

    done = envoy.cycle()

    failed = {name for name, (_, status) in done.items() if status == "failure"}
    skipped = {name for name, (_, status) in done.items() if status == "skipped"}
    assert failed == {"Ruth Okafor (old directory)"}
    assert skipped == {"Gregor Stahl"}
    assert scim.get("/Groups").json()["totalResults"] == 6
    assert scim.get("/Users").json()["totalResults"] == 43
    assert envoy.cycle() == {}
