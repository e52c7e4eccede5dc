"""How the database finds exchanges: by an index, however long the log is."""

import re

import pytest

from envoy_console.directory import wire_log

LISTS = "SELECT scim_exchanges.number"
LOG = re.compile(r"(SCAN|SEARCH) (scim_exchanges|scim_exchange_quirks)\b.*")


@pytest.fixture
def steps(console, plan_of, entra, wire_log):
    """steps(query) -> how the tables of the log are read for that list."""
    entra.create_user()
    wire_log.newest()

    def read(query, of=LISTS):
        plans = plan_of(lambda: console.http.get(f"/activity/requests{query}"), of=of)
        assert plans
        return [step.group() for plan in plans for step in LOG.finditer(plan)]

    return read


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ("", "company_id=?"),
        ("?older_than=9", "company_id=? AND number<?"),
        ("?status=404", "company_id=? AND status=?"),
        ("?status=5xx", "company_id=? AND status=?"),
        ("?status=rejected&older_than=9", "company_id=? AND status=? AND number<?"),
        ("?method=PATCH", "company_id=? AND method=?"),
        ("?resource=Groups", "company_id=? AND resource_type=?"),
        ("?resource=01-2", "company_id=? AND resource_id=?"),
        ("?quirk=boolean_strings", "company_id=? AND name=?"),
        ("?person=ann&method=GET", "company_id=? AND sought_key=?"),
        ("?query=needle&method=GET", "company_id=? AND method=? AND number>?"),
        ("?window=1h&older_than=9", "company_id=? AND number>? AND number<?"),
        ("?until=2020-01-01T00:00", "company_id=? AND number>? AND number<?"),
        ("/newer?newer_than=0", "company_id=? AND number>?"),
    ],
)
def test_each_filter_is_answered_by_an_index(steps, query, condition):
    found = steps(query)

    assert any(f"({condition})" in step for step in found), found
    assert [step for step in found if step.startswith("SCAN")] == []


@pytest.mark.parametrize("query", ["", "?status=201", "?method=POST", "?person=user-"])
def test_counting_reads_no_more_than_it_says(steps, query, monkeypatch):
    monkeypatch.setattr(wire_log, "COUNTED", 1)
    monkeypatch.setattr("envoy_console.console.requests.PER_PAGE", 0)

    assert [s for s in steps(query, of="SELECT count(*)") if "SCAN" in s] == []


@pytest.mark.parametrize("query", ["", "?query=a&person=ann", "?status=rejected"])
def test_every_list_takes_a_few_queries(console, query_budget, query):
    console.get("/activity/requests")  # the tutorial remembers the first visit

    with query_budget(11):
        console.get(f"/activity/requests{query}")


def test_the_time_of_a_list_is_found_by_its_ids(console, plan_of):
    plans = plan_of(
        lambda: console.http.get("/activity/requests?window=1h"), of="SELECT min("
    )

    assert "sqlite_autoindex_scim_exchanges_1 (id>?)" in plans[0]


def test_the_traces_of_one_request_are_found_by_index(
    console, plan_of, entra, wire_log
):
    entra.create_user()
    request_id = wire_log.newest("POST").id
    view = f"/activity/requests/{request_id}"

    events = plan_of(lambda: console.http.get(view), of="SELECT directory_events")
    entries = plan_of(lambda: console.http.get(view), of="SELECT anon_1.id")

    assert "(exchange_id=?)" in events[0]
    assert "(id>?)" in entries[0]
