"""Pages by cursor (RFC 9865)."""

import itertools
import time

import pytest
from itsdangerous import TimestampSigner

from tests import builders
from tests.harness import statements
from tests.harness.scim_client import ScimClient
from tests.messages import ENTERPRISE

LISTS = ["", "/Users", "/Groups"]


@pytest.fixture
def neighbour(app, server):
    """A client of another company."""
    other = builders.found_company(app)
    with ScimClient(server, builders.issue_token(app, other)) as client:
        yield client


@pytest.fixture
def seven(scim):
    """Seven users; every other one has a title, and two share it."""
    titles = [None, "Clerk", None, "Baker", None, "Clerk", None]
    return [
        scim.create_user(externalId=str(9 - n), **({"title": t} if t else {}))
        for n, t in enumerate(titles)
    ]


@pytest.fixture
def three_teams(scim):
    return [scim.create_group() for _ in range(3)]


def seen(pages):
    return [resource["id"] for page in pages for resource in page["Resources"]]


@pytest.mark.parametrize("count", [1, 2, 3, 7, 10])
def test_walking_sees_everybody_once_in_order(scim, seven, count):
    pages = list(scim.walk("/Users", count=count))

    assert seen(pages) == [user["id"] for user in seven]
    assert {page["totalResults"] for page in pages} == {7}
    assert all(len(p["Resources"]) == p["itemsPerPage"] <= count for p in pages)
    assert len(pages) == -(-7 // count)


def test_a_page_by_cursor_has_no_index_and_a_page_by_index_no_cursor(scim, seven):
    assert "startIndex" not in scim.get("/Users?cursor=&count=2").json()
    assert "nextCursor" not in scim.get("/Users?count=2").json()


def test_a_cursor_is_safe_in_a_url(scim, seven):
    cursor = scim.get("/Users?cursor=&count=2").json()["nextCursor"]

    assert cursor.replace("-", "").replace("_", "").replace(".", "").isalnum()


def test_the_last_page_names_no_next_one(scim, seven):
    assert "nextCursor" not in scim.get("/Users?cursor=&count=7").json()
    assert "nextCursor" in scim.get("/Users?cursor=&count=6").json()


def test_no_page_at_all_counts(scim, seven):
    page = scim.get("/Users?cursor=&count=0").json()

    assert (page["totalResults"], page["Resources"]) == (7, [])
    assert "nextCursor" not in page


@pytest.mark.parametrize("order", ["ascending", "descending"])
@pytest.mark.parametrize(
    "sort_by",
    ["title", "externalId", "userName", "meta.created", "meta.lastModified", "active",
     "id", "displayName", "nickName", "meta.resourceType", "emails.primary",
     f"{ENTERPRISE}:department", f"{ENTERPRISE}:manager"],
)  # fmt: skip
def test_walking_keeps_to_any_order(scim, seven, sort_by, order):
    asked = {"sortBy": sort_by, "sortOrder": order}

    walked = seen(scim.walk("/Users", count=2, **asked))

    assert walked == seen([scim.get("/Users", params=asked).json()])
    assert sorted(walked) == sorted(user["id"] for user in seven)


def test_who_has_no_title_comes_last_and_first_downwards(scim, seven):
    up = seen(scim.walk("/Users", count=3, sortBy="title"))
    down = seen(scim.walk("/Users", count=3, sortBy="title", sortOrder="descending"))

    titled = [seven[n]["id"] for n in (3, 1, 5)]
    assert up[:3] == titled
    assert down == up[::-1]


def test_walking_keeps_to_the_filter(scim, seven):
    pages = list(scim.walk("/Users", count=1, filter="title pr"))

    assert seen(pages) == [seven[n]["id"] for n in (1, 3, 5)]
    assert {page["totalResults"] for page in pages} == {3}


@pytest.mark.parametrize("count", range(1, 12))
def test_one_walk_goes_over_both_types(scim, seven, three_teams, count):
    pages = list(scim.walk("", count=count))

    assert seen(pages) == [resource["id"] for resource in seven + three_teams]
    assert {page["totalResults"] for page in pages} == {10}
    assert all(page["Resources"] for page in pages)


@pytest.mark.parametrize("sort_by", ["id", "externalId", "displayName", "meta.created",
                                     "meta.resourceType"])  # fmt: skip
@pytest.mark.parametrize("order", ["ascending", "descending"])
def test_one_sorted_walk_goes_over_both_types(scim, seven, three_teams, sort_by, order):
    asked = {"sortBy": sort_by, "sortOrder": order}

    walked = seen(scim.walk("", count=3, **asked))

    assert walked == seen([scim.get("", params=asked).json()])
    assert len(set(walked)) == 10


@pytest.mark.parametrize("path", LISTS)
def test_a_walk_by_post_is_the_same(scim, seven, three_teams, path):
    walked, cursor = [], ""
    while cursor is not None:
        page = scim.search(path, count=2, cursor=cursor).json()
        walked += seen([page])
        cursor = page.get("nextCursor")

    assert walked == seen(scim.walk(path, count=2))


@pytest.mark.parametrize("asked", [{}, {"sortBy": "userName"}, {"sortBy": "title"}])
@pytest.mark.parametrize("path", ["", "/Users"])
def test_who_stays_is_seen_once_while_others_come_and_go(scim, seven, path, asked):
    if path == "" and asked:
        asked = {"sortBy": "externalId"}
    leaving, staying = seven[::3], [u for n, u in enumerate(seven) if n % 3]
    walked = []

    for page in scim.walk(path, count=1, **asked):
        walked += seen([page])
        scim.create_user(title="Admin")
        if leaving:
            scim.delete(f"/Users/{leaving.pop()['id']}")
        if len(walked) > 12:
            break

    assert len(walked) == len(set(walked))
    assert {user["id"] for user in staying} <= set(walked)


def test_the_last_one_shown_may_be_deleted(scim, seven):
    page = scim.get("/Users?cursor=&count=3").json()
    scim.delete(f"/Users/{seven[2]['id']}")

    following = scim.get(f"/Users?count=9&cursor={page['nextCursor']}").json()

    assert seen([following]) == [user["id"] for user in seven[3:]]


@pytest.fixture
def cursor(scim, seven):
    """The cursor of the second page of users with a title."""
    asked = {"filter": "title pr", "sortBy": "title", "cursor": "", "count": 1}
    return scim.get("/Users", params=asked).json()["nextCursor"]


ASKED = {"filter": "title pr", "sortBy": "title", "count": 1}


@pytest.mark.parametrize(
    "change",
    [
        {"filter": "userName pr"},
        {"filter": None},
        {"sortBy": "userName"},
        {"sortBy": None},
        {"sortOrder": "descending"},
    ],
)
def test_a_cursor_of_another_query_is_refused(scim, cursor, change):
    asked = {**ASKED, **change, "cursor": cursor}
    params = {name: value for name, value in asked.items() if value is not None}

    answer = scim.get("/Users", params=params)

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidCursor"


@pytest.mark.parametrize("path", ["", "/Groups"])
def test_a_cursor_of_another_list_is_refused(scim, seven, path):
    cursor = scim.get("/Users?cursor=&count=1").json()["nextCursor"]

    answer = scim.get(path, params={"cursor": cursor})

    assert answer.json()["scimType"] == "invalidCursor"


def test_a_cursor_of_another_company_is_refused(neighbour, cursor):
    answer = neighbour.get("/Users", params={**ASKED, "cursor": cursor})

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidCursor"


def test_a_tampered_cursor_is_refused(scim, cursor):
    for place in range(0, len(cursor), 7):
        other = "A" if cursor[place] != "A" else "B"
        forged = cursor[:place] + other + cursor[place + 1 :]

        answer = scim.get("/Users", params={**ASKED, "cursor": forged})

        assert answer.status_code == 400, place
        assert answer.json()["scimType"] == "invalidCursor"


@pytest.mark.parametrize("cursor", ["x", "é", "a.b.c", ".", "%00", "A" * 5_000])
def test_what_is_no_cursor_is_refused(scim, cursor):
    answer = scim.search("/Users", cursor=cursor)

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidCursor"


def test_an_old_cursor_has_expired(scim, seven, monkeypatch):
    timeout = pagination(scim)["cursorTimeout"]
    long_ago = int(time.time()) - timeout - 5
    with monkeypatch.context() as patch:
        patch.setattr(TimestampSigner, "get_timestamp", lambda _signer: long_ago)
        cursor = scim.get("/Users?cursor=&count=1").json()["nextCursor"]

    answer = scim.get(f"/Users?count=1&cursor={cursor}")

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "expiredCursor"
    assert str(timeout) in answer.json()["detail"]


@pytest.mark.parametrize("count", ["-1", "1000", "many", "1.5"])
def test_with_a_cursor_the_count_must_be_within_bounds(scim, count):
    answer = scim.get(f"/Users?cursor=&count={count}")

    assert answer.status_code == 400
    assert answer.json()["scimType"] == "invalidCount"


def test_index_and_cursor_do_not_go_together(scim):
    answer = scim.get("/Users?cursor=&startIndex=1")

    assert answer.status_code == 400
    assert "startIndex" in answer.json()["detail"]


def pagination(scim):
    return scim.get("/ServiceProviderConfig").json()["pagination"]


def test_the_announcement_is_what_is_enforced(scim):
    announced = pagination(scim)

    assert announced["cursor"] is announced["index"] is True
    assert announced["defaultPaginationMethod"] == "index"
    most = announced["maxPageSize"]
    assert scim.get(f"/Users?cursor=&count={most}").status_code == 200
    assert scim.get(f"/Users?cursor=&count={most + 1}").status_code == 400


@pytest.mark.parametrize("asked", [{}, {"sortBy": "displayName"}])
@pytest.mark.parametrize("path", LISTS)
def test_a_walk_never_skips_rows_it_has_passed(
    app, scim, seven, three_teams, path, asked
):
    with statements.skipping(app) as skipping:
        pages = list(scim.walk(path, count=2, **asked))

    assert len(pages) > 1
    assert skipping == []


def test_a_page_by_index_does_skip_rows(app, scim, seven):
    with statements.skipping(app) as skipping:
        scim.get("/Users?startIndex=3")

    assert len(skipping) == 1


def test_a_deep_page_costs_what_the_first_costs_or_less(app, scim, seven):
    costs = []
    for page in itertools.islice(scim.walk("/Users", count=2), 3):
        with statements.counted(app) as executed:
            scim.get(f"/Users?count=2&cursor={page['nextCursor']}")
        costs.append(len(executed))

    assert costs == [2, 2, 2]
