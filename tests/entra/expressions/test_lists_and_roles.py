"""The functions for several values, and for the roles that somebody has in an app."""

from tests.entra.expressions.evaluating import refusal, value

ADDRESSES = ["SMTP:ann@contoso.example", "smtp:a.lee@contoso.example"]


def test_count_tells_how_many_values_there_are():
    assert value("Count([proxyAddresses])", proxyAddresses=ADDRESSES) == 2
    assert value("Count([mail])", mail="one") == 1
    assert value("Count([mail])") == 0


def test_item_takes_one_value_counted_from_one():
    assert value("Item([proxyAddresses], 1)", proxyAddresses=ADDRESSES) == ADDRESSES[0]
    assert value("Item([proxyAddresses], 2)", proxyAddresses=ADDRESSES) == ADDRESSES[1]


def test_item_is_null_beyond_the_last_and_refused_before_the_first():
    assert value('Item(Split("Plato", " "), 2)') is None
    assert "counts from 1" in refusal('Item(Split("Plato", " "), 0)')


def test_join_skips_what_is_empty():
    assert (
        value(
            'Join(", ", "", [surname], [x], [givenName])',
            surname="Doe",
            givenName="John",
        )
        == "Doe, John"
    )


def test_join_takes_every_value_of_an_attribute():
    assert (
        value('Join(";", [proxyAddresses], "x")', proxyAddresses=["a", "b"]) == "a;b;x"
    )


def test_join_takes_numbers():
    assert value('Join("", 1000, "42")') == "100042"


def test_join_makes_no_text_that_nobody_could_want():
    """The pieces and what stands between them are short enough; together they are not."""
    pieces, mark = ["x"] * 50_000, "y" * 90_000
    assert "longer than" in refusal("Join([mark], [pieces])", pieces=pieces, mark=mark)


def test_remove_duplicates_keeps_the_first_of_equal_values():
    assert value("RemoveDuplicates([a])", a=["b", "a", "b", "B", "a"]) == [
        "b",
        "a",
        "B",
    ]


def test_remove_duplicates_takes_values_of_any_kind():
    assert value("RemoveDuplicates([a])", a=[{"x": 1}, {"x": 1}, 1, "1"]) == [
        {"x": 1},
        1,
        "1",
    ]


def test_split_makes_several_values_without_the_spaces_around_them():
    made = value('Split([a], ",")', a="PermissionSetOne, PermissionSetTwo,")
    assert made == ["PermissionSetOne", "PermissionSetTwo"]


def test_split_needs_a_delimiter():
    assert "delimiter that is not empty" in refusal('Split("a", "")')


def test_where_a_text_is_wanted_of_several_values_the_first_counts():
    assert value("ToLower([a])", a=["ONE", "TWO"]) == "one"


def test_a_single_role_is_its_name():
    text = "SingleAppRoleAssignment([appRoleAssignments])"
    assert value(text, appRoleAssignments=["User"]) == "User"
    assert value(text, appRoleAssignments=["User", "Admin"]) in ("User", "Admin")
    assert value(text, appRoleAssignments=[]) is None


def test_several_roles_are_sent_as_elements():
    made = value(
        "AppRoleAssignmentsComplex([appRoleAssignments])",
        appRoleAssignments=["Admin", "User"],
    )
    assert made == [
        {
            "primary": False,
            "type": "WindowsAzureActiveDirectoryRole",
            "displayName": "Admin",
            "value": "Admin",
        },
        {
            "primary": False,
            "type": "WindowsAzureActiveDirectoryRole",
            "displayName": "User",
            "value": "User",
        },
    ]


def test_asserted_roles_are_sent_with_their_display():
    made = value(
        "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
        appRoleAssignments=["User"],
    )
    assert made == [
        {
            "primary": False,
            "type": "WindowsAzureActiveDirectoryRole",
            "display": "User",
            "value": "User",
        }
    ]


def test_who_has_no_role_sends_none():
    assert value("AppRoleAssignmentsComplex([appRoleAssignments])") == []
