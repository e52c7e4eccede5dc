"""`/Users`: create, read, replace, delete (RFC 7644 §3.3 to §3.6)."""

import re

import pytest

from tests.messages import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE,
    SEARCH_REQUEST,
    add,
    entra_user,
    patch,
    remove,
    replace,
)

UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


def test_a_created_user_is_answered_201_with_id_meta_location_and_etag(scim):
    answer = scim.post("/Users", entra_user("bob@contoso.example", displayName="Bob"))

    user = answer.json()
    assert answer.status_code == 201
    assert UUID.fullmatch(user["id"])
    assert user["meta"]["location"].endswith(f"/scim/v2/Users/{user['id']}")
    assert answer.headers["Location"] == user["meta"]["location"]
    assert answer.headers["ETag"] == user["meta"]["version"] == 'W/"1"'
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", user["meta"]["created"]
    )


def test_what_was_created_is_what_is_read(scim):
    created = scim.create_user(nickName="Bobby", timezone="Europe/Lisbon").copy()

    assert scim.get(f"/Users/{created['id']}").json() == created


def test_a_taken_user_name_is_refused_in_any_case(scim):
    scim.create_user("straße@contoso.example")

    answer = scim.post("/Users", entra_user("STRASSE@CONTOSO.EXAMPLE"))

    assert answer.status_code == 409
    assert answer.json()["scimType"] == "uniqueness"
    assert "userName" in answer.json()["detail"]


def test_renaming_onto_a_taken_user_name_is_refused_and_changes_nothing(scim):
    scim.create_user("ann@contoso.example")
    bob = scim.create_user("bob@contoso.example")

    answer = scim.patch(
        f"/Users/{bob['id']}",
        patch(replace("title", "Boss"), replace("userName", "ANN@contoso.example")),
    )

    assert answer.status_code == 409
    assert scim.get(f"/Users/{bob['id']}").json() == bob


def test_put_replaces_the_whole_user(scim):
    bob = scim.create_user("bob@contoso.example", title="Boss", nickName="Bobby")

    answer = scim.put(
        f"/Users/{bob['id']}", entra_user("bob@contoso.example", title="Clerk")
    )

    assert answer.status_code == 200
    assert answer.json()["title"] == "Clerk"
    assert "nickName" not in answer.json()
    assert answer.json()["meta"]["created"] == bob["meta"]["created"]


def test_the_id_in_the_url_wins_over_the_one_in_the_body(scim):
    ann, bob = scim.create_user(), scim.create_user()

    scim.put(
        f"/Users/{ann['id']}", {**entra_user("x@contoso.example"), "id": bob["id"]}
    )

    assert scim.get(f"/Users/{bob['id']}").json() == bob
    assert scim.get(f"/Users/{ann['id']}").json()["userName"] == "x@contoso.example"


def test_user_patch_answers_200_with_the_whole_user(scim):
    bob = scim.create_user(displayName="Bob")

    answer = scim.patch(f"/Users/{bob['id']}", patch(add("title", "Clerk")))

    assert answer.status_code == 200
    assert answer.json()["title"] == "Clerk"
    assert answer.json()["displayName"] == "Bob"


def test_a_patch_that_fails_half_way_changes_nothing(scim):
    bob = scim.create_user()

    answer = scim.patch(
        f"/Users/{bob['id']}",
        patch(replace("title", "Boss"), replace("active", "perhaps")),
    )

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidValue"
    assert "active" in answer.json()["detail"]
    assert scim.get(f"/Users/{bob['id']}").json() == bob


def test_a_patch_that_changes_nothing_keeps_version_and_time(scim):
    bob = scim.create_user(title="Clerk")

    answer = scim.patch(f"/Users/{bob['id']}", patch(replace("title", "Clerk")))

    assert answer.json()["meta"] == bob["meta"]


def test_an_inactive_user_is_still_read_and_found(scim):
    bob = scim.create_user("bob@contoso.example")
    scim.patch(f"/Users/{bob['id']}", patch(replace("active", False)))

    assert scim.get(f"/Users/{bob['id']}").json()["active"] is False
    assert scim.found('userName eq "bob@contoso.example"')[0]["active"] is False


@pytest.mark.parametrize("empty", [None, "", []])
def test_an_empty_active_lets_nobody_back_in(scim, empty):
    bob = scim.create_user(active=False)

    answer = scim.patch(f"/Users/{bob['id']}", patch(replace("active", empty)))

    assert answer.status_code == 200
    assert answer.json()["active"] is False


def test_a_put_without_active_lets_nobody_back_in(scim):
    bob = scim.create_user("bob@contoso.example", active=False)

    body = {k: v for k, v in entra_user("bob@contoso.example").items() if k != "active"}
    answer = scim.put(f"/Users/{bob['id']}", {**body, "title": "Clerk"})

    assert answer.json()["title"] == "Clerk"
    assert answer.json()["active"] is False


def test_whoever_is_not_said_to_be_active_is_not(scim, console):
    bob = scim.create_user("bob@contoso.example")
    assert bob["active"] is True

    answer = scim.patch(f"/Users/{bob['id']}", patch(remove("active")))

    assert "active" not in answer.json()
    assert scim.found("active eq true") == []
    assert "Inactive" in console.get(f"/employees/{bob['id']}").text


def test_a_group_is_not_taken_for_a_user(scim):
    answer = scim.post("/Users", {"schemas": [CORE_GROUP], "userName": "a@b.example"})

    assert answer.status_code == 400
    assert "Group" in answer.json()["detail"]


def test_a_deleted_user_is_gone_and_deleting_again_is_404(scim):
    bob = scim.create_user()

    assert scim.delete(f"/Users/{bob['id']}").status_code == 204
    assert scim.get(f"/Users/{bob['id']}").status_code == 404
    assert scim.delete(f"/Users/{bob['id']}").status_code == 404


def test_a_deleted_manager_leaves_no_reference_behind(scim):
    boss = scim.create_user(displayName="Boss")
    clerk = scim.create_user(**{ENTERPRISE: {"manager": {"value": boss["id"]}}})
    assert clerk[ENTERPRISE]["manager"]["displayName"] == "Boss"

    scim.delete(f"/Users/{boss['id']}")

    read = scim.get(f"/Users/{clerk['id']}").json()
    assert "manager" not in read.get(ENTERPRISE, {})
    assert read["meta"]["version"] != clerk["meta"]["version"]


def test_a_renamed_manager_is_shown_by_the_new_name(scim):
    boss = scim.create_user(displayName="Boss")
    clerk = scim.create_user(**{ENTERPRISE: {"manager": {"value": boss["id"]}}})

    scim.patch(f"/Users/{boss['id']}", patch(replace("displayName", "Chief")))

    manager = scim.get(f"/Users/{clerk['id']}").json()[ENTERPRISE]["manager"]
    assert manager["displayName"] == "Chief"


def test_a_manager_nobody_knows_is_kept_as_it_was_sent(scim):
    clerk = scim.create_user(**{ENTERPRISE: {"manager": {"value": "00u-okta-7"}}})

    assert clerk[ENTERPRISE]["manager"] == {"value": "00u-okta-7"}


def test_a_password_is_taken_and_never_shown_or_kept(scim, wire_log):
    bob = scim.create_user(password="t0p-secret-Pa55")

    assert "password" not in bob
    exchange = wire_log.newest("POST")
    assert "t0p-secret-Pa55" not in exchange.request_body
    assert "[redacted]" in exchange.request_body


@pytest.mark.parametrize(
    "member",
    [
        '"PassWord" : "hidden-secret"',
        r'"p\u0061ssword": "hidden-secret"',
        f'"{CORE_USER}:password": "hidden-secret"',
        '"password": ["hidden-secret", "]"]',
        '"password": {"value": {"a": "}"}, "b": "hidden-secret"}',
        r'"password": "\"hidden-secret"',
        '"password": "hidden-secret',
        '"nickName": "a"b", "password": "hidden-secret"',
        '"nickName": "a"b", "path": "password", "value": "hidden-secret"',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_no_password_is_kept_however_it_is_sent(scim, wire_log, member, encoding):
    body = f'{{"title": "Clerk", {member}, "userName": "ann"}}'

    scim.http.post("/Users", content=body.encode(encoding))

    kept = wire_log.newest("POST").request_body
    assert "Clerk" in kept
    assert "hidden-secret" not in kept


@pytest.mark.parametrize("name", ["password", "p%61ssword", "PASSWORD"])
def test_no_password_is_kept_that_is_asked_for(scim, wire_log, name):
    scim.http.get(f"/Users?count=1&filter={name}%20eq%20%22hidden-secret%22")

    kept = wire_log.newest("GET")
    assert kept.path == "/scim/v2/Users?count=1&filter=[redacted]"
    assert "hidden-secret" not in f"{kept.response_body}{kept.detail}"


def test_no_password_is_kept_that_is_searched_for(scim, wire_log):
    asked = {"schemas": [SEARCH_REQUEST], "filter": 'password eq "hidden-secret"'}

    scim.http.post("/Users/.search", json=asked)

    kept = wire_log.newest("POST")
    assert '"filter":"[redacted]"' in kept.request_body
    assert "hidden-secret" not in f"{kept.response_body}{kept.detail}"
