"""Whatever a client sends, the answer is a document or a ScimError."""

import copy
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from envoy_console.scim import patch
from envoy_console.scim.dialects import QUIRKS, Dialect
from envoy_console.scim.errors import ScimError
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.resources import read_resource
from envoy_console.scim.schemas import CORE_USER, ENTERPRISE, USER

NAMES = [
    *("userName", "USERNAME", "name", "active", "emails", "x509Certificates", "title"),
    *("manager", "department", "groups", "id", "schemas", "meta", "password", "colour"),
    *("name.givenName", "emails.value", "emails.primary", "a.b.c", "", ENTERPRISE),
    *(f"{ENTERPRISE}:manager", f"{ENTERPRISE}:manager.value", "urn:x", "manager.$ref"),
    *('emails[type eq "work"]', 'emails[type eq "work"].value', "emails[type pr].type"),
    *('emails[primary eq "True"].value', "emails[type eq null].value", "emails["),
    *('addresses[type eq "work" and primary eq true].country', "title[value pr]"),
]
SUBS = ["value", "type", "primary", "givenName", "familyName", "$ref", "displayName"]

names = st.sampled_from(NAMES)
scalars = st.sampled_from(
    [None, True, False, "", "x", "True", "work", "eA==", 7, 1.5, "ann@example.com"]
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(SUBS) | names, inner, max_size=4)
    ),
    max_leaves=8,
)
operations = st.fixed_dictionaries(
    {
        "op": st.sampled_from(
            ["add", "remove", "replace", "Add", "Remove", "Replace", "x"]
        )
    },
    optional={"path": names | st.none(), "value": values},
)
dialects = st.booleans().map(lambda strict: Dialect(strict=strict))

BEFORE = {
    "userName": "ann",
    "emails": [{"type": "work", "value": "w@example.com", "primary": True}],
    ENTERPRISE: {"manager": {"value": "7"}},
}


def message(given):
    return {"schemas": [PATCH_OP], "Operations": given}


def as_body(document):
    return {"schemas": [CORE_USER], **document}


@given(st.lists(operations, min_size=1, max_size=4), dialects)
def test_a_patch_gives_a_valid_document_or_a_scim_error(given_operations, dialect):
    before = copy.deepcopy(BEFORE)
    sent = copy.deepcopy(given_operations)

    with suppress(ScimError):
        outcome = patch.apply(before, message(sent), USER, dialect)
        again = read_resource(as_body(outcome.document), USER, Dialect(strict=True))
        assert again == outcome.document

    assert before == BEFORE
    assert sent == given_operations
    assert set(dialect.quirks) <= set(QUIRKS)


@given(st.dictionaries(names, values, max_size=6), dialects)
def test_a_body_gives_a_valid_document_or_a_scim_error(body, dialect):
    with suppress(ScimError):
        document = read_resource({"userName": "ann", **as_body(body)}, USER, dialect)
        again = read_resource(as_body(document), USER, Dialect(strict=True))
        assert again == document
