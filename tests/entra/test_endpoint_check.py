"""Endpoint checks: what is required of an endpoint is found where it is missing."""

import json
import re

import pytest
from werkzeug.wrappers import Response

from envoy_console.directory import integrations
from envoy_console.entra import dialling, targets
from envoy_console.entra.endpoint_check import examination, ledger, running
from envoy_console.entra.endpoint_check.wire import MOST_REQUESTS, MOST_SILENCES, Wire
from envoy_console.entra.transport import Transport
from envoy_console.models.transactions import write
from tests.entra.world import own_url
from tests.harness.spoiled import as_answered, as_sent, spoiled
from tests.harness.targets import answer, drip, found, hang, raw_target

PLAIN = "The standard"

TOKEN = "esim_of_nobody"


@pytest.fixture
def check(app, token):
    """check(url) -> what a check finds there, and the wire that it went over."""

    def run(url):
        with app.app_context(), running.wired(url, token, ledger.Ledger()) as wire:
            found_ = list(findings(wire))
            wire.tidy_all()
            return found_, wire

    return run


@pytest.fixture
def hasty(make_settings):
    """hasty(url) -> the same with little patience."""

    def run(url):
        target = targets.judge(url, make_settings())
        transport = Transport(
            target, TOKEN, deadline=0.2, ssl_context=None, resolve=dialling.resolve
        )
        wire = Wire(transport, ledger.Ledger())
        try:
            return list(findings(wire)), wire
        finally:
            wire.tidy_all()
            transport.close()

    return run


def findings(wire):
    for progress in examination.examine(wire):
        yield from progress.findings


def titles(found_, status):
    return {each.requirement.title for each in found_ if each.status == status}


def of_entra(found_, status="failed"):
    """The titles of our own requirements, those of the standard left out."""
    ours = [
        each
        for each in found_
        if not each.requirement.chapter.startswith("The standard")
    ]
    return titles(ours, status)


def everybody(scim):
    return [scim.get(kind).json()["totalResults"] for kind in ("/Users", "/Groups")]


def test_our_own_endpoint_does_all_that_is_asked(app, server, check):
    found_, wire = check(own_url(app))

    assert {each.status for each in found_} == {"passed"}
    assert len(found_) > 60
    assert wire.requests < 550


def test_an_endpoint_that_fails_is_asked_no_less(app, server, company, check):
    """Ours in strict mode, which refuses much of what Entra sends."""
    with app.app_context():
        write(lambda tx: integrations.set_strict(tx, company.admin, strict=True))

    found_, _ = check(own_url(app))

    assert "PATCH in Entra's older spelling" in titles(found_, "failed")
    assert "Disabling by false" in titles(found_, "passed")
    kinds = [each.requirement.chapter.rpartition(": ")[2] for each in found_]
    assert kinds.count("User") == kinds.count("Group") == 11


def test_every_finding_has_the_requests_behind_it(app, server, check):
    found_, _ = check(own_url(app))

    assert [each.requirement.title for each in found_ if not each.exchanges] == []
    assert all(exchange.request_id for each in found_ for exchange in each.exchanges)


def test_a_check_leaves_nothing_behind(app, check, scim, entra):
    entra.create_user()
    entra.create_group("Roads")

    check(own_url(app))

    assert everybody(scim) == [1, 1]


def test_whatever_a_check_makes_shows_what_it_is_for(app, server, check, wire_log):
    check(own_url(app))

    bodies = [
        json.loads(row.request_body)
        for row in wire_log.every("POST")
        if row.path.split("/")[-1] in ("Users", "Groups")
    ]
    names = [body.get("userName") or body["displayName"] for body in bodies]
    assert len(names) > 60
    assert [name for name in names if not name.startswith(ledger.PREFIX)] == []


def test_no_exchange_holds_the_token(app, server, check, token):
    found_, _ = check(own_url(app))

    assert token not in repr(found_)


# --- spoiled endpoints: what is spoilt, and which of Entra's requirements then fail


def _is_query(request):
    return request.method == "GET" and "filter" in request.args


def _miss_is_404(request, response):
    nobody = _is_query(request) and response.get_json()["totalResults"] == 0
    return Response("{}", 404) if nobody else response


def _conflict_is_fine(_, response):
    return Response(response.data, 200) if response.status_code == 409 else response


def _disabled_vanish(request, response):
    is_one = request.method == "GET" and re.search(r"/Users/[^/]+$", request.path)
    gone = (
        is_one
        and response.status_code == 200
        and response.get_json()["active"] is False
    )
    return Response("{}", 404) if gone else response


def _deleted_with_200(request, response):
    return Response("", 200) if request.method == "DELETE" else response


def _text_is_true(_, body):
    return body.replace(b'"value":"False"', b'"value":true')


def _members_come_along(request, body):
    query = request.environ["QUERY_STRING"]
    request.environ["QUERY_STRING"] = query.replace("excludedAttributes=members", "")
    return body


def _remove_empties(_, body):
    if b'"Remove"' not in body:
        return body
    message = json.loads(body)
    message["Operations"] = [{"op": "remove", "path": "members"}]
    return json.dumps(message).encode()


@pytest.mark.parametrize(
    ("on_request", "on_answer", "failing"),
    [
        (
            as_sent,
            _conflict_is_fine,
            {"A second user of the same name"},
        ),
        (_text_is_true, as_answered, {"Disabling by the text “False”"}),
        (_members_come_along, as_answered, {"A query without members"}),
        (_remove_empties, as_answered, {"Removing a member by value"}),
        (as_sent, _deleted_with_200, {"Deleting a user", "Deleting a group"}),
        (
            as_sent,
            _disabled_vanish,
            {
                "Disabling by the text “False”",
                "Disabling by false",
                "A disabled user is still there",
            },
        ),
    ],
    ids=[
        "a conflict is fine",
        "every text is true",
        "members come along",
        "remove empties the group",
        "deletions answer 200",
        "disabled users vanish",
    ],
)
def test_what_is_spoilt_is_found(app, check, scim, on_request, on_answer, failing):
    with spoiled(app, on_request, on_answer) as url:
        found_, _ = check(url)

    assert of_entra(found_) == failing
    assert everybody(scim) == [0, 0]


def test_a_miss_that_is_404_ends_the_check_at_once(app, check):
    with spoiled(app, answer=_miss_is_404) as url:
        found_, wire = check(url)

    assert titles(found_, "failed") == {"Test Connection"}
    assert titles(found_, "passed") == set()
    assert wire.requests == 1


def test_where_no_user_can_be_made_only_that_fails(app, check):
    def refuse(request, response):
        refused = request.method == "POST" and request.path.endswith("/Users")
        return Response("{}", 500) if refused else response

    with spoiled(app, answer=refuse) as url:
        found_, _ = check(url)

    assert of_entra(found_) == {"Creating a user as Entra does"}
    assert "Filter by userName" in of_entra(found_, "skipped")


def test_what_was_made_without_an_answer_is_found_by_its_name(app, check, scim):
    """A target that makes the user, and then breaks down."""

    def break_down(request, response):
        is_made = request.method == "POST" and response.status_code == 201
        return Response("broken", 500) if is_made else response

    with spoiled(app, answer=break_down) as url:
        _, wire = check(url)

    assert everybody(scim) == [0, 0]
    assert wire.ledger.creations == []


def test_what_cannot_be_removed_is_named(app, check):
    """A target that refuses to: it is asked a second time at the end, and no more."""

    def refuse(request, response):
        return Response("{}", 403) if request.method == "DELETE" else response

    with spoiled(app, answer=refuse) as url:
        _, wire = check(url)

    assert wire.ledger.creations
    assert wire.requests < 1.5 * MOST_REQUESTS
    assert all(ledger.PREFIX in each.shown for each in wire.ledger.creations)


# --- hostile targets


@pytest.mark.parametrize("names", ["id", "detail", "name"])
def test_an_endpoint_that_repeats_the_token_is_not_quoted(app, check, token, names):
    """In the ids it gives, in its errors, and in the names of its types."""

    def repeat(_, response):
        text = response.get_data(as_text=True)
        text = re.sub(rf'"{names}": ?"[^"]*"', rf'"{names}":"{token}\\\\u0000"', text)
        kind = "application/scim+json"
        return Response(text, response.status_code, content_type=kind)

    with spoiled(app, answer=repeat) as url:
        found_, _ = check(url)

    told = repr(found_)
    assert "[redacted]" in told
    assert token not in told
    assert "\\x00" not in told


@pytest.mark.parametrize(
    ("reaction", "told"),
    [
        (hang, "did not answer in time"),
        (drip, "did not answer in time"),
        (answer(200, b"<html>Welcome</html>"), "not JSON"),
        (answer(302, Location="http://169.254.169.254/"), "302"),
        (answer(200, b"x" * 1_100_000), "larger than"),
        (answer(401), "401"),
        (found({"id": "1"}), "the filter is ignored"),
    ],
    ids=["hang", "drip", "html", "redirect", "large", "unauthorized", "unfiltered"],
)
def test_who_does_not_answer_the_first_question_is_asked_no_other(
    hasty, reaction, told
):
    with raw_target(reaction) as target:
        found_, wire = hasty(target.url)

    assert titles(found_, "failed") == {"Test Connection"}
    assert told in found_[0].found
    assert wire.requests == 1


def test_who_falls_silent_is_asked_only_a_few_times_more(hasty):
    with raw_target(found(), hang) as target:
        found_, wire = hasty(target.url)

    assert wire.requests <= 1 + 2 * MOST_SILENCES
    assert "in a row" in found_[-1].found


def test_who_says_yes_to_everything_does_not_pass(hasty):
    with raw_target(found()) as target:
        found_, _ = hasty(target.url)

    assert "Creating a user as Entra does" in titles(found_, "failed")
    assert "Deleting a group" in titles(found_, "skipped")
    assert PLAIN in {each.requirement.chapter for each in found_}


def test_no_check_follows_an_endpoint_elsewhere(app, check):
    """Discovery that names other hosts leads nowhere; the suite notices a connection."""

    def lead_away(request, response):
        if not request.path.endswith("/ResourceTypes"):
            return response
        text = response.get_data(as_text=True)
        away = text.replace('"/Users"', '"https://evil.example/Users"')
        return Response(away, 200, content_type="application/scim+json")

    with spoiled(app, answer=lead_away) as url:
        found_, _ = check(url)

    about_users = [
        each.status
        for each in found_
        if each.requirement.chapter == "The standard: User"
    ]
    assert "passed" not in about_users
