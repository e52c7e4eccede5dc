"""A spliced answer says what the parsed one says, whatever the document holds."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from envoy_console.directory.people import EmployeeRecord
from envoy_console.directory.records import stored
from envoy_console.models.base import now
from envoy_console.scim.schemas import ENTERPRISE, USER
from envoy_console.scim_api import splicing, wire

MANAGER = {"value": "7", "$ref": "http://x/Users/7", "displayName": 'Ann "}}" Lee'}
URL = 'http://x/Users/"5"'
GROUPS = [{"value": "9", "display": "Roads", "type": "direct"}]

texts = st.text() | st.sampled_from(["}", "}}", f'"{ENTERPRISE}":{{', '",', "\\"])
names = st.dictionaries(st.sampled_from(["givenName", "familyName"]), texts, min_size=1)
extensions = st.dictionaries(
    st.sampled_from(["department", "costCenter", "organization"]), texts, min_size=1
)


@st.composite
def documents(draw):
    """A document with its members in any order."""
    members = {
        "userName": draw(texts),
        "active": draw(st.booleans()),
        **({"name": draw(names)} if draw(st.booleans()) else {}),
        **({ENTERPRISE: draw(extensions)} if draw(st.booleans()) else {}),
    }
    order = draw(st.permutations(list(members)))
    return {name: members[name] for name in order}


def record(document, manager_id=None):
    moment = now()
    return EmployeeRecord(
        "5", stored(document), 1, moment, moment, manager_id, None, (), None
    )


def parsed(found, document, manager, groups):
    """What the answer should say."""
    if manager:
        extension = {**document.get(ENTERPRISE, {}), "manager": manager}
        document = {**document, ENTERPRISE: extension}
    schemas = [USER.schema.urn, *([ENTERPRISE] if document.get(ENTERPRISE) else [])]
    answer = {
        "schemas": schemas,
        "id": "5",
        **document,
        "meta": wire.meta(found, USER, URL),
    }
    return {**answer, "groups": groups} if groups else answer


@given(documents(), st.sampled_from([None, MANAGER]), st.sampled_from([[], GROUPS]))
def test_a_splice_says_what_was_to_be_said_or_leaves_it(document, manager, groups):
    found = record(document, manager and manager["value"])

    spliced = splicing.user(found, manager=manager, location=URL, groups=groups)

    if spliced is not None:
        assert orjson.loads(spliced) == parsed(found, document, manager, groups)


@pytest.mark.parametrize("manager", [None, MANAGER])
@pytest.mark.parametrize("extension", [{}, {ENTERPRISE: {"department": "Roads"}}])
def test_what_entra_writes_is_spliced(manager, extension):
    document = {"userName": "ann", "name": {"givenName": "Ann"}, **extension}

    found = record(document)

    spliced = splicing.user(found, manager=manager, location=URL, groups=GROUPS)

    assert orjson.loads(spliced) == parsed(found, document, manager, GROUPS)


@pytest.mark.parametrize(
    "document",
    [
        {"userName": "ann", ENTERPRISE: {}},
        {"userName": "ann", ENTERPRISE: {"department": "Roads"}, "title": "Clerk"},
        {"userName": "ann", ENTERPRISE: {"department": "a } brace"}},
    ],
)
def test_what_is_stored_in_another_way_is_left_to_the_parser(document):
    left = splicing.user(record(document), manager=MANAGER, location=URL, groups=[])

    assert left is None
