"""Bulk create: a CSV file makes all of its users, or says line and column and makes none."""

import pytest

from envoy_console.entra import csv_import, users
from envoy_console.entra.csv_import import CsvError

ACTOR = "dana@contoso.example"
HEADINGS = "displayName,userPrincipalName,manager,accountEnabled\n"
ADA, BOB = "ada@contoso.example", "bob@contoso.example"


@pytest.fixture
def load(world):
    """load("displayName,…") -> how many users the file made."""

    def loaded(text):
        data = text if isinstance(text, bytes) else text.encode()
        return world.do(
            lambda tx: csv_import.load(tx, world.company.id, data, actor=ACTOR)
        )

    return loaded


@pytest.fixture
def complaints(load):
    """complaints("displayName,…") -> [(line, column, message)] of a refused file."""

    def refused(text):
        with pytest.raises(CsvError) as error:
            load(text)
        return [(c.line, c.column, c.message) for c in error.value.complaints]

    return refused


@pytest.fixture
def find(world):
    return lambda upn: world.ask(lambda tx: users.by_name(tx, world.company.id, upn))


def test_a_file_makes_users_with_their_managers(load, find):
    number = load(f"{HEADINGS}Bob,{BOB},{ADA.upper()},False\nAda,{ADA},,\n")

    assert number == 2
    assert find(BOB).manager_id == find(ADA).id
    assert not find(BOB).account_enabled
    assert find(ADA).account_enabled
    assert find(ADA).attributes["mailNickname"] == "ada"


def test_a_manager_may_be_in_the_tenant_already(load, find, world):
    ada = world.user("ada")

    load(f"{HEADINGS}Bob,{BOB},{ADA},\n")

    assert find(BOB).manager_id == ada


def test_one_bad_line_keeps_the_good_ones_out(complaints, find):
    found = complaints(
        f"{HEADINGS}Ada,{ADA},,\n\nBob,nowhere,,\nCid,cid@x.example,,no\n"
    )

    assert [(line, column) for line, column, _ in found] == [
        (4, "userPrincipalName"),
        (5, "accountEnabled"),
    ]
    assert find(ADA) is None


def test_a_line_number_counts_the_lines_within_quotes(complaints):
    found = complaints(f'{HEADINGS}"Ada\nLee",{ADA},,\nBob,nowhere,,\n')

    assert [line for line, *_ in found] == [4]


@pytest.mark.parametrize(
    ("rows", "where", "words"),
    [
        (f"Ada,{ADA},,\nAda,{ADA.upper()},,", (3, "userPrincipalName"), "on line 2"),
        (f"Cid,cid@contoso.example,,\nAda,{BOB},,", (3, "userPrincipalName"), "exists"),
        (f"Ada,{ADA},cid@contoso.example,", (2, "manager"), "no user cid@"),
        (f"Ada,{ADA},{ADA},", (2, "manager"), "own manager"),
        (f"Ada,{ADA},,,more", (2, ""), "more values than the 4 columns"),
        (f",{ADA},,", (2, "displayName"), "display name"),
        (f'"Ada"x",{ADA}', (2, ""), "not CSV"),
    ],
)
def test_a_complaint_names_line_and_column(complaints, world, rows, where, words):
    world.user("bob")

    ((line, column, message), *_) = complaints(HEADINGS + rows)

    assert (line, column) == where
    assert words in message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The file is empty"),
        ("version:v1.0\n", "The file is empty"),
        (HEADINGS, "no users below"),
        ("displayName\nAda", "userPrincipalName is not given"),
        ("displayName,userPrincipalName,shoeSize\n", "no such attribute"),
        ("displayName,userPrincipalName,objectId\n", "no such attribute"),
        ("displayName,userPrincipalName,displayName\n", "there twice"),
        (b"displayName,userPrincipalName\nJos\xe9,j@x.example", "not UTF-8"),
        (f"{HEADINGS}{'x' * 200_000},{ADA}", "not CSV"),
    ],
)
def test_what_is_no_table_of_users_is_refused(complaints, text, words):
    ((_, _, message), *_) = complaints(text)

    assert words in message


def test_a_file_of_excel_may_have_a_mark_and_semicolons(load, find):
    load(f"\ufeffdisplayName;userPrincipalName;city\r\nAda;{ADA};Zürich\r\n")

    assert find(ADA).attributes["city"] == "Zürich"


def test_the_template_of_the_admin_center_is_understood(load, find):
    load(
        "version:v1.0,,,\n"
        "Name [displayName] Required,User name [userPrincipalName] Required,"
        "Initial password [passwordProfile] Required,"
        "Block sign in (Yes/No) [accountEnabled] Required\n"
        f"Ada,{ADA},secret,No\nBob,{BOB},secret,Yes\n"
    )

    assert find(ADA).account_enabled
    assert not find(BOB).account_enabled
    assert "secret" not in str(find(ADA))


def test_our_own_template_can_be_filled_in(load, find):
    cells = ["Ada", ADA] + [""] * (len(csv_import.TEMPLATE) - 2)

    load(csv_import.template() + ",".join(cells))

    assert find(ADA).display_name == "Ada"


def test_many_complaints_are_counted_and_the_first_ones_shown(load):
    with pytest.raises(CsvError) as error:
        load(HEADINGS + "Ada,nowhere,,\n" * 80)

    assert error.value.total == 80
    assert len(error.value.complaints) == csv_import.MOST_COMPLAINTS
