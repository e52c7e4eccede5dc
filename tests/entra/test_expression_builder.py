"""Expression builder: a result for a user, or the place of what is wrong."""

import pytest

BUILDER = "form:has([name=expression])"


@pytest.fixture
def builder(portal, world):
    """The address of the Expression builder of a tenant with Ada in it."""
    world.user("ada", givenName="Ada", surname="Lovelace")
    return f"{portal.url}/expression-builder"


def test_an_expression_is_tried_on_the_chosen_user(console, builder):
    page = console.submit(
        builder,
        BUILDER,
        expression='Join(" ", [givenName], [surname])',
        user="ada@contoso.example",
    )

    assert page.select(".once")[0].text == "Ada Lovelace"
    assert "surname" in page.text


def test_who_is_not_assigned_is_soft_deleted(console, builder):
    page = console.submit(
        builder,
        BUILDER,
        expression='Switch([IsSoftDeleted], , "False", "True", "True", "False")',
        user="ada@contoso.example",
    )

    assert page.select(".once")[0].text == "False"


def test_a_mistake_is_pointed_at(console, builder):
    page = console.submit(
        builder,
        BUILDER,
        status=422,
        expression='Join(" ",\n  [givenName]',
        user="ada@contoso.example",
    )
    line, below = page.select(".caret")[0].text.splitlines()

    assert line == "  [givenName]"
    assert below.index("^") == len(line)
    assert "Line 2" in page.text


def test_a_user_who_is_not_there_is_explained(console, builder):
    page = console.submit(builder, BUILDER, status=422, user="eve@contoso.example")

    assert "There is no user with this" in page.select("#user-error")[0].text


def test_an_expression_that_is_too_long_is_refused(console, builder):
    page = console.submit(
        builder, BUILDER, status=422, expression=f'ToLower("{"x" * 10_000}")'
    )

    assert "Use at most 10000 characters." in page.text


def test_the_functions_are_listed_beside_it(console, builder):
    calls = [code.text for code in console.get(builder).select(".catalogue dt code")]

    assert any(call.startswith("NormalizeDiacritics(") for call in calls)
    assert calls == sorted(calls, key=str.lower)


def test_an_attribute_that_is_left_alone_has_no_value(console, builder):
    page = console.submit(
        builder,
        BUILDER,
        expression="IgnoreFlowIfNullOrEmpty([mobile])",
        user="ada@contoso.example",
    )

    assert "No value" in page.select(".once")[0].text
