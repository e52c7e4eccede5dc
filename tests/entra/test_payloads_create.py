"""The bodies that create users and groups, to the order of their keys (spec §1.4, §1.7)."""

import json

import pytest

from envoy_console.entra import mappings, payloads
from envoy_console.entra.objects import WholeList
from tests.entra.builders import CUSTOM, ENVOY, person, team

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
ENVELOPE = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "userName": "bob@contoso.example",
    "active": True,
    "meta": {"resourceType": "User"},
    "roles": [],
}


def text(body):
    """A body as it goes over the wire: two of them are alike only in the same order."""
    return json.dumps(body, ensure_ascii=False, indent=1)


def created(template, **changes):
    values = mappings.flow(template.user_mapping, person(**changes), creating=True)
    return payloads.create_user(values)


def bob(**values):
    return payloads.create_user({"userName": "bob@contoso.example", **values})


def test_a_user_of_envoy_is_created_with_this_body():
    assert text(created(ENVOY)) == text(
        {
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "externalId": "ann.lee",
            "userName": "ann.lee@contoso.example",
            "active": True,
            "displayName": "Ann Lee",
            "emails": [
                {"primary": True, "type": "work", "value": "ann@contoso.example"}
            ],
            "addresses": [
                {
                    "primary": True,
                    "type": "work",
                    "formatted": "18/2111",
                    "streetAddress": "1 Main Street",
                    "locality": "Seattle",
                    "region": "WA",
                    "postalCode": "98101",
                    "country": "US",
                }
            ],
            "phoneNumbers": [
                {"primary": False, "type": "mobile", "value": "+1 555 0101"},
                {"primary": True, "type": "work", "value": "+1 555 0100"},
            ],
            "title": "Engineer",
            "preferredLanguage": "en-US",
            "locale": "en-US",
            "department": "Engineering",
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Ann Lee", "familyName": "Lee", "givenName": "Ann"},
            "roles": [],
        }
    )


def test_a_user_of_a_custom_application_is_created_with_this_body():
    assert text(created(CUSTOM)) == text(
        {
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:User",
                "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
            ],
            "externalId": "ann.lee",
            "userName": "ann.lee@contoso.example",
            "active": True,
            "displayName": "Ann Lee",
            "emails": [
                {"primary": True, "type": "work", "value": "ann@contoso.example"}
            ],
            "addresses": [
                {
                    "primary": True,
                    "type": "work",
                    "formatted": "18/2111",
                    "streetAddress": "1 Main Street",
                    "locality": "Seattle",
                    "region": "WA",
                    "postalCode": "98101",
                    "country": "US",
                }
            ],
            "phoneNumbers": [
                {"primary": True, "type": "work", "value": "+1 555 0100"},
                {"primary": False, "type": "mobile", "value": "+1 555 0101"},
                {"primary": False, "type": "fax", "value": "+1 555 0102"},
            ],
            "title": "Engineer",
            "preferredLanguage": "en-US",
            "meta": {"resourceType": "User"},
            "name": {"formatted": "Ann Lee", "familyName": "Lee", "givenName": "Ann"},
            "roles": [],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
                "department": "Engineering",
                "employeeNumber": "701984",
            },
        }
    )


def test_what_has_no_value_is_left_out_with_all_that_would_be_around_it():
    assert text(bob()) == text(ENVELOPE)
    assert text(bob(**{"title": "", "name.givenName": None})) == text(ENVELOPE)


@pytest.mark.parametrize("active", [True, "True"])
def test_active_is_a_boolean(active):
    assert bob(active=active)["active"] is True


def test_other_extensions_are_sent_but_not_named_in_the_schemas():
    body = bob(**{"urn:example:Badge:2.0:User:colour": "red"})

    assert body["urn:example:Badge:2.0:User"] == {"colour": "red"}
    assert body["schemas"] == ENVELOPE["schemas"]


def test_an_email_of_another_type_is_not_primary_unless_that_is_mapped():
    home = 'emails[type eq "home"]'

    assert bob(**{f"{home}.value": "b@home.example"})["emails"] == [
        {"primary": False, "type": "home", "value": "b@home.example"}
    ]
    assert bob(**{f"{home}.value": "b@home.example", f"{home}.primary": "True"})[
        "emails"
    ] == [{"primary": True, "type": "home", "value": "b@home.example"}]


def test_a_single_role_is_the_primary_one():
    body = bob(**{'roles[primary eq "True"].value': "Admin"})

    assert text(body["roles"]) == text(
        [{"primary": True, "type": "WindowsAzureActiveDirectoryRole", "value": "Admin"}]
    )


@pytest.mark.parametrize(
    ("roles", "shown"),
    [(["Admin", "User"], "displayName"), (WholeList(["Admin", "User"]), "display")],
)
def test_several_roles_are_none_of_them_primary(roles, shown):
    assert text(bob(roles=roles)["roles"]) == text(
        [
            {
                "primary": False,
                "type": "WindowsAzureActiveDirectoryRole",
                shown: "Admin",
                "value": "Admin",
            },
            {
                "primary": False,
                "type": "WindowsAzureActiveDirectoryRole",
                shown: "User",
                "value": "User",
            },
        ]
    )


def test_a_group_is_created_without_members():
    values = mappings.flow(ENVOY.group_mapping, team(members=["a"]), creating=True)

    assert text(payloads.create_group(values)) == text(
        {
            "schemas": [
                "urn:ietf:params:scim:schemas:core:2.0:Group",
                "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
            ],
            "externalId": "g-1",
            "displayName": "Engineers",
            "meta": {"resourceType": "Group"},
        }
    )
