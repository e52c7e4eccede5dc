"""`company create`, `list` and `reset`."""

import json

import pytest

from tests import builders

numbers = builders.numbers


@pytest.fixture
def run(app):
    """run("company", "list") -> what the command says."""
    return lambda *words, **options: app.test_cli_runner().invoke(
        args=list(words), **options
    )


def test_a_new_company_can_be_signed_in_to(run, stranger):
    name, email = f"Fabrikam {next(numbers)}", f"ann{next(numbers)}@fabrikam.example"

    told = run("company", "create", name, "--admin", email, "--json")

    password = json.loads(told.output)["password"]
    page = stranger.submit("/sign-in", "main form", email=email, password=password)
    assert name in page.text


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("  ", "ann@fabrikam.example"),
        ("Fab\u202erikam", "ann@fabrikam.example"),
        ("F" * 101, "ann@fabrikam.example"),
        ("Fabrikam", "not an address"),
        ("Fabrikam", "ann@nowhere"),
        ("Fabrikam", "a\u202enn@fabrikam.example"),
    ],
)
def test_nonsense_founds_nothing_and_says_why(run, name, email):
    told = run("company", "create", name, "--admin", email)

    assert told.exit_code == 1
    assert told.output.startswith("Error: ")
    assert email not in run("company", "list").output
    assert "Fabrikam:" not in run("company", "list").output


def test_a_name_and_an_address_are_taken_once(run, company):
    same_name = run("company", "create", company.name, "--admin", "x@y.example")
    same_email = run("company", "create", "Another", "--admin", company.email)

    assert same_name.exit_code == same_email.exit_code == 1
    assert "Another:" not in run("company", "list").output


def test_a_reset_company_has_an_empty_directory_and_dead_tokens(run, company, scim):
    scim.create_user()

    run("company", "reset", company.name, "--yes")

    assert scim.get("/Users").status_code == 401
    assert f"{company.name}: 0 employees" in run("company", "list").output
