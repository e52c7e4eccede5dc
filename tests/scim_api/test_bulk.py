"""`/Bulk`: many operations in one request (RFC 7644 §3.7)."""

import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from envoy_console.directory import history
from envoy_console.extensions import db
from envoy_console.models.transactions import read, retried, writer
from tests import builders
from tests.harness import statements
from tests.harness.scim_client import ScimClient
from tests.messages import (
    BULK_RESPONSE,
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE,
    ERROR,
    add,
    bulk,
    bulk_change,
    bulk_group,
    bulk_user,
    managed_by,
    patch,
    remove,
    replace,
)

NOBODY = "01234567-89ab-4cde-8f01-23456789abcd"


@pytest.fixture
def send(scim):
    """send(*operations, failOnErrors=1) -> the results."""

    def answered(*operations, client=scim, **parts):
        answer = client.post("/Bulk", bulk(*operations, **parts))
        assert answer.status_code == 200, answer.text
        assert answer.json()["schemas"] == [BULK_RESPONSE]
        return answer.json()["Operations"]

    return answered


@pytest.fixture
def named(scim):
    """named("ann") -> the user whom a bulk operation created, or None."""

    def find(bulk_id):
        found = scim.where("userName", f"{bulk_id}@contoso.example")
        return found[0] if found else None

    return find


@pytest.fixture
def settings(app):
    """settings(write_deadline=…) changes settings until the test ends."""
    key = "envoy_console.config"
    before = app.extensions[key]

    def change(**changes):
        app.extensions[key] = dataclasses.replace(before, **changes)

    yield change
    app.extensions[key] = before


@pytest.fixture
def neighbour(app, server):
    """A client of another company."""
    token = builders.issue_token(app, builders.found_company(app))
    with ScimClient(server, token) as client:
        yield client


def statuses(results):
    return [result["status"] for result in results]


def manager_of(user):
    return user[ENTERPRISE]["manager"]["value"]


def member_ids(group):
    return {member["value"] for member in group["members"]}


def id_of(result):
    return result["location"].rpartition("/")[2]


def test_every_method_works_on_users(scim, send):
    put, patched, deleted = (scim.create_user() for _ in range(3))
    data = {"schemas": [CORE_USER], "userName": put["userName"], "title": "Chief"}

    created, *others = send(
        bulk_user("ann"),
        bulk_change("PUT", f"/Users/{put['id']}", data=data),
        bulk_change(
            "PATCH", f"/Users/{patched['id']}", data=patch(add("title", "Clerk"))
        ),
        bulk_change("DELETE", f"/Users/{deleted['id']}"),
    )

    ann = scim.get(f"/Users/{id_of(created)}").json()
    assert created == {
        "location": ann["meta"]["location"],
        "method": "POST",
        "bulkId": "ann",
        "version": ann["meta"]["version"],
        "status": "201",
    }
    assert others == [
        {"location": put["meta"]["location"], "method": "PUT", "version": 'W/"2"', "status": "200"},
        {"location": patched["meta"]["location"], "method": "PATCH", "version": 'W/"2"', "status": "200"},
        {"location": deleted["meta"]["location"], "method": "DELETE", "status": "204"},
    ]  # fmt: skip
    assert scim.get(f"/Users/{put['id']}").json()["title"] == "Chief"
    assert scim.get(f"/Users/{patched['id']}").json()["title"] == "Clerk"
    assert scim.get(f"/Users/{deleted['id']}").status_code == 404


def test_every_method_works_on_groups(scim, send):
    put, patched, deleted = (scim.create_group() for _ in range(3))
    data = {"schemas": [CORE_GROUP], "displayName": "Put"}

    results = send(
        bulk_group("Posted"),
        bulk_change("PUT", f"/Groups/{put['id']}", data=data),
        bulk_change(
            "PATCH",
            f"/Groups/{patched['id']}",
            data=patch(replace("displayName", "Patched")),
        ),
        bulk_change("DELETE", f"/Groups/{deleted['id']}"),
    )

    assert statuses(results) == ["201", "200", "200", "204"]
    names = {group["displayName"] for group in scim.get("/Groups").json()["Resources"]}
    assert names == {"Posted", "Put", "Patched"}


def test_a_post_may_refer_to_a_later_one(scim, send):
    staff, ann, boss = send(
        bulk_group("Staff", "bulkId:ann", "bulkId:boss"),
        bulk_user("ann", **managed_by("bulkId:boss")),
        bulk_user("boss"),
    )

    group = scim.get(f"/Groups/{id_of(staff)}").json()
    assert member_ids(group) == {id_of(ann), id_of(boss)}
    assert manager_of(scim.get(f"/Users/{id_of(ann)}").json()) == id_of(boss)


def test_paths_and_patches_refer_to_new_resources(scim, send):
    bob = scim.create_user()
    staff = scim.create_group("Staff", members=[{"value": bob["id"]}])
    to_staff = f"/Groups/{staff['id']}"

    results = send(
        bulk_change("PATCH", "/Users/bulkId:ann", data=patch(add("title", "Clerk"))),
        bulk_change(
            "PATCH", to_staff, data=patch(add("members", [{"value": "bulkId:ann"}]))
        ),
        bulk_change(
            "PATCH", to_staff, data=patch(add("members", [{"value": "bulkId:cid"}]))
        ),
        bulk_change(
            "PATCH", to_staff, data=patch(remove('members[value eq "bulkId:cid"]'))
        ),
        bulk_user("ann"),
        bulk_user("cid"),
        bulk_change("DELETE", "/Users/bulkId:cid"),
    )

    ann = scim.get(results[0]["location"]).json()
    assert statuses(results) == ["200", "200", "200", "200", "201", "201", "204"]
    assert ann["title"] == "Clerk"
    assert member_ids(scim.get(to_staff).json()) == {bob["id"], ann["id"]}


def test_two_users_may_manage_one_another(scim, send):
    ann, bob = send(
        bulk_user("ann", **managed_by("bulkId:bob")),
        bulk_user("bob", **managed_by("bulkId:ann")),
    )

    assert statuses([ann, bob]) == ["201", "201"]
    assert manager_of(scim.get(f"/Users/{id_of(ann)}").json()) == id_of(bob)
    assert manager_of(scim.get(f"/Users/{id_of(bob)}").json()) == id_of(ann)
    assert (ann["version"], bob["version"]) == ('W/"2"', 'W/"1"')


def test_a_user_may_be_their_own_manager(scim, send):
    (ann,) = send(bulk_user("ann", **managed_by("bulkId:ann")))

    assert manager_of(scim.get(f"/Users/{id_of(ann)}").json()) == id_of(ann)


def test_users_in_a_circle_succeed_or_fail_together(scim, send, named):
    scim.create_user("cid@contoso.example")

    results = send(
        bulk_user("ann", **managed_by("bulkId:bob")),
        bulk_user("bob", **managed_by("bulkId:cid")),
        bulk_user("cid", **managed_by("bulkId:ann")),
        bulk_user("dan"),
    )

    assert statuses(results) == ["400", "400", "409", "201"]
    assert "“bulkId:cid” was not created" in results[0]["response"]["detail"]
    assert named("ann") is None
    assert named("bob") is None


def test_a_group_cannot_hold_itself(scim, send):
    (result,) = send(bulk_group("Staff", "bulkId:Staff"))

    assert result["status"] == "400"
    assert result["response"]["scimType"] == "invalidValue"
    assert scim.get("/Groups").json()["totalResults"] == 0


def test_a_reference_to_nothing_fails_its_operation_alone(send, named):
    results = send(
        bulk_user("ann", **managed_by("bulkId:nobody")),
        bulk_change("DELETE", "/Users/bulkId:nobody"),
        bulk_user("bob"),
    )

    assert statuses(results) == ["400", "400", "201"]
    assert results[0]["response"]["scimType"] == "invalidValue"
    assert "“bulkId:nobody” refers to nothing" in results[0]["response"]["detail"]
    assert "location" not in results[1]
    assert named("ann") is None


def test_the_location_of_a_failed_operation_is_a_url_whatever_its_path(send):
    (result,) = send(bulk_change("DELETE", "/Users/<b>ünïcode</b> %"))

    assert result["status"] == "404"
    assert result["location"].endswith("/Users/%3Cb%3E%C3%BCn%C3%AFcode%3C/b%3E%20%25")


def test_what_refers_to_a_failed_operation_fails_too(scim, send):
    scim.create_user("ann@contoso.example")

    results = send(
        bulk_group("Staff", "bulkId:ann"),
        bulk_user("ann"),
        bulk_change("PATCH", "/Users/bulkId:ann", data=patch(add("title", "Clerk"))),
        bulk_group("Friends of staff", "bulkId:Staff"),
    )

    assert statuses(results) == ["400", "409", "400", "400"]
    assert "“bulkId:ann” was not created" in results[0]["response"]["detail"]
    assert "“bulkId:Staff” was not created" in results[3]["response"]["detail"]


def test_a_failure_says_what_a_single_request_would(scim, send):
    scim.create_user("ann@contoso.example")
    single = scim.post("/Users", bulk_user("ann")["data"]).json()

    (result,) = send(bulk_user("ann"))

    assert result == {
        "method": "POST",
        "bulkId": "ann",
        "status": "409",
        "response": single,
    }
    assert single["schemas"] == [ERROR]


def test_a_failed_operation_changes_nothing_and_the_others_everything(scim, send):
    bob = scim.create_user()
    half = patch(replace("title", "Boss"), replace("active", "perhaps"))

    results = send(
        bulk_user("ann"),
        bulk_group("Staff", "bulkId:ann", NOBODY),
        bulk_change("PATCH", f"/Users/{bob['id']}", data=half),
        bulk_user("cid"),
    )

    assert statuses(results) == ["201", "400", "400", "201"]
    assert results[2]["location"] == bob["meta"]["location"]
    assert scim.get(f"/Users/{bob['id']}").json() == bob
    assert scim.get("/Groups").json()["totalResults"] == 0
    assert scim.get("/Users").json()["totalResults"] == 3


def test_operations_see_what_those_before_them_did(send):
    results = send(
        bulk_user("ann"),
        bulk_user("again", userName="ANN@contoso.example"),
        bulk_change("DELETE", "/Users/bulkId:ann"),
        bulk_user("third", userName="ann@contoso.example"),
        bulk_change("DELETE", "/Users/bulkId:ann"),
    )

    assert statuses(results) == ["201", "409", "204", "201", "404"]


def test_it_stops_after_as_many_errors_as_may_be(send, named):
    missing = bulk_change("DELETE", f"/Users/{NOBODY}")

    results = send(
        bulk_user("ann"), missing, bulk_user("bob"), missing, bulk_user("cid"),
        failOnErrors=2,
    )  # fmt: skip

    assert statuses(results) == ["201", "404", "201", "404"]
    assert named("bob") is not None
    assert named("cid") is None


def test_without_a_limit_all_operations_are_tried(send):
    missing = bulk_change("DELETE", f"/Users/{NOBODY}")

    assert statuses(send(missing, missing, bulk_user("ann"))) == ["404", "404", "201"]


@pytest.mark.parametrize(
    ("operation", "status"),
    [
        (bulk_user("ann") | {"path": "/Users/7"}, "405"),
        (bulk_user("ann") | {"path": "/Bulk"}, "404"),
        (bulk_user("ann") | {"path": ""}, "404"),
        (bulk_change("PUT", "/Users", data={}), "405"),
        (bulk_change("PATCH", "/Groups/", data={}), "405"),
        (bulk_change("DELETE", "/Schemas/7"), "404"),
        (bulk_change("DELETE", "/Users/7"), "404"),
        (bulk_change("DELETE", f"/Groups/{NOBODY}"), "404"),
        (bulk_user("ann") | {"path": "Users/"}, "201"),
    ],
)
def test_a_path_that_does_not_suit_the_method_fails_its_operation(
    send, operation, status
):
    assert statuses(send(operation)) == [status]


def test_a_version_must_be_that_of_the_resource(scim, send):
    bob = scim.create_user()
    path = f"/Users/{bob['id']}"
    data = patch(add("title", "Clerk"))

    results = send(
        bulk_change("PATCH", path, data=data, version='W/"1"'),
        bulk_change("PATCH", path, data=data, version='W/"1"'),
        bulk_change("DELETE", path, version="three"),
        bulk_change("DELETE", path, version='W/"1"'),
        bulk_change("DELETE", path, version='W/"2"'),
    )

    assert statuses(results) == ["200", "412", "400", "412", "204"]
    assert 'W/"2"' in results[1]["response"]["detail"]
    assert "version must hold an ETag" in results[2]["response"]["detail"]


@pytest.mark.parametrize(
    "broken",
    [
        bulk_user("ann"),
        bulk_user("bob") | {"bulkId": ""},
        bulk_user("bob") | {"method": "GET"},
    ],
)
def test_a_malformed_request_is_refused_before_anything_is_done(scim, broken):
    answer = scim.post("/Bulk", bulk(bulk_user("ann"), broken))

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidSyntax"
    assert "Operations[1]" in answer.json()["detail"]
    assert scim.get("/Users").json()["totalResults"] == 0


def test_what_is_announced_is_what_is_enforced(scim, send):
    announced = scim.get("/ServiceProviderConfig").json()["bulk"]
    missing = bulk_change("DELETE", "/Users/7")
    most = [missing] * announced["maxOperations"]

    too_many = scim.post("/Bulk", bulk(*most, missing))
    too_large = scim.post(
        "/Bulk", bulk(bulk_user("ann", title="x" * announced["maxPayloadSize"]))
    )

    assert announced["supported"] is True
    assert len(send(*most)) == announced["maxOperations"] == 1_000
    for refused, name in ((too_many, "maxOperations"), (too_large, "maxPayloadSize")):
        assert refused.status_code == 413
        assert name in refused.json()["detail"]
        assert f"{announced[name]:,}" in refused.json()["detail"]


def test_another_companys_resources_are_out_of_reach(scim, send, neighbour):
    theirs, group = neighbour.create_user(), neighbour.create_group()
    path = f"/Users/{theirs['id']}"

    results = send(
        bulk_change("PATCH", path, data=patch(add("title", "Clerk"))),
        bulk_change("DELETE", path),
        bulk_change("DELETE", f"/Groups/{group['id']}"),
        bulk_group("Staff", theirs["id"]),
    )

    assert statuses(results) == ["404", "404", "404", "400"]
    assert neighbour.get(path).json() == theirs


def test_bulk_ids_mean_nothing_to_the_next_request(send):
    send(bulk_user("ann"))

    assert statuses(send(bulk_group("Staff", "bulkId:ann"))) == ["400"]


@pytest.mark.parametrize(
    ("make", "most"),
    [
        (lambda n: bulk_user(f"u{n}", **managed_by(NOBODY)), 4),
        (lambda n: bulk_group(f"g{n}"), 4),
        (lambda n: bulk_user(f"u{n}", **managed_by(f"bulkId:u{n + 1}")), 4),
        (lambda n: bulk_change("DELETE", f"/Users/{NOBODY}", bulkId=f"d{n}"), 4),
    ],
)
def test_statements_per_operation_are_few_and_constant(app, send, make, most):
    with statements.counted(app) as few:
        send(*(make(number) for number in range(10)))
    with statements.counted(app) as many:
        send(*(make(number) for number in range(100, 140)))

    assert len(many) - len(few) <= 30 * most


def test_a_run_that_the_database_interrupts_starts_afresh(app, send):
    inserts = []

    def lock_once(_conn, _cursor, statement, *_):
        if statement.startswith("INSERT INTO employees"):
            inserts.append(statement)
            if len(inserts) == 2:
                lock = Exception("database is locked")
                raise sa.exc.OperationalError(statement, {}, lock)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", lock_once)
    results = send(bulk_user("ann"), bulk_user("bob", **managed_by("bulkId:ann")))
    sa.event.remove(engine, "before_cursor_execute", lock_once)

    assert len(inserts) == 4
    assert statuses(results) == ["201", "201"]


def test_of_two_requests_at_once_each_user_is_created_by_one(app, scim, send):
    people = [bulk_user(f"user-{number}") for number in range(50)]
    deadlocks = []

    def note(engine):
        if threading.current_thread().name != statements.NOT_COUNTED:
            deadlocks.append(engine)

    with app.app_context():
        ours = writer()
    with retried.connected_to(note, sender=ours), ThreadPoolExecutor() as both:
        forth = both.submit(send, *people)
        back = both.submit(send, *reversed(people))
        created = [*forth.result(), *back.result()]

    assert deadlocks == []
    assert sorted(statuses(created)) == ["201"] * 50 + ["409"] * 50
    assert scim.get("/Users").json()["totalResults"] == 50


def test_what_there_is_no_time_for_is_said_to_be_undone(settings, send, named):
    settings(write_deadline=timedelta(0))

    results = send(bulk_user("ann"), bulk_user("bob", **managed_by("bulkId:ann")))

    assert statuses(results) == ["503", "503"]
    assert "Send it again" in results[0]["response"]["detail"]
    assert named("ann") is None


def test_quirks_are_forgiven_in_every_operation(entra, send, wire_log):
    bob, group = entra.create_user(), entra.create_group()
    member = [{"value": bob["id"]}]
    disable = {"op": "Replace", "path": "active", "value": "False"}

    results = send(
        bulk_change("PATCH", f"/Users/{bob['id']}", data=patch(disable)),
        bulk_change(
            "PATCH", f"/Groups/{group['id']}", data=patch(replace("members", member))
        ),
        client=entra,
    )

    assert statuses(results) == ["200", "200"]
    assert entra.get(f"/Users/{bob['id']}").json()["active"] is False
    assert wire_log.newest("POST").quirks == [
        "capitalised_ops",
        "boolean_strings",
        "replace_members_is_additive",
    ]


def test_all_that_was_done_belongs_to_the_one_exchange(app, company, send, wire_log):
    ann, staff = send(bulk_user("ann"), bulk_group("Staff", "bulkId:ann"))

    exchange = wire_log.newest("POST")
    with app.app_context(), read() as tx:
        about_ann = history.of(tx, company.id, id_of(ann)).rows
        about_staff = history.of(tx, company.id, id_of(staff)).rows
    events = [*about_ann, *about_staff]
    assert {event.action for event in events} == {"created", "member_added"}
    assert {event.exchange_id for event in events} == {exchange.id}


def test_the_wire_log_says_which_operation_failed_and_why(send, wire_log):
    send(bulk_user("ann"), bulk_change("DELETE", f"/Users/{NOBODY}"))

    assert wire_log.newest("POST").detail == (
        "1 of 2 operations failed. Operations[1]: "
        f"There is no user with the id “{NOBODY}”."
    )


def test_the_wire_log_keeps_no_password_even_where_the_body_is_cut(
    send, wire_log, settings
):
    settings(exchange_body_limit=600)
    secret = "t0p-secret-Pa55"
    change = {"op": "replace", "value": secret, "note": "x" * 600, "path": "password"}

    send(
        bulk_user("ann", password=secret),
        bulk_change("PATCH", "/Users/bulkId:ann", data=patch(change)),
    )

    kept = wire_log.newest("POST").request_body
    assert kept.count("[redacted]") == 2
    assert secret not in kept
    assert '"path":"password"' not in kept
