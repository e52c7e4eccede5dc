"""The bars of “Sync health”: requests per minute."""

from datetime import timedelta

import pytest

from envoy_console.console.charts import HEIGHT, Bar, requests_per_minute
from envoy_console.directory import traffic
from envoy_console.directory.exchange_rows import exchanges
from envoy_console.directory.traffic import Minute
from envoy_console.models.base import new_id, now
from envoy_console.models.transactions import read, write

PAGE = "/integrations/azure-scim"


@pytest.fixture
def busy(app):
    """busy(company_id, 3, 404) -> a request three minutes ago that was answered so."""

    def request(company_id, minutes, status=200):
        at = now() - timedelta(minutes=minutes)
        millis = f"{int(at.timestamp() * 1000):012x}"
        row = {
            "id": f"{millis[:8]}-{millis[8:]}{new_id()[13:]}",
            "company_id": company_id,
            "at": at,
            "status": status,
            "method": "GET",
            "path": "/scim/v2/Users",
            "source": "127.0.0.1",
            "duration_us": 1,
            "quirks": [],
            "request_headers": {},
            "request_body": "",
            "response_headers": {},
            "response_body": "",
        }
        with app.app_context():
            write(lambda tx: tx.execute(exchanges.insert().values(**row)))

    return request


def last_minutes(app, company_id, count):
    with app.app_context(), read() as tx:
        return traffic.last_minutes(tx, company_id, count)


def test_requests_are_counted_by_the_minute(app, company, busy):
    busy(company.id, 40)
    for minutes, status in [(3, 200), (1, 200), (1, 404)]:
        busy(company.id, minutes, status)
    found = last_minutes(app, company.id, 30)

    # the clock may have turned to the next minute in between
    assert len(found) == 30
    assert [minute for minute in found if minute.total] == [Minute(1), Minute(2, 1)]
    assert found[-1] == Minute()


def test_nobody_sees_the_requests_of_another_company(app, company, busy):
    busy(company.id, 1)

    assert last_minutes(app, "another", 30) == [Minute()] * 30


def test_without_requests_every_minute_is_empty(app, company):
    assert last_minutes(app, company.id, 5) == [Minute()] * 5


def test_the_busiest_minute_reaches_the_top_and_an_empty_one_is_a_line():
    chart = requests_per_minute([Minute(), Minute(4, 1), Minute(2)])

    assert chart.bars == [
        Bar(2, is_rejected=False),
        Bar(HEIGHT, is_rejected=True),
        Bar(HEIGHT // 2, is_rejected=False),
    ]
    assert chart.words == (
        "6 requests in the last 3 minutes, at most 4 in one minute; 1 rejected."
    )


def test_the_page_draws_a_bar_for_each_minute_and_says_what_they_show(installed):
    chart = _chart(installed)

    assert "0 requests in the last 30 minutes" in chart["aria-label"]
    assert len(chart.select("rect")) == 30


def test_a_rejected_request_is_marked(console, scim, wire_log):
    scim.get("/Users/nobody")
    wire_log.newest()
    chart = _chart(console.get(PAGE))

    assert "1 rejected" in chart["aria-label"]
    assert chart.select("rect.rejected")
    assert "style" not in chart.attrs


def _chart(page):
    return page.select(".chart svg")[0]
