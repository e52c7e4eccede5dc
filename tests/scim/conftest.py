"""Builders shared by the tests of the SCIM core; nothing here touches a database."""

import pytest

from envoy_console.scim import patch
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.schemas import GROUP, USER


@pytest.fixture
def tolerant():
    return Dialect()


@pytest.fixture
def strict():
    return Dialect(strict=True)


@pytest.fixture
def patch_user(strict):
    """patch_user(document, *operations) -> document, by the RFC alone."""

    def apply(document, *operations, dialect=strict):
        message = {"schemas": [PATCH_OP], "Operations": list(operations)}
        return patch.apply(document, message, USER, dialect).document

    return apply


@pytest.fixture
def patch_members(strict):
    """patch_members(*operations) -> the link operations on a group's members."""

    def apply(*operations, dialect=strict):
        message = {"schemas": [PATCH_OP], "Operations": list(operations)}
        document = {"displayName": "Staff"}
        linked = frozenset({"members"})
        return patch.apply(document, message, GROUP, dialect, linked=linked).links

    return apply
