"""A list request reads the same from a URL and from a body."""

import pytest

from envoy_console.scim.errors import InvalidSyntaxError, InvalidValueError
from envoy_console.scim.search_requests import SearchRequest, from_body, from_query
from tests.messages import SEARCH_REQUEST


def body(**asked):
    return {"schemas": [SEARCH_REQUEST], **asked}


def test_a_body_asks_what_a_url_asks():
    in_a_body = body(
        attributes=["userName", "name.givenName"],
        filter="title pr",
        sortBy="userName",
        sortOrder="descending",
        startIndex=5,
        count=0,
    )
    in_a_url = {
        "attributes": "userName,name.givenName",
        "filter": "title pr",
        "sortBy": "userName",
        "sortOrder": "descending",
        "startIndex": "5",
        "count": "0",
    }

    assert from_body(in_a_body) == from_query(in_a_url)


def test_nothing_asked_for_is_everything():
    assert from_body(body()) == from_query({}) == SearchRequest()


def test_null_is_as_good_as_absent():
    assert from_body(body(filter=None, count=None)) == SearchRequest()


def test_the_names_ignore_case():
    message = {"SCHEMAS": [SEARCH_REQUEST.upper()], "SortBy": "id"}

    assert from_body(message) == SearchRequest(sort_by="id")


def test_an_empty_cursor_is_not_an_absent_one():
    assert from_body(body(cursor="")).cursor == ""
    assert from_query({"cursor": ""}).cursor == ""


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"attributes": "userName"}, "list"),
        ({"attributes": [1]}, "list"),
        ({"excludedAttributes": {"members": True}}, "list"),
        ({"filter": ["title pr"]}, "text"),
        ({"sortBy": 1}, "text"),
        ({"sortOrder": True}, "text"),
        ({"cursor": 7}, "text"),
        ({"count": "5"}, "whole number"),
        ({"count": True}, "whole number"),
        ({"startIndex": 1.5}, "whole number"),
    ],
)
def test_a_value_of_the_wrong_type_is_refused_by_name(asked, expected):
    (name,) = asked

    with pytest.raises(InvalidValueError, match=f"{name} must be a?.*{expected}"):
        from_body(body(**asked))


@pytest.mark.parametrize(
    "message",
    [
        {},
        {"schemas": []},
        {"schemas": "urn"},
        {"schemas": [SEARCH_REQUEST, "urn:example:other"]},
        {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]},
        body(filtr="title pr"),
    ],
)
def test_what_is_no_search_request_is_refused(message):
    with pytest.raises(InvalidSyntaxError):
        from_body(message)
