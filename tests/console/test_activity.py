"""The wire log, directory changes and admin activity."""

import json

import pytest

from envoy_console.directory import exchange_rows
from tests.messages import operation, patch


@pytest.fixture
def traffic(entra, wire_log):
    """A creation, a patch with two quirks, and a refusal; the person's id."""
    user = entra.create_user("ann@contoso.example", displayName="Ann Lee")
    body = patch(operation("Replace", "active", "False"))
    entra.patch(f"/Users/{user['id']}", body)
    entra.create_group("Roads")
    entra.post("/Users", {"userName": "ann@contoso.example"})
    wire_log.newest()
    return user["id"]


def rows(page):
    return [
        (row.select_one(".method").text, row.select_one(".code").text)
        for row in page.select("tr[data-number]")
    ]


def test_requests_are_listed_newest_first(console, traffic):
    assert rows(console.get("/activity/requests")) == [
        ("POST", "409"),
        ("POST", "201"),
        ("PATCH", "200"),
        ("POST", "201"),
    ]


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("method=PATCH", 1),
        ("status=rejected", 1),
        ("status=2xx", 3),
        ("resource=Groups", 1),
        ("quirk=boolean_strings", 1),
        ("query=already", 1),
        ("query=nobody-has-this", 0),
    ],
)
def test_the_url_filters_them(console, traffic, query, count):
    assert len(rows(console.get(f"/activity/requests?{query}"))) == count


def test_a_status_nobody_knows_is_named(console, traffic):
    page = console.get("/activity/requests?status=bogus")

    assert "There is no status “bogus”, so this filter is left out." in page.text
    assert "There is no" not in console.get("/activity/requests?status=503").text


def test_requests_name_the_person_or_group_they_are_about(console, traffic):
    page = console.get("/activity/requests")
    named = [
        row.select_one(".path bdi") and row.select_one(".path bdi").text
        for row in page.select("tr[data-number]")
    ]

    assert named == [None, "Roads", "Ann Lee", "Ann Lee"]
    assert "Ann Lee" in console.part("/activity/requests/newer?newer_than=0").text


def test_a_longer_log_takes_no_more_queries(
    console, traffic, entra, wire_log, query_budget
):
    for _ in range(30):
        entra.create_user()
    wire_log.newest()
    console.get("/activity/requests")  # the tutorial notes the first visit

    with query_budget(8):
        console.get("/activity/requests")


def test_headers_are_named_as_they_are_usually_written(console, traffic, wire_log):
    page = console.get(f"/activity/requests/{wire_log.newest('PATCH').id}")
    names = {term.text for term in page.select(".headers dt")}

    assert names >= {"ADSCIMVersion", "Content-Type", "ETag"}
    assert "-H 'ADSCIMVersion: 2.0'" in page.select("#curl")[0].text


def test_the_page_of_a_person_leads_to_their_requests(console, traffic):
    (link,) = console.get(f"/employees/{traffic}").select("a[href*='person=']")

    assert ("PATCH", "200") in rows(console.get(link["href"]))


def test_only_newer_rows_are_sent_while_somebody_watches(
    console, traffic, entra, wire_log
):
    page = console.get("/activity/requests")
    newest = page.select("tr[data-number]")[0]["data-number"]
    url = f"/activity/requests/newer?newer_than={newest}"
    assert console.http.get(url).status_code == 204

    entra.get("/Groups")
    wire_log.newest()
    assert rows(console.part(url)) == [("GET", "200")]


def test_older_requests_are_a_page_away(console, entra, wire_log):
    for _ in range(52):
        entra.get("/Groups?count=0")
    wire_log.newest()
    page = console.get("/activity/requests")
    (older,) = page.select(".pager a")

    assert len(rows(page)) == 50
    assert len(rows(console.get(older["href"]))) == 2


def test_a_request_explains_its_quirks(console, traffic, wire_log):
    page = console.get(f"/activity/requests/{wire_log.newest('PATCH').id}")

    assert "A boolean arrived as text" in page.text
    assert "An operation was spelt with a capital" in page.text
    assert page.select(f"a[href='/employees/{traffic}']")


def test_a_request_shows_its_bodies_and_never_the_token(
    console, traffic, wire_log, token
):
    page = console.get(f"/activity/requests/{wire_log.newest('PATCH').id}")
    body = json.loads(page.select("#request-body")[0].text)

    assert body["Operations"][0]["value"] == "False"
    assert json.loads(page.select("#response-body")[0].text)["active"] is False
    assert token not in page.html
    assert '-H "Authorization: Bearer $TOKEN"' in page.select("#curl")[0].text


def test_a_refusal_says_why(console, traffic):
    page = console.get("/activity/requests?status=409")

    assert "Another user already has the userName" in page.text


def test_changes_tell_who_did_what(console, traffic, entra):
    entra.delete(f"/Users/{traffic}")
    page = console.get("/activity/changes")

    assert "Ann Lee was deleted" in page.text
    assert "Ann Lee was deactivated" in page.text
    assert "Roads was created" in page.text
    assert not page.select(f"a[href='/employees/{traffic}']")


def test_admin_activity_names_deeds_and_their_authors(console, installed):
    page = console.get("/activity/admins")

    assert "Dana Reyes signed in" in page.text
    assert "installed Microsoft Azure SCIM" in page.text


@pytest.mark.parametrize("page", ["requests", "changes"])
def test_an_empty_log_says_what_fills_it(console, page):
    assert console.get(f"/activity/{page}").select(".empty")


@pytest.mark.parametrize("status", ["²²²", "²xx", "99999", "٤٠٤"])
def test_a_status_that_is_none_is_no_failure(console, status):
    console.get(f"/activity/requests?status={status}")


@pytest.mark.parametrize(
    "path",
    ["/activity/requests/%00", "/employees?query=%00", "/activity/requests?query=a%00"],
)
def test_what_no_database_can_hold_is_refused(console, path):
    assert console.http.get(path).status_code == 400


def test_a_watcher_that_fails_costs_the_log_nothing(app, entra, wire_log, caplog):
    def stumble(tx, rows):
        tx.execute(exchange_rows.exchanges.delete())
        raise LookupError("stumbled")

    log = app.extensions["envoy_console.exchange_log"]
    log.watchers.insert(0, stumble)
    try:
        entra.create_user()
        assert wire_log.newest("POST").status == 201
    finally:
        log.watchers.remove(stumble)
    assert "a watcher of the wire log failed" in caplog.text
