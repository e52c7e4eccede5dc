"""How fast requests may come, with a good token and without one."""

import pytest

from envoy_console import pace
from envoy_console.pace import Pace
from envoy_console.scim_api.pace import BURST
from tests import builders

RATE = 5
REFUSED = 30
WRONG = {"Authorization": "Bearer esim_not-one-of-ours"}


@pytest.fixture
def slow_app(databases, tmp_path):
    """An app that takes few requests, so that a test need not send many."""
    with databases.lent_app(
        tmp_path, scim_rate=RATE, refused_per_minute=REFUSED
    ) as app:
        yield app


@pytest.fixture
def ask(slow_app):
    """ask(headers, source) -> the answer to one look at the users."""
    client = slow_app.test_client()

    def get(headers, source="192.0.2.1"):
        return client.get(
            "/scim/v2/Users",
            headers=headers,
            environ_base={"REMOTE_ADDR": source},
            base_url="http://localhost",
        )

    return get


@pytest.fixture
def admitted(slow_app):
    """admitted() -> the headers of a company's good token."""

    def headers():
        token = builders.issue_token(slow_app, builders.found_company(slow_app))
        return {"Authorization": f"Bearer {token}"}

    return headers


def test_a_token_that_is_used_too_fast_is_429_with_a_time_to_come_back(ask, admitted):
    mine, theirs = admitted(), admitted()
    answers = [ask(mine) for _ in range(RATE * BURST + 40)]

    statuses = [answer.status_code for answer in answers]
    assert set(statuses[: RATE * BURST]) == {200}
    refused = answers[statuses.index(429)]
    assert int(refused.headers["Retry-After"]) >= 1
    assert refused.content_type.startswith("application/scim+json")
    assert refused.json["status"] == "429"
    assert "SCIM_RATE" in refused.json["detail"]
    assert ask(theirs).status_code == 200


def test_strangers_have_to_wait_each_network_for_itself(ask):
    statuses = [ask(WRONG).status_code for _ in range(REFUSED + 10)]

    assert statuses[:REFUSED] == [401] * REFUSED
    assert statuses[-1] == 429
    assert ask(WRONG, "192.0.2.200").status_code == 429
    assert ask({}, "192.0.2.200").status_code == 429
    assert ask(WRONG, "192.0.3.1").status_code == 401
    assert ask(WRONG, "2001:db8::1").status_code == 401


def test_a_good_token_is_served_while_strangers_have_to_wait(ask, admitted):
    mine = admitted()
    for _ in range(REFUSED + 10):
        ask(WRONG)

    assert ask(WRONG).status_code == 429
    assert [ask(mine).status_code for _ in range(RATE * 5)] == [200] * RATE * 5


def test_a_flood_of_strangers_does_not_wash_the_wire_log_out(slow_app, ask):
    log = slow_app.extensions["envoy_console.exchange_log"]
    added = []
    log.add, kept = added.append, log.add
    for _ in range(REFUSED + 50):
        ask(WRONG)
    log.add = kept

    assert 0 < len(added) <= REFUSED + 2


def test_a_pace_takes_a_burst_and_then_one_after_the_other(monkeypatch):
    moment = [100.0]
    monkeypatch.setattr(pace.time, "monotonic", lambda: moment[0])
    mine = Pace(10, burst=3)

    assert [mine.wait("a") for _ in range(3)] == [0, 0, 0]
    assert mine.wait("a") == pytest.approx(0.1)
    assert mine.wait("b") == 0
    moment[0] += 0.1
    assert mine.wait("a") == 0
    assert mine.wait("a") > 0


def test_a_pace_forgets_who_is_quiet(monkeypatch):
    monkeypatch.setattr(pace, "REMEMBERED", 100)
    mine = Pace(0.001, burst=1)
    for number in range(1000):
        mine.wait(str(number))

    assert len(mine._busy_until) <= 100
