"""The PatchOp message as a whole: shape, order, atomicity (RFC 7644 §3.5.2)."""

import copy

import pytest

from envoy_console.scim import patch
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    ScimError,
)
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.schemas import ENTERPRISE, USER

OP = {"op": "add", "path": "title", "value": "Clerk"}


def test_operations_apply_in_order(patch_user):
    after = patch_user(
        {},
        {"op": "add", "path": "title", "value": "Clerk"},
        {"op": "remove", "path": "title"},
        {"op": "add", "path": "title", "value": "Chief"},
    )

    assert after == {"title": "Chief"}


def test_nothing_happens_when_the_last_operation_fails(patch_user):
    before = {
        "userName": "ann",
        "name": {"givenName": "Ann"},
        ENTERPRISE: {"division": "N"},
    }
    original = copy.deepcopy(before)

    with pytest.raises(ScimError):
        patch_user(
            before,
            {"op": "replace", "path": "name.givenName", "value": "Bo"},
            {"op": "replace", "path": f"{ENTERPRISE}:division", "value": "S"},
            {"op": "remove", "path": "userName"},
        )

    assert before == original


def test_names_in_the_message_ignore_case(strict):
    message = {
        "SCHEMAS": [PATCH_OP.upper()],
        "operations": [{"OP": "add", "Path": "title", "Value": "Clerk"}],
    }

    assert patch.apply({}, message, USER, strict).document == {"title": "Clerk"}


@pytest.mark.parametrize(
    "message",
    [
        {"Operations": [OP]},
        {"schemas": PATCH_OP, "Operations": [OP]},
        {"schemas": [PATCH_OP, 7], "Operations": [OP]},
        {"schemas": [PATCH_OP, "urn:x"], "Operations": [OP]},
        {"schemas": [PATCH_OP]},
        {"schemas": [PATCH_OP], "Operations": []},
        {"schemas": [PATCH_OP], "Operations": OP},
        {"schemas": [PATCH_OP], "Operations": ["add"]},
        {"schemas": [PATCH_OP], "Operations": [{}]},
        {"schemas": [PATCH_OP], "Operations": [{**OP, "op": "move"}]},
        {"schemas": [PATCH_OP], "Operations": [{**OP, "op": 7}]},
        {"schemas": [PATCH_OP], "Operations": [{**OP, "op": "Add"}]},
        {"schemas": [PATCH_OP], "Operations": [{**OP, "path": 7}]},
        {"schemas": [PATCH_OP], "Operations": [OP] * 1_001},
    ],
)
def test_a_malformed_message_is_invalid_syntax(strict, message):
    with pytest.raises(InvalidSyntaxError):
        patch.apply({}, message, USER, strict)


def test_an_add_without_a_value_is_refused(patch_user):
    with pytest.raises(InvalidValueError, match="needs a value"):
        patch_user({}, {"op": "add", "path": "title"})


def test_a_thousand_operations_are_accepted(patch_user):
    assert patch_user({}, *[OP] * 1_000) == {"title": "Clerk"}
