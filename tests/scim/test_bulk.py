"""Bulk messages: their shape, their order, their references (RFC 7644 §3.7)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console.scim import bulk
from envoy_console.scim.bulk import BulkRequest, Result
from envoy_console.scim.bulk_order import in_order
from envoy_console.scim.bulk_references import references, resolved, without
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    NotFoundError,
    PayloadTooLargeError,
)
from tests.messages import (
    BULK_REQUEST,
    BULK_RESPONSE,
    ENTERPRISE,
    bulk_change,
    bulk_group,
    bulk_user,
    managed_by,
)
from tests.messages import bulk as message

ANN = bulk_user("ann")


def read(*operations, dialect=None, **parts) -> BulkRequest:
    asked = message(*operations, **parts)
    return bulk.read_request(asked, dialect or Dialect(strict=True), max_operations=9)


def order(*operations):
    """The bulkIds, or the numbers, of operations in the order of execution."""
    found = in_order(read(*operations).operations)
    return [[one.bulk_id or one.number for one in together] for together in found]


def refusal(*operations, **parts):
    with pytest.raises(InvalidSyntaxError) as refused:
        read(*operations, **parts)
    return refused.value.detail


def test_an_operation_is_read_as_it_was_sent():
    (read_one,) = read(
        bulk_change("PUT", "/Users/7", version='W/"3"', data={"title": "Clerk"})
    ).operations

    assert (read_one.method, read_one.path) == ("PUT", "/Users/7")
    assert (read_one.version, read_one.data) == ('W/"3"', {"title": "Clerk"})
    assert read_one.bulk_id == ""


def test_names_are_the_same_whatever_their_case():
    asked = {
        "SCHEMAS": [BULK_REQUEST],
        "failonerrors": 2,
        "operations": [
            {"Method": "post", "PATH": "/Users", "BulkID": "ann", "Data": {"a": 1}}
        ],
    }

    found = bulk.read_request(asked, Dialect(strict=True), max_operations=1)

    assert found.fail_on_errors == 2
    assert found.operations[0].method == "POST"
    assert found.operations[0].bulk_id == "ann"
    assert found.operations[0].data == {"a": 1}


@pytest.mark.parametrize("operations", [None, [], {}, "POST"])
def test_a_request_without_operations_is_refused(operations):
    asked = {"schemas": [BULK_REQUEST], "Operations": operations}

    with pytest.raises(InvalidSyntaxError, match="Operations must be a list"):
        bulk.read_request(asked, Dialect(strict=True), max_operations=9)


@pytest.mark.parametrize(
    ("broken", "names"),
    [
        ("POST", r"Operations[1] must be an object"),
        (ANN | {"method": "GET"}, "Operations[1].method is one of POST, PUT"),
        (ANN | {"method": None}, "Operations[1].method is one of POST, PUT"),
        (ANN | {"method": 7}, "Operations[1].method must be text"),
        (ANN | {"path": None}, "Operations[1].path is required"),
        (ANN | {"path": ["/Users"]}, "Operations[1].path must be text"),
        (ANN | {"bulkId": None}, "Operations[1].bulkId is required"),
        (ANN | {"bulkId": ""}, "Operations[1].bulkId is required"),
        (ANN | {"bulkId": 7}, "Operations[1].bulkId must be text"),
        (ANN | {"data": None}, "Operations[1].data must be an object"),
        (ANN | {"data": [{}]}, "Operations[1].data must be an object"),
        (bulk_change("PATCH", "/Users/7"), "Operations[1].data must be an object"),
        (bulk_change("DELETE", "/Users/7", version=3), "[1].version must be text"),
    ],
)
def test_an_operation_out_of_shape_is_named_and_refuses_the_request(broken, names):
    assert names in refusal(bulk_user("bob"), broken)


def test_a_bulk_id_given_twice_is_refused_whatever_the_method():
    detail = refusal(
        ANN, bulk_user("bob"), bulk_change("DELETE", "/Users/7", bulkId="ann")
    )

    assert detail == (
        "Operations[2].bulkId “ann” is that of Operations[0]; each must be unique."
    )


def test_bulk_ids_differ_by_case():
    assert order(bulk_user("ann"), bulk_user("ANN")) == [["ann"], ["ANN"]]


def test_a_delete_needs_no_data():
    assert read(bulk_change("DELETE", "/Users/7")).operations[0].data == {}


def test_more_operations_than_are_allowed_are_too_large_a_payload():
    with pytest.raises(PayloadTooLargeError, match=r"at most 9 .*maxOperations.* 10"):
        read(*(bulk_user(f"user-{number}") for number in range(10)))


@pytest.mark.parametrize("value", [0, -1, True, "1", 1.5, [1]])
def test_fail_on_errors_is_a_whole_number_of_at_least_one(value):
    with pytest.raises(InvalidValueError, match="failOnErrors"):
        read(ANN, failOnErrors=value)


def test_a_missing_schema_is_a_quirk():
    tolerant = Dialect()

    read(ANN, dialect=tolerant, schemas=[])

    assert tolerant.quirks == ["missing_schemas"]
    assert BULK_REQUEST in refusal(ANN, schemas=[])


def test_operations_keep_the_order_of_the_request():
    assert order(
        bulk_user("ann"),
        bulk_change("DELETE", "/Users/7"),
        bulk_change("PATCH", "/Users/bulkId:ann", data={}),
        bulk_user("bob"),
    ) == [["ann"], [1], [2], ["bob"]]


def test_a_post_comes_before_what_refers_to_it():
    assert order(
        bulk_change("PATCH", "/Groups/bulkId:staff", data={}),
        bulk_group("staff", "bulkId:bob", "bulkId:ann"),
        bulk_user("ann", **managed_by("bulkId:bob")),
        bulk_user("bob"),
    ) == [["bob"], ["ann"], ["staff"], [0]]


def test_posts_that_need_one_another_come_together():
    assert order(
        bulk_group("staff", "bulkId:ann"),
        bulk_user("ann", **managed_by("bulkId:bob")),
        bulk_user("cid"),
        bulk_user("bob", **managed_by("bulkId:ann")),
    ) == [["ann", "bob"], ["staff"], ["cid"]]


def test_a_reference_to_nothing_and_to_itself_does_not_change_the_order():
    assert order(
        bulk_user("ann", **managed_by("bulkId:ann")),
        bulk_user("bob", **managed_by("bulkId:nobody")),
    ) == [["ann"], ["bob"]]


def test_a_chain_may_be_longer_than_python_can_recurse():
    chain = [
        bulk_user(f"u{number}", **managed_by(f"bulkId:u{number + 1}"))
        for number in range(5_000)
    ]
    asked = bulk.read_request(message(*chain), Dialect(), max_operations=5_000)

    found = [one.number for (one,) in in_order(asked.operations)]

    assert found == list(reversed(range(5_000)))


@st.composite
def requests(draw):
    """Up to nine POSTs that refer to one another as chance will have it."""
    names = [f"u{number}" for number in range(draw(st.integers(1, 9)))]
    members = st.sets(st.sampled_from(names), max_size=4)
    return [
        bulk_group(name, *(f"bulkId:{member}" for member in sorted(draw(members))))
        for name in names
    ]


@given(requests())
def test_whatever_an_operation_needs_comes_before_it_or_with_it(operations):
    asked = read(*operations).operations
    needs = {one.bulk_id: one.refers_to for one in asked}
    done = set()

    for together in in_order(asked):
        circle = {one.bulk_id for one in together}
        assert done.isdisjoint(circle)
        done |= circle
        for one in together:
            assert one.refers_to <= done
            assert circle <= reachable(one.bulk_id, needs)

    assert done == set(needs)


def reachable(start, needs):
    found, new = {start}, {start}
    while new:
        new = set().union(*(needs[one] for one in new)) - found
        found |= new
    return found


@pytest.mark.parametrize(
    ("value", "after"),
    [
        ("bulkId:ann", "7"),
        ("/Users/bulkId:ann", "/Users/7"),
        ("../Users/bulkId:ann", "../Users/7"),
        ('members[value eq "bulkId:ann"]', 'members[value eq "7"]'),
        (
            'members[value eq "bulkId:ann" or type eq "bulkId:ann"]',
            'members[value eq "7" or type eq "7"]',
        ),
        ({"members": [{"value": "bulkId:ann"}]}, {"members": [{"value": "7"}]}),
        ({ENTERPRISE: {"manager": "bulkId:ann"}}, {ENTERPRISE: {"manager": "7"}}),
    ],
)
def test_a_reference_becomes_the_id(value, after):
    assert references(value) == {"ann"}
    assert resolved(value, {"ann": "7"}) == after


@pytest.mark.parametrize(
    "value",
    ["see bulkId:ann", "bulkId:", "BULKID", "xbulkId:ann", 7, None, True, {"a": [1.5]}],
)
def test_what_is_no_reference_stays_as_it_is(value):
    assert references(value) == frozenset()
    assert resolved(value, {}) == value


def test_a_reference_as_a_whole_may_hold_any_character():
    assert resolved('bulkId:CN="Ann"/OU=Staff', {'CN="Ann"/OU=Staff': "7"}) == "7"


def test_a_reference_to_nothing_and_one_to_a_failure_are_told_apart():
    with pytest.raises(InvalidValueError, match="“bulkId:ann” refers to nothing"):
        resolved("bulkId:ann", {})
    with pytest.raises(InvalidValueError, match="“bulkId:ann” was not created"):
        resolved("bulkId:ann", {"ann": None})


@pytest.mark.parametrize(
    ("document", "rest"),
    [
        (managed_by("bulkId:ann"), {ENTERPRISE: {}}),
        ({ENTERPRISE: {"manager": "bulkId:ann"}}, {ENTERPRISE: {}}),
        ({f"{ENTERPRISE}:manager.value": "bulkId:ann"}, {}),
        ({"members": [{"$ref": "/Users/bulkId:ann"}, {"value": "3"}]},
         {"members": [{"value": "3"}]}),
        ({"members": ["bulkId:ann", "bulkId:bob"]}, {"members": ["bulkId:bob"]}),
        (managed_by("bulkId:bob"), managed_by("bulkId:bob")),
        ({"emails": [{"value": "a@x"}], "active": True},
         {"emails": [{"value": "a@x"}], "active": True}),
    ],
)  # fmt: skip
def test_links_to_what_is_not_there_yet_are_left_out(document, rest):
    assert without(document, {"ann"}) == rest


def test_results_are_in_the_order_of_the_request_without_what_is_not_known():
    ann, bob = read(ANN, bulk_change("DELETE", "/Users/7")).operations
    missing = NotFoundError("gone")

    answer = bulk.response(
        [
            Result(bob, 404, "https://x/Users/7", error=missing),
            Result(ann, 201, "https://x/Users/8", 'W/"1"'),
        ]
    )

    assert answer == {
        "schemas": [BULK_RESPONSE],
        "Operations": [
            {
                "location": "https://x/Users/8",
                "method": "POST",
                "bulkId": "ann",
                "version": 'W/"1"',
                "status": "201",
            },
            {
                "location": "https://x/Users/7",
                "method": "DELETE",
                "status": "404",
                "response": {
                    "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"],
                    "status": "404",
                    "detail": "gone",
                },
            },
        ],
    }
