"""Reading a resource from a POST or PUT body (RFC 7644 §3.3, RFC 7643 §2)."""

import copy

import pytest

from envoy_console.scim import patch
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidSyntaxError, InvalidValueError
from envoy_console.scim.messages import PATCH_OP
from envoy_console.scim.resources import read_resource, schemas_of
from envoy_console.scim.schemas import (
    CORE_GROUP,
    CORE_USER,
    ENTERPRISE,
    GROUP,
    USER,
)

TUTORIAL_ATTRIBUTES = [
    "userName",
    "externalId",
    "displayName",
    "title",
    'emails[type eq "work"].value',
    "preferredLanguage",
    f"{ENTERPRISE}:department",
    'addresses[type eq "work"].country',
    'addresses[type eq "work"].locality',
    'addresses[type eq "work"].region',
    'addresses[type eq "work"].postalCode',
    'addresses[type eq "work"].formatted',
    'addresses[type eq "work"].streetAddress',
    "name.givenName",
    "name.familyName",
    "name.formatted",
    'phoneNumbers[type eq "mobile"].value',
    'phoneNumbers[type eq "work"].value',
    "locale",
]

TUTORIAL_USER = {
    "schemas": [CORE_USER, ENTERPRISE],
    "userName": "ann@example.com",
    "externalId": "0a21f0f2",
    "displayName": "Ann Lee",
    "title": "Clerk",
    "emails": [{"type": "work", "value": "ann@example.com"}],
    "preferredLanguage": "en-US",
    ENTERPRISE: {"department": "Retail"},
    "addresses": [
        {
            "type": "work",
            "country": "CH",
            "locality": "Bern",
            "region": "BE",
            "postalCode": "3011",
            "formatted": "1 Main St",
            "streetAddress": "1 Main St",
        }
    ],
    "name": {"givenName": "Ann", "familyName": "Lee", "formatted": "Ann Lee"},
    "phoneNumbers": [
        {"type": "mobile", "value": "+41 79"},
        {"type": "work", "value": "+41 31"},
    ],
    "locale": "de-CH",
}


def user(**body):
    return {"schemas": [CORE_USER], "userName": "ann", **body}


def read(body, resource_type=USER, dialect=None):
    return read_resource(body, resource_type, dialect or Dialect(strict=True))


@pytest.mark.parametrize("strict", [True, False])
def test_all_nineteen_attributes_of_the_tutorial_survive(strict):
    dialect = Dialect(strict=strict)
    expected = {k: v for k, v in TUTORIAL_USER.items() if k != "schemas"}

    document = read(TUTORIAL_USER, dialect=dialect)
    assert document == expected

    for op in ("add", "replace"):
        operations = [
            {"op": op, "path": path, "value": f"{op} {n}"}
            for n, path in enumerate(TUTORIAL_ATTRIBUTES)
        ]
        message = {"schemas": [PATCH_OP], "Operations": operations}
        document = patch.apply(document, message, USER, dialect).document
        assert document["phoneNumbers"] == [
            {"type": "mobile", "value": f"{op} 16"},
            {"type": "work", "value": f"{op} 17"},
        ]
        assert document["addresses"][0]["streetAddress"] == f"{op} 12"
        assert document[ENTERPRISE] == {"department": f"{op} 6"}
        assert str(document).count(f"'{op} ") == len(TUTORIAL_ATTRIBUTES)

    assert dialect.quirks == []


@pytest.mark.parametrize("op", ["Add", "Replace"])
def test_entra_can_build_the_whole_user_by_patch(op):
    operations = [
        {"op": op, "path": path, "value": f"value {n}"}
        for n, path in enumerate(TUTORIAL_ATTRIBUTES)
    ]
    message = {"schemas": [PATCH_OP], "Operations": operations}

    document = patch.apply({}, message, USER, Dialect()).document

    assert str(document).count("'value ") == len(TUTORIAL_ATTRIBUTES)
    assert [each["type"] for each in document["phoneNumbers"]] == ["mobile", "work"]
    assert len(document["addresses"]) == 1


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"TITLE": "Clerk"}, {"title": "Clerk"}),
        ({"title": None, "name": None, "emails": None}, {}),
        ({"emails": [], "roles": [None, {}]}, {}),
        (
            {"name": {"GivenName": "Ann", "familyName": None}},
            {"name": {"givenName": "Ann"}},
        ),
        ({"name": {"givenName": None}}, {}),
        ({"id": "7", "meta": {"resourceType": "User"}, "groups": [{"value": "g"}]}, {}),
        ({"password": "secret"}, {}),
        ({"active": False}, {"active": False}),
        ({ENTERPRISE.upper(): {"division": "N"}}, {ENTERPRISE: {"division": "N"}}),
        ({ENTERPRISE: None}, {}),
        ({ENTERPRISE: {}}, {}),
        ({ENTERPRISE: {"division": None}}, {}),
        (
            {ENTERPRISE: {"manager": {"value": "7", "displayName": "Bo", "$ref": "x"}}},
            {ENTERPRISE: {"manager": {"value": "7"}}},
        ),
        ({"roles": [{"value": "a"}, {"value": "a"}]}, {"roles": [{"value": "a"}]}),
        (
            {"photos": [{"value": "https://example.com/a.png", "type": "photo"}]},
            {"photos": [{"value": "https://example.com/a.png", "type": "photo"}]},
        ),
        (
            {"x509Certificates": [{"value": "TUlJ"}]},
            {"x509Certificates": [{"value": "TUlJ"}]},
        ),
    ],
)
def test_a_body_becomes_canonical(given, kept):
    body = user(**given)
    original = copy.deepcopy(body)

    assert read(body) == {"userName": "ann", **kept}
    assert body == original


@pytest.mark.parametrize(
    "uri",
    [
        "https://contoso.example/people/ann?size=2#top",
        "../photos/ann.png",
        "ann.png",
        "//contoso.example/ann",
        "10.0.0.1:8080/ann",
        "mailto:ann@contoso.example",
        "data:image/png;base64,iVBORw0KGgo=",
        "https://contoso.example/Å%20b",
    ],
)
def test_absolute_and_relative_references_are_kept_as_sent(uri):
    kept = {"userName": "ann", "profileUrl": uri, "photos": [{"value": uri}]}

    assert read(user(**kept)) == kept


@pytest.mark.parametrize(
    ("given", "detail"),
    [
        ({"userName": None}, "userName is required and must not be empty."),
        ({"userName": ""}, "userName is required and must not be empty."),
        ({"userName": "  "}, "userName is required and must not be empty."),
        ({"userName": 5}, "userName must be text, not a number."),
        ({"userName": True}, "userName must be text, not a boolean."),
        ({"userName": {}}, "userName must be text, not an object."),
        ({"userName": ["ann"]}, "userName must be text, not a list."),
        (
            {"userName": "x" * 257},
            "userName may be at most 256 characters long, not 257.",
        ),
        ({"userName": "ann "}, "userName must not start or end with a space."),
        ({"userName": "a\u200bn"}, "invisible characters, like U+200B"),
        ({"userName": "a\u202en"}, "invisible characters, like U+202E"),
        ({"userName": "a\nn"}, "U+000A"),
        ({"userName": "a\u2028n"}, "U+2028"),
        ({"userName": "a\ue000n"}, "U+E000"),
        ({"title": "x" * 1_025}, "title may be at most 1024"),
        ({"active": "true"}, "active must be true or false, not text."),
        ({"active": ""}, "active must be true or false, not empty text."),
        ({"active": 1}, "active must be true or false, not a number."),
        ({"name": "Ann"}, "name must be an object, not text."),
        ({"name": {"givenName": ["Ann"]}}, "name.givenName must be text, not a list."),
        ({"emails": "a@x.com"}, "emails must be a list of values."),
        ({"emails": ["a@x.com"]}, "emails must be an object, not text."),
        ({"emails": [{"value": "a" * 1_025}]}, "emails.value may be at most"),
        ({"emails": [{"primary": "yes"}]}, "emails.primary must be true or false"),
        ({"roles": [{"value": "a"}] * 101}, "roles holds at most 100 values."),
        ({"x509Certificates": [{"value": "!"}]}, "must be base64"),
        ({"x509Certificates": [{"value": "é"}]}, "must be base64"),
        *(
            ({"profileUrl": text}, "profileUrl must be a URI")
            for text in ("a b", "https://x.example/<ann>", "50%", "\\\\host\\ann", " ")
        ),
        ({"photos": [{"value": "https://x.example/\n"}]}, "photos.value must be a URI"),
        ({ENTERPRISE: "Retail"}, f"{ENTERPRISE} must be an object."),
        ({ENTERPRISE: {"manager": "7"}}, "manager must be an object, not text."),
    ],
)
def test_a_bad_value_is_explained(given, detail):
    with pytest.raises(InvalidValueError) as caught:
        read(user(**given))

    assert detail in caught.value.detail


@pytest.mark.parametrize(
    "name", ["Zoë", "李小龙", "a b", "a\u00a0b", "ann+tag@example.com"]
)
def test_names_of_all_the_world_are_welcome(name):
    assert read(user(userName=name)) == {"userName": name}


@pytest.mark.parametrize(
    "body",
    [
        {"userName": "ann"},
        user(schemas=[]),
        user(schemas=[ENTERPRISE]),
        user(schemas=[CORE_USER, "urn:x"]),
        user(schemas=CORE_USER),
        user(schemas=[7]),
        user(favouriteColour="green"),
        user(**{"name.givenName": "Ann"}),
        user(name={"nick": "Ann"}),
    ],
)
def test_what_is_unknown_is_refused_in_strict_mode(body):
    with pytest.raises(InvalidSyntaxError):
        read(body)


@pytest.mark.parametrize("schemas", [CORE_USER, [7], {}])
def test_schemas_is_a_list_in_any_dialect(schemas):
    with pytest.raises(InvalidSyntaxError, match="list of URIs"):
        read(user(schemas=schemas), dialect=Dialect())


@pytest.mark.parametrize(
    "internal",
    ["role", "is_admin", "isAdmin", "password_hash", "created_at", "INTEGRATION_ID"],
)
def test_nothing_outside_the_schema_can_be_written(internal):
    assert read(user(**{internal: "x"}), dialect=Dialect()) == {"userName": "ann"}


def test_keys_of_the_message_ignore_case():
    assert read({"SCHEMAS": [CORE_USER.upper()], "USERNAME": "ann"}) == {
        "userName": "ann"
    }


def test_read_only_parts_are_passed_over_under_any_name():
    body = user(**{"meta.created": "x", "manager.displayName": "Bo"})

    assert read(body, dialect=Dialect()) == {"userName": "ann"}


def test_members_are_ids_each_once():
    body = {
        "schemas": [CORE_GROUP],
        "displayName": "Staff",
        "members": [
            {"value": "a", "display": "Ann", "$ref": "x", "type": "User"},
            {"value": "b"},
            {"value": "b", "type": "User"},
        ],
    }

    assert read(body, GROUP)["members"] == [
        {"value": "a", "$ref": "x", "type": "User"},
        {"value": "b", "type": "User"},
    ]


@pytest.mark.parametrize(
    "member", [{}, {"display": "Ann"}, {"value": None}, {"value": 7}, "a"]
)
def test_a_member_needs_an_id(member):
    body = {"schemas": [CORE_GROUP], "displayName": "Staff", "members": [member]}

    with pytest.raises(InvalidValueError):
        read(body, GROUP)


@pytest.mark.parametrize("name", [None, "", "   "])
def test_a_group_needs_a_name(name):
    with pytest.raises(InvalidValueError, match="displayName is required"):
        read({"schemas": [CORE_GROUP], "displayName": name}, GROUP)


def test_the_schemas_of_a_document_are_those_it_uses():
    assert schemas_of({"userName": "ann"}, USER) == [CORE_USER]
    assert schemas_of({ENTERPRISE: {"division": "N"}}, USER) == [CORE_USER, ENTERPRISE]
    assert schemas_of({"displayName": "Staff"}, GROUP) == [CORE_GROUP]
