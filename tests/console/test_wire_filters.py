"""Finding requests: by status, person, quirk, time and words, and taking them along."""

import csv
import io
import json
from datetime import timedelta

import pytest
import sqlalchemy as sa

from envoy_console.directory import wire_log, wire_search
from envoy_console.models import ScimExchange, ScimExchangeQuirk
from envoy_console.models.base import new_id, now, table
from envoy_console.models.transactions import write
from tests import builders
from tests.messages import operation, patch

exchanges = table(ScimExchange)


@pytest.fixture
def ann(entra, wire_log):
    """Ann's id, after she was looked for, created, changed and created once more."""
    entra.get("/Users", params={"filter": 'userName eq "Ann@contoso.example"'})
    user = entra.create_user("ann@contoso.example", displayName="Ann Lee")
    entra.patch(f"/Users/{user['id']}", patch(operation("Replace", "active", "False")))
    entra.post("/Users", {"userName": "ann@contoso.example"})
    entra.create_user("bob@contoso.example", displayName="Bob Ray")
    wire_log.newest()
    return user["id"]


@pytest.fixture
def logged(app, company):
    """logged(at=…, status=503) -> an exchange in the log, made up."""

    def add(**values):
        at = values.setdefault("at", now())
        row = {
            "id": wire_search.first_id(at) + new_id()[13:],
            "company_id": company.id,
            "source": "127.0.0.1",
            "duration_us": 1000,
            "method": "GET",
            "path": "/scim/v2/Users",
            "status": 200,
            "resource_type": "Users",
            "quirks": [],
            "request_headers": {},
            "request_body": "",
            "response_headers": {},
            "response_body": "",
            **values,
        }
        with app.app_context():
            write(lambda tx: tx.execute(exchanges.insert().values(row)))
        return row["id"]

    return add


def rows(page):
    return [
        (row.select_one(".method").text, row.select_one(".code").text)
        for row in page.select("tr[data-number]")
    ]


def test_the_requests_about_a_person_are_found_with_the_look_ups_of_their_name(
    console, ann
):
    about_ann = [("POST", "409"), ("PATCH", "200"), ("POST", "201"), ("GET", "200")]

    for asked in ("ann", "ANN L", "ann@contoso.example", ann):
        page = console.get(f"/activity/requests?person={asked}")
        assert rows(page) == about_ann, asked
        assert page.select(f"a[href='/employees/{ann}']")


def test_somebody_who_is_gone_is_still_found_by_their_user_name(
    console, entra, ann, wire_log
):
    entra.delete(f"/Users/{ann}")
    wire_log.newest()

    page = console.get("/activity/requests?person=ann@contoso.example")

    assert ("GET", "200") in rows(page)
    assert "look-ups of “ ann@contoso.example ”" in page.text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("status=4xx", 1),
        ("status=201", 2),
        ("status=5xx", 0),
        ("status=2xx&method=POST", 2),
        ("quirk=boolean_strings&method=PATCH", 1),
        ("quirk=boolean_strings&method=POST", 0),
        ("person=ann&query=already", 1),
        ("window=15m", 5),
        ("since=2020-01-01T00:00&until=2020-01-02T00:00", 0),
        ("since=2020-01-01T00:00", 5),
        ("until=2020-01-02T00:00", 0),
        ("since=2020-01-01T00:00%2B02:00&status=409", 1),
    ],
)
def test_filters_narrow_each_other_down(console, ann, query, count):
    page = console.get(f"/activity/requests?{query}")

    assert len(rows(page)) == count
    assert page.select(".empty") or f"{count} request" in page.text


@pytest.mark.parametrize("moment", ["yesterday", "2026-13-01T00:00", "9999-99"])
def test_a_time_that_is_none_is_named(console, ann, moment):
    page = console.get(f"/activity/requests?since={moment}")

    assert f"“{moment}” is no time, so it is left out." in page.text
    assert len(rows(page)) == 5


def test_from_and_to_mean_when_a_request_came(console, logged):
    moment = now().replace(second=0)
    for minutes in (30, 20, 10):
        logged(at=moment - timedelta(minutes=minutes), path=f"/before/{minutes}")
    since, until = (moment - timedelta(minutes=minutes) for minutes in (25, 15))

    page = console.get(
        f"/activity/requests?since={since:%Y-%m-%dT%H:%M}&until={until:%Y-%m-%dT%H:%M}"
    )

    assert [link["title"] for link in page.select("tr .row-link")] == ["/before/20"]


def test_a_long_log_is_counted_up_to_a_point(console, logged, monkeypatch):
    monkeypatch.setattr(wire_log, "COUNTED", 60)
    for _ in range(70):
        logged()

    assert "60+ requests" in console.get("/activity/requests").text
    assert "60+ requests" in console.get("/activity/requests?status=2xx").text
    assert "0 requests" not in console.get("/activity/requests?status=4xx").text


def test_a_search_that_no_index_answers_says_how_far_it_looked(
    console, logged, monkeypatch
):
    monkeypatch.setattr(wire_log, "LOOKED_THROUGH", 10)
    monkeypatch.setattr("envoy_console.console.requests.LOOKED_THROUGH", 10)
    logged(path="/scim/v2/needle")
    for _ in range(12):
        logged()

    page = console.get("/activity/requests?query=needle")
    assert "None of the 10 requests that were looked through matches." in page.text
    (further,) = page.select(".pager a")
    assert further.text.strip() == "Look further back"
    assert rows(console.get(further["href"])) == [("GET", "200")]


def test_the_list_beside_a_request_keeps_its_filters(console, ann):
    page = console.get("/activity/requests?method=POST&person=ann")
    link = page.select("tr .row-link")[0]["href"]
    beside = console.get(link)

    assert rows(beside) == rows(page)
    assert beside.select("tr [aria-current]")[0]["href"] == link
    assert beside.select(".to-list")[0]["href"].endswith("?person=ann&method=POST")
    alone = console.part(link)
    assert alone.select("[data-exchange]")
    assert not alone.select("table.wire")


def test_a_script_may_not_confuse_the_two_answers_of_one_address(
    console, ann, wire_log
):
    address = f"/activity/requests/{wire_log.newest().id}"

    assert "HX-Request" in console.http.get(address).headers["Vary"]


def test_csv_holds_what_the_filters_let_through_and_no_formulas(console, logged):
    logged(detail="=HYPERLINK(1)", status=400)
    logged(status=200)

    answer = console.http.get("/activity/requests/download.csv?status=rejected")
    (row,) = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))

    assert row["status"] == "400"
    assert row["detail"] == "'=HYPERLINK(1)"
    assert "attachment" in answer.headers["Content-Disposition"]


def test_json_holds_the_messages_too_one_to_a_line(console, ann, token):
    answer = console.http.get("/activity/requests/download.json?method=PATCH")
    (line,) = answer.text.splitlines()
    told = json.loads(line)

    assert set(told["quirks"]) == {"boolean_strings", "capitalised_ops"}
    assert json.loads(told["request_body"])["Operations"][0]["value"] == "False"
    assert token not in answer.text


def test_an_export_is_read_a_few_at_a_time(console, logged, monkeypatch):
    monkeypatch.setattr(wire_log, "EXPORTED_AT_ONCE", 4)
    ids = [logged() for _ in range(10)]

    answer = console.http.get("/activity/requests/download.json")

    told = [json.loads(line)["id"] for line in answer.text.splitlines()]
    assert told == ids[::-1]


def test_nobody_exports_what_another_company_was_asked(app, console, logged):
    mine = logged()
    theirs = logged(company_id=builders.found_company(app).id)
    exported = console.http.get("/activity/requests/download.csv").text

    assert mine in exported
    assert theirs not in exported


def test_a_pruned_request_takes_its_quirks_along(app, company, ann, wire_log):
    quirks = table(ScimExchangeQuirk)
    mine = quirks.c.company_id == company.id
    with app.app_context():
        write(
            lambda tx: tx.execute(
                exchanges.delete().where(exchanges.c.company_id == company.id)
            )
        )
        left = write(lambda tx: tx.execute(sa.select(quirks).where(mine)).all())

    assert left == []


def test_every_status_of_a_class_is_looked_for(console, logged):
    for status in (400, 404, 412, 429, 500, 503):
        logged(status=status)

    assert len(rows(console.get("/activity/requests?status=4xx"))) == 4
    assert len(rows(console.get("/activity/requests?status=5xx"))) == 2
    assert len(rows(console.get("/activity/requests?status=rejected"))) == 6


def test_a_filter_for_which_there_are_no_exchanges_finds_none(app, company):
    filters = wire_search.Filters(since=now() + timedelta(days=1))
    with app.app_context():
        found = write(lambda tx: wire_log.find(tx, company.id, filters))

    assert found.rows == []


def test_a_time_that_runs_backwards_is_told(console):
    page = console.get(
        "/activity/requests?since=2026-11-26T10:00&until=2026-11-20T10:00"
    )

    assert "“From” is later than “to”" in page.text
