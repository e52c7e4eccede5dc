"""Sending a request of the wire log again."""

import pytest

from envoy_console.directory import exchange_log, exchange_rows, tokens
from envoy_console.models.transactions import read
from tests.messages import operation, patch

TITLE = operation("Replace", "title", "Head of Roads")


@pytest.fixture
def changed(entra, wire_log):
    """(user id, id of the request that changed the title)"""
    user = entra.create_user("ann@contoso.example", title="Clerk")
    entra.patch(f"/Users/{user['id']}", patch(TITLE))
    return user["id"], wire_log.newest("PATCH").id


def send_again(console, request_id, status=200):
    page = console.get(f"/activity/requests/{request_id}?method=PATCH")
    return console.submit(page, "#replay form", status=status)


def test_a_request_sent_again_does_again_what_it_did(console, entra, changed, wire_log):
    user_id, request_id = changed
    entra.patch(f"/Users/{user_id}", patch(operation("Replace", "title", "Clerk")))

    page = send_again(console, request_id)

    assert entra.get(f"/Users/{user_id}").json()["title"] == "Head of Roads"
    assert "Sent again. The answer was 200." in page.text
    assert page.path.endswith("?method=PATCH")
    assert page.path.split("/")[-1].split("?")[0] == wire_log.newest("PATCH").id


def test_a_replay_and_its_original_lead_to_each_other(console, changed, wire_log):
    original = changed[1]
    page = send_again(console, original)
    replay = wire_log.newest("PATCH")

    assert replay.replay_of == original
    assert page.select(f"[aria-labelledby=original] a[href$='{original}']")
    back = console.get(f"/activity/requests/{original}")
    assert back.select(f"[aria-labelledby=repeats] a[href$='{replay.id}']")


def test_the_history_says_who_sent_it_again(console, entra, changed):
    user_id, request_id = changed
    entra.patch(f"/Users/{user_id}", patch(operation("Replace", "title", "Clerk")))

    page = send_again(console, request_id)

    assert "Microsoft Azure SCIM (replayed by Dana Reyes)" in page.text
    assert "sent again the request" in console.get("/activity/admins").text


def test_a_replay_has_no_more_rights_than_the_integration(
    console, company, changed, wire_log
):
    console.submit("/integrations/azure-scim", "#uninstall form")

    page = send_again(console, changed[1])

    assert "Save the integration first" in page.text
    assert wire_log.newest("PATCH").id == changed[1]


def test_a_refused_replay_is_shown_as_what_it_is(console, entra, changed, wire_log):
    entra.delete(f"/Users/{changed[0]}")

    page = send_again(console, changed[1])

    assert "Sent again. The answer was 404." in page.text
    assert wire_log.newest("PATCH").status == 404


def test_if_match_is_sent_again_too(console, entra, wire_log):
    user = entra.create_user("ann@contoso.example")
    etag = user["meta"]["version"]
    entra.patch(f"/Users/{user['id']}", patch(TITLE), headers={"If-Match": etag})

    page = send_again(console, wire_log.newest("PATCH").id)

    assert "Sent again. The answer was 412." in page.text


def test_the_token_of_a_replay_is_gone_and_never_listed(
    console, changed, app, company, token
):
    send_again(console, changed[1])
    page = console.get("/integrations/azure-scim")

    assert len(page.select(".token-row, #token")) == 1
    rows = tokens.tokens
    with app.app_context(), read() as tx:
        kept = tx.execute(rows.select().where(rows.c.company_id == company.id)).all()
    assert [row.replay_of for row in kept] == [None]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ({"password": "secret-thing", "title": "x"}, "It held a password"),
        ({"title": "x" * 40_000}, "too large to be kept whole"),
    ],
)
def test_what_the_log_does_not_hold_whole_is_not_sent_again(
    console, entra, wire_log, body, reason
):
    entra.post("/Users", {"userName": "ann@contoso.example", **body})
    page = console.get(f"/activity/requests/{wire_log.newest('POST').id}")
    (button,) = page.select("button[value=replay]")

    assert button.has_attr("disabled")
    assert reason.lower() in page.text.lower()
    assert not page.select("#replay")


def test_it_is_refused_also_by_who_asks_without_the_page(console, entra, wire_log):
    entra.post("/Users", {"userName": "ann@contoso.example", "password": "secret"})
    refused = wire_log.newest("POST").id
    entra.get("/Users?count=0")
    page = console.get(f"/activity/requests/{wire_log.newest('GET').id}")
    form = page.form("#replay form")

    answer = console.http.post(
        form.action.replace(wire_log.newest("GET").id, refused), data=form.fields
    )

    assert "This request cannot be sent again." in answer.text
    assert wire_log.newest("POST").id == refused


def test_a_body_that_was_never_read_is_not_taken_for_an_empty_one(
    console, scim, wire_log
):
    scim.http.request("POST", "Nowhere", content=b"never read")
    page = console.get(f"/activity/requests/{wire_log.newest('POST').id}")

    assert "the log does not hold its body as it was" in page.text


def test_only_global_admins_send_requests_again(colleague, changed, wire_log):
    viewer = colleague("viewer")
    page = viewer.get(f"/activity/requests/{changed[1]}")

    assert "Only global admins can send requests again." in page.text
    assert not page.select("#replay")
    csrf = page.select("meta[name=csrf-token]")[0]["content"]
    answer = viewer.http.post(
        f"/activity/requests/{changed[1]}/replay", data={"csrf_token": csrf}
    )
    assert answer.status_code == 403
    assert wire_log.newest("PATCH").id == changed[1]


def test_a_query_is_sent_again_to_the_letter(console, entra, wire_log):
    entra.get("/Users", params={"filter": 'userName eq "a b+c%2Fd@x.example"'})
    original = wire_log.newest("GET")

    page = console.get(f"/activity/requests/{original.id}")
    console.submit(page, "#replay form")

    replay = wire_log.newest("GET")
    assert (replay.path, replay.status) == (original.path, 200)
    assert replay.sought_key == "a b+c%2fd@x.example"


@pytest.mark.parametrize("sign", ["%3F", "%23", "%253F", "%0A", "%00", "%FF"])
def test_a_path_is_sent_again_to_the_letter(console, entra, wire_log, sign):
    user = entra.create_user("ann@contoso.example")
    entra.delete(f"/Users/{user['id']}{sign}x")
    original = wire_log.newest("DELETE")

    page = send_again(console, original.id)

    assert "Sent again. The answer was 404." in page.text
    assert wire_log.newest("DELETE").path == original.path
    assert entra.get(f"/Users/{user['id']}").status_code == 200


@pytest.fixture
def gap(app):
    """The log drops what is sent again, as it may when the database is busy."""

    def drop(tx, rows):
        again = [row.id for row in rows if row.replay_of]
        log = exchange_rows.exchanges
        tx.execute(log.delete().where(log.c.id.in_(again)))

    log = app.extensions["envoy_console.exchange_log"]
    exchange_log.watch(app, drop)
    yield
    log.watchers.remove(drop)


def test_a_replay_that_is_not_logged_leads_back_to_its_original(console, changed, gap):
    page = send_again(console, changed[1])

    assert "Sent again. The answer was 200." in page.text
    assert "The log does not show it yet." in page.text
    assert page.path == f"/activity/requests/{changed[1]}?method=PATCH"
