"""Builders shared by the tests of mappings, scope and payloads."""

from envoy_console.entra import gallery
from envoy_console.entra.mappings import AttributeMapping, MappingType, ObjectMapping
from envoy_console.entra.objects import SourceObject

ANN = {
    "userPrincipalName": "ann.lee@contoso.example",
    "displayName": "Ann Lee",
    "givenName": "Ann",
    "surname": "Lee",
    "mail": "ann@contoso.example",
    "mailNickname": "ann.lee",
    "objectId": "0a21f0f2-0000-4000-8000-000000000001",
    "jobTitle": "Engineer",
    "department": "Engineering",
    "employeeId": "701984",
    "manager": "0a21f0f2-0000-4000-8000-000000000002",
    "preferredLanguage": "en-US",
    "usageLocation": "US",
    "telephoneNumber": "+1 555 0100",
    "mobile": "+1 555 0101",
    "facsimileTelephoneNumber": "+1 555 0102",
    "physicalDeliveryOfficeName": "18/2111",
    "streetAddress": "1 Main Street",
    "city": "Seattle",
    "state": "WA",
    "postalCode": "98101",
    "country": "US",
    "accountEnabled": True,
    "IsSoftDeleted": False,
    "appRoleAssignments": ["User"],
}


def person(**changes):
    """Ann, but for what is changed."""
    attributes = {**ANN, **changes}
    label = attributes["userPrincipalName"]
    return SourceObject("User", ANN["objectId"], label, attributes)


def team(**changes):
    """A group."""
    attributes = {"displayName": "Engineers", "objectId": "g-1", **changes}
    return SourceObject("Group", "g-1", attributes["displayName"], attributes)


def direct(target, source, **more):
    return AttributeMapping(target, MappingType.DIRECT, source, **more)


def constant(target, value, **more):
    return AttributeMapping(target, MappingType.CONSTANT, value, **more)


def expression(target, text, **more):
    return AttributeMapping(target, MappingType.EXPRESSION, text, **more)


def left_alone(target, **more):
    return AttributeMapping(target, MappingType.NONE, "", **more)


USER_NAME = direct("userName", "userPrincipalName", matching_precedence=1)


def users(*rows, filters=(), **more):
    """A mapping of users that matches by userName, with these rows beside."""
    usual = {"enabled": True, "create": True, "update": True, "delete": True}
    rows = rows if any(row.target == "userName" for row in rows) else (USER_NAME, *rows)
    return ObjectMapping("User", **{**usual, **more}, attributes=rows, filters=filters)


ENVOY = gallery.TEMPLATES["envoy"]
CUSTOM = gallery.TEMPLATES["custom-scim"]
