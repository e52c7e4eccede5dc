"""Users of the tenant: what may be done to them, and what the next cycle hears of it."""

from datetime import timedelta

import pytest

from envoy_console.entra import groups, source, story, users
from envoy_console.entra.errors import UnknownError
from envoy_console.entra.user_values import UserError
from envoy_console.models.base import now

ACTOR = "dana@contoso.example"


@pytest.fixture
def make(world):
    """make("ada", jobTitle="Clerk") -> the objectId of a new user."""

    def made(name, **values):
        given = {"userPrincipalName": f"{name}@contoso.example", "displayName": name}
        return world.do(
            lambda tx: users.create(
                tx, world.company.id, {**given, **values}, actor=ACTOR
            )
        )

    return made


@pytest.fixture
def get(world):
    return lambda user_id: world.ask(
        lambda tx: users.required(tx, world.company.id, user_id)
    )


@pytest.fixture
def do(world, get):
    """do(users.delete, user_id) -> has the administrator do it."""
    return lambda verb, user_id, *given: world.do(
        lambda tx: verb(tx, get(user_id), *given, actor=ACTOR)
    )


def test_an_edit_keeps_what_it_does_not_name(make, do, get):
    ada = make("ada", jobTitle="Clerk", department="Roads")

    do(users.edit, ada, {"jobTitle": "Captain"})

    assert get(ada).attributes["jobTitle"] == "Captain"
    assert get(ada).attributes["department"] == "Roads"


def test_an_empty_value_takes_an_attribute_away(make, do, get):
    ada = make("ada", jobTitle="Clerk")

    do(users.edit, ada, {"jobTitle": " "})

    assert "jobTitle" not in get(ada).attributes


def test_a_newcomer_gets_a_mail_nickname_from_the_user_principal_name(make, get):
    assert get(make("ada.lee")).attributes["mailNickname"] == "ada.lee"
    assert get(make("bob", mailNickname="bobby")).attributes["mailNickname"] == "bobby"


@pytest.mark.parametrize(
    ("attribute", "value"),
    [
        ("userPrincipalName", "ada"),
        ("userPrincipalName", "a da@contoso.example"),
        ("displayName", " "),
        ("accountEnabled", "perhaps"),
        ("userType", "Robot"),
        ("employeeHireDate", "tomorrow"),
        ("jobTitle", "x" * 1_025),
        ("jobTitle", "a\0b"),
        ("objectId", "an-id"),
        ("shoeSize", "42"),
        ("manager", "nobody"),
    ],
)
def test_nonsense_is_refused_and_says_which_attribute(make, attribute, value):
    with pytest.raises(UserError) as refused:
        make("ada", **{attribute: value})

    assert refused.value.attribute == attribute


def test_a_user_principal_name_is_taken_once_in_any_case(make, do):
    do(users.delete, make("ada"))

    with pytest.raises(UserError, match="perhaps among the deleted users"):
        make("ADA")


def test_nobody_is_their_own_manager(make, do):
    ada = make("ada")

    with pytest.raises(UserError, match="own manager"):
        do(users.edit, ada, {"manager": ada})


def test_what_is_deleted_can_only_be_restored_or_purged(make, do, get):
    ada = make("ada")
    do(users.delete, ada)

    for verb, given in (
        (users.edit, ({"jobTitle": "Captain"},)),
        (users.set_enabled, (False,)),
        (users.delete, ()),
    ):
        with pytest.raises(UserError, match="Restore the user first"):
            do(verb, ada, *given)
    do(users.restore, ada)

    assert get(ada).deleted_at is None


@pytest.mark.parametrize("verb", [users.restore, users.purge])
def test_what_is_not_deleted_is_neither_restored_nor_purged(make, do, verb):
    with pytest.raises(UserError, match="is not deleted"):
        do(verb, make("ada"))


def test_the_next_cycle_hears_of_whom_a_purge_concerns(world, make, do, get):
    ada, bob = make("ada"), make("bob")
    do(users.edit, bob, {"manager": ada})
    crew = world.group("Crew", ada)
    do(users.delete, ada)
    before = get(bob).change

    do(users.purge, ada)

    group = world.ask(lambda tx: groups.required(tx, world.company.id, crew))
    assert get(bob).manager_id is None
    assert get(bob).change > before
    assert group.change == get(bob).change


def test_the_twin_in_another_case_can_be_edited_but_not_copied(world, do):
    company_id = world.company.id
    world.do(lambda tx: story.plant(tx, company_id, name="Contoso"))
    found = world.ask(lambda tx: users.page(tx, company_id, query="old directory"))
    (twin,) = found.rows

    do(users.edit, twin.id, {"jobTitle": "Receptionist"})

    with pytest.raises(UserError, match="exists already"):
        do(users.edit, twin.id, {"userPrincipalName": twin.user_principal_name.lower()})


def test_a_guest_flows_without_the_mark_and_keeps_it_in_another_attribute(
    envoy, world, make
):
    robin = make("robin.vale_fabrikam.example#EXT#")

    read = world.ask(lambda tx: source.read(tx, envoy.row, "User", robin))

    flowing = read.object.attributes
    assert flowing["userPrincipalName"] == "robin.vale@fabrikam.example"
    assert flowing["originalUserPrincipalName"] == (
        "robin.vale_fabrikam.example#EXT#@contoso.example"
    )


def test_whoever_has_been_deleted_for_30_days_is_deleted_for_good(world, make, do, get):
    ada, bob, eve = make("ada"), make("bob"), make("eve")
    do(users.delete, ada)
    do(users.delete, bob)
    rows = users.users
    past = now() - timedelta(days=30, seconds=1)
    world.do(
        lambda tx: tx.execute(
            rows.update().where(rows.c.id == ada).values(deleted_at=past)
        )
    )

    assert world.do(users.purge_expired) == 1

    with pytest.raises(UnknownError):
        get(ada)
    assert get(bob).deleted_at is not None
    assert get(eve).deleted_at is None
