"""Lists, errors, pages and sorting (RFC 7644 §3.4.2, §3.12)."""

import pytest

from envoy_console.scim import errors
from envoy_console.scim.errors import InvalidValueError, ScimError
from envoy_console.scim.messages import (
    Page,
    error_body,
    list_response,
    parse_page,
    parse_sort,
)
from envoy_console.scim.schemas import ENTERPRISE, USER


def test_a_list_response_counts_what_it_holds():
    assert list_response([{"id": "7"}], total=9, start_index=3, items_per_page=1) == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"],
        "totalResults": 9,
        "startIndex": 3,
        "itemsPerPage": 1,
        "Resources": [{"id": "7"}],
    }


def test_an_error_says_its_status_as_text():
    assert error_body(errors.UniquenessError("taken")) == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
        "status": "409",
        "scimType": "uniqueness",
        "detail": "taken",
    }


def test_an_error_without_a_type_has_no_type():
    assert "scimType" not in error_body(errors.NotFoundError("gone"))


SCIM_TYPES = {
    "invalidFilter",
    "tooMany",
    "uniqueness",
    "mutability",
    "invalidSyntax",
    "invalidPath",
    "noTarget",
    "invalidValue",
    "invalidVers",
    "sensitive",
    "invalidCursor",
    "expiredCursor",
    "invalidCount",
    None,
}


@pytest.mark.parametrize("error", ScimError.__subclasses__(), ids=lambda e: e.__name__)
def test_every_error_has_a_status_and_a_type_of_the_rfc(error):
    assert error.scim_type in SCIM_TYPES
    assert 400 <= error.status < 600
    assert str(error("why")) == error("why").detail == "why"


@pytest.mark.parametrize(
    ("start_index", "count", "page"),
    [
        (None, None, Page(1, 20)),
        ("", "", Page(1, 20)),
        ("3", "5", Page(3, 5)),
        ("0", "0", Page(1, 0)),
        ("-5", "-1", Page(1, 0)),
        ("999999999", "999999999", Page(999_999_999, 200)),
    ],
)
def test_a_page_is_brought_within_bounds(start_index, count, page):
    assert parse_page(start_index, count, default=20, maximum=200) == page


def test_an_offset_counts_from_zero():
    assert Page(1, 20).offset == 0


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1e3",
        "1.5",
        "1_0",
        "٣",
        "+1",
        " 1",
        "1\n",
        "\x00",
        "9" * 10,
        "9" * 5_000,
        "--1",
    ],
)
def test_what_is_not_a_small_number_is_refused(text):
    with pytest.raises(InvalidValueError, match="startIndex must be a whole number"):
        parse_page(text, None, default=20, maximum=200)
    with pytest.raises(InvalidValueError, match="count must be a whole number"):
        parse_page(None, text, default=20, maximum=200)


@pytest.mark.parametrize(
    ("sort_by", "sort_order", "path", "descending"),
    [
        ("userName", None, "userName", False),
        ("NAME.familyname", "Descending", "name.familyName", True),
        ("emails", "ascending", "emails.value", False),
        (f"{ENTERPRISE}:manager", "", f"{ENTERPRISE}:manager.value", False),
    ],
)
def test_a_sort_has_a_path_and_a_direction(sort_by, sort_order, path, descending):
    sort = parse_sort(sort_by, sort_order, USER)

    assert sort is not None
    assert (str(sort.path), sort.descending) == (path, descending)


@pytest.mark.parametrize("sort_by", [None, ""])
def test_no_sort_is_no_sort(sort_by):
    assert parse_sort(sort_by, "descending", USER) is None


@pytest.mark.parametrize(
    ("sort_by", "sort_order"),
    [
        ("favouriteColour", None),
        ("a.b.c", None),
        ("password", None),
        ("name", None),
        ("addresses", None),
        ("userName", "sideways"),
    ],
)
def test_a_bad_sort_is_refused(sort_by, sort_order):
    with pytest.raises(InvalidValueError):
        parse_sort(sort_by, sort_order, USER)
