"""The bodies that update users and groups, in both dialects (spec §1.5 to §1.7)."""

import json

import pytest

from envoy_console.entra import mappings, payloads
from envoy_console.entra.objects import WholeList
from envoy_console.entra.payloads import Change, Dialect
from tests.entra.builders import CUSTOM, person

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
EMAIL = 'emails[type eq "work"].value'
MANAGER = f"{ENTERPRISE}:manager"
LEGACY, COMPLIANT = Dialect.LEGACY, Dialect.COMPLIANT


def operations(body):
    """The operations of a body as they go over the wire, key order and all."""
    assert list(body) == ["schemas", "Operations"]
    assert body["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:PatchOp"]
    return text(body["Operations"])


def text(body):
    return json.dumps(body, ensure_ascii=False, indent=1)


def patch(dialect, *changes):
    return operations(payloads.patch([Change(*change) for change in changes], dialect))


# the documented samples: what the service sends without the flag, and with it

SEVERAL = [
    ("displayName", "Ann", "Pvlo"),
    (EMAIL, "a@x.example", "t@x.example"),
    ("name.givenName", "A", "Gtfd"),
    ("name.familyName", "B", "Pkqf"),
    (f"{ENTERPRISE}:employeeNumber", "1", "Eqpj"),
]


def test_legacy_each_replaced_attribute_has_its_operation():
    assert patch(LEGACY, *SEVERAL) == text(
        [
            {"op": "Replace", "path": "displayName", "value": "Pvlo"},
            {
                "op": "Replace",
                "path": 'emails[type eq "work"].value',
                "value": "t@x.example",
            },
            {"op": "Replace", "path": "name.givenName", "value": "Gtfd"},
            {"op": "Replace", "path": "name.familyName", "value": "Pkqf"},
            {
                "op": "Replace",
                "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                ":employeeNumber",
                "value": "Eqpj",
            },
        ]
    )


def test_compliant_replaced_attributes_share_an_operation_without_a_path():
    assert patch(COMPLIANT, *SEVERAL) == text(
        [
            {
                "op": "replace",
                "path": 'emails[type eq "work"].value',
                "value": "t@x.example",
            },
            {
                "op": "replace",
                "value": {
                    "displayName": "Pvlo",
                    "name.givenName": "Gtfd",
                    "name.familyName": "Pkqf",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                    ":employeeNumber": "Eqpj",
                },
            },
        ]
    )


def test_compliant_added_and_replaced_attributes_are_told_apart():
    changes = [
        ("title", "", "Engineer"),
        ("displayName", "Ann", "Anna"),
        (f"{ENTERPRISE}:department", None, "Retail"),
    ]

    assert patch(COMPLIANT, *changes) == text(
        [
            {
                "op": "add",
                "value": {
                    "title": "Engineer",
                    "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
                    ":department": "Retail",
                },
            },
            {"op": "replace", "value": {"displayName": "Anna"}},
        ]
    )


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_attribute_that_the_target_lacks_is_added_by_its_path(nothing):
    change = ("nickName", nothing, "Babs")

    assert patch(LEGACY, change) == text(
        [{"op": "Add", "path": "nickName", "value": "Babs"}]
    )
    assert patch(COMPLIANT, change) == text(
        [{"op": "add", "path": "nickName", "value": "Babs"}]
    )


def test_an_email_that_the_target_lacks_is_added_by_its_filter():
    change = (EMAIL, None, "x@contoso.example")

    assert patch(LEGACY, change) == text(
        [
            {
                "op": "Add",
                "path": 'emails[type eq "work"].value',
                "value": "x@contoso.example",
            }
        ]
    )
    assert patch(COMPLIANT, change) == text(
        [
            {
                "op": "add",
                "path": 'emails[type eq "work"].value',
                "value": "x@contoso.example",
            }
        ]
    )


@pytest.mark.parametrize(("old", "new"), [(True, False), (False, True)])
def test_disabling_and_restoring_is_text_without_the_flag_and_a_boolean_with_it(
    old, new
):
    for value in (new, str(new)):
        assert patch(LEGACY, ("active", old, value)) == text(
            [{"op": "Replace", "path": "active", "value": str(new)}]
        )
        assert patch(COMPLIANT, ("active", old, value)) == text(
            [{"op": "replace", "path": "active", "value": new}]
        )


def test_a_group_is_renamed_by_path_without_the_flag_and_without_one_with_it():
    change = ("displayName", "Engineers", "Builders")

    assert patch(LEGACY, change) == text(
        [{"op": "Replace", "path": "displayName", "value": "Builders"}]
    )
    assert patch(COMPLIANT, change) == text(
        [{"op": "replace", "value": {"displayName": "Builders"}}]
    )


def test_a_manager_is_text_without_the_flag_and_an_object_with_it():
    def told(old, dialect):
        return operations(payloads.set_manager(MANAGER, "42", old, dialect))

    assert told(None, LEGACY) == text([{"op": "Add", "path": MANAGER, "value": "42"}])
    assert told("7", LEGACY) == text(
        [{"op": "Replace", "path": MANAGER, "value": "42"}]
    )
    assert told(None, COMPLIANT) == text(
        [{"op": "add", "path": MANAGER, "value": {"value": "42"}}]
    )
    assert told("7", COMPLIANT) == text(
        [{"op": "replace", "path": MANAGER, "value": {"value": "42"}}]
    )


def test_a_manager_who_is_taken_away_is_removed_by_the_path():
    assert operations(payloads.clear_manager(MANAGER, LEGACY)) == text(
        [{"op": "Remove", "path": MANAGER}]
    )
    assert operations(payloads.clear_manager(MANAGER, COMPLIANT)) == text(
        [{"op": "remove", "path": MANAGER}]
    )


def test_members_are_added_to_a_group():
    assert operations(payloads.add_members(["673"], LEGACY)) == text(
        [{"op": "Add", "path": "members", "value": [{"$ref": None, "value": "673"}]}]
    )
    assert operations(payloads.add_members(["673", "674"], COMPLIANT)) == text(
        [
            {
                "op": "add",
                "path": "members",
                "value": [{"value": "673"}, {"value": "674"}],
            }
        ]
    )


def test_members_are_removed_by_value_without_the_flag_and_by_filter_with_it():
    assert operations(payloads.remove_members(["673"], LEGACY)) == text(
        [{"op": "Remove", "path": "members", "value": [{"$ref": None, "value": "673"}]}]
    )
    assert operations(payloads.remove_members(["673", 'é"'], COMPLIANT)) == text(
        [
            {"op": "remove", "path": 'members[value eq "673"]'},
            {"op": "remove", "path": 'members[value eq "é\\""]'},
        ]
    )


def test_several_values_are_added_and_never_replaced():
    path = "urn:example:Org:2.0:User:department_ids"
    change = (path, [{"value": "1"}], ["1", "2"])

    values = [{"value": "1"}, {"value": "2"}]
    assert patch(LEGACY, change) == text([{"op": "Add", "path": path, "value": values}])
    assert patch(COMPLIANT, change) == text(
        [{"op": "add", "path": path, "value": values}]
    )


def test_roles_are_json_within_the_json_without_the_flag():
    change = ("roles", [], ["Role 1"])

    assert patch(LEGACY, change) == text(
        [
            {
                "op": "Add",
                "path": "roles",
                "value": [{"value": '{"value":"Role 1","displayName":"Role 1"}'}],
            }
        ]
    )
    assert patch(COMPLIANT, change) == text(
        [
            {
                "op": "add",
                "path": "roles",
                "value": [
                    {
                        "primary": False,
                        "type": "WindowsAzureActiveDirectoryRole",
                        "displayName": "Role 1",
                        "value": "Role 1",
                    }
                ],
            }
        ]
    )


def test_roles_that_are_all_there_shall_be_replace_the_others():
    assert patch(COMPLIANT, ("roles", None, WholeList(["User"]))) == text(
        [
            {
                "op": "replace",
                "path": "roles",
                "value": [
                    {
                        "primary": False,
                        "type": "WindowsAzureActiveDirectoryRole",
                        "display": "User",
                        "value": "User",
                    }
                ],
            }
        ]
    )


# what differs


def differing(values, resource):
    return [change.path for change in payloads.differences(values, resource)]


def test_a_change_knows_what_was_there():
    changes = payloads.differences(
        {"title": "Engineer", EMAIL: "ann@contoso.example"},
        {"emails": [{"type": "work", "value": "old@contoso.example"}]},
    )

    assert changes == [
        Change("title", None, "Engineer"),
        Change(EMAIL, "old@contoso.example", "ann@contoso.example"),
    ]


@pytest.mark.parametrize(
    ("held", "wanted"),
    [(True, "True"), ("True", True), ("true", True), (False, "False"), (False, False)],
)
def test_a_boolean_is_the_same_however_it_is_spelt(held, wanted):
    assert differing({"active": wanted}, {"active": held}) == []


@pytest.mark.parametrize(
    ("held", "wanted"), [(True, False), ("False", True), (None, False), (None, "odd")]
)
def test_a_boolean_that_differs_or_is_missing_is_a_change(held, wanted):
    assert differing({"active": wanted}, {"active": held}) == ["active"]


def test_a_number_is_the_same_as_its_text():
    assert differing({f"{ENTERPRISE}:floor": "7"}, {ENTERPRISE: {"floor": 7}}) == []


@pytest.mark.parametrize("name", ["userName", "displayName"])
def test_text_is_compared_exactly(name):
    assert differing({name: "ANN"}, {name: "ann"}) == [name]
    assert differing({name: "ann"}, {name: "ann"}) == []


@pytest.mark.parametrize("nothing", [None, "", []])
def test_what_was_cleared_at_the_source_is_not_sent(nothing):
    assert differing({"title": nothing}, {"title": "Engineer"}) == []


def test_added_values_only_need_to_be_there_and_whole_lists_to_be_all():
    resource = {"roles": [{"value": "Admin"}, {"value": '{"value":"User"}'}]}

    assert differing({"roles": ["User"]}, resource) == []
    assert differing({"roles": ["User", "Guest"]}, resource) == ["roles"]
    assert differing({"roles": WholeList(["Admin", "User"])}, resource) == []
    assert differing({"roles": WholeList(["User"])}, resource) == ["roles"]


@pytest.mark.parametrize("odd", ["{", "[" * 5, '{"a": ' * 9_000, 3, None, {"a": []}])
def test_odd_values_at_the_target_are_only_different(odd):
    assert differing({"roles": ["User"]}, {"roles": [odd]}) == ["roles"]
    assert differing({"roles": ["User"]}, {"roles": odd}) == ["roles"]


def test_what_was_created_differs_in_nothing():
    values = mappings.flow(CUSTOM.user_mapping, person(), creating=True)

    assert differing(values, payloads.create_user(values)) == []
