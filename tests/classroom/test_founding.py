"""A class is founded: companies, accounts, and cards that are shown once."""

import csv
import io
import json
import math

import pytest

from envoy_console.classroom import passphrases
from envoy_console.directory import accounts
from envoy_console.entra import tenants, users
from envoy_console.models.transactions import read
from tests import builders

NEW = "/classroom/new"
FORM = "main form"


@pytest.fixture
def title():
    return f"Course {next(builders.numbers)}"


def cards(page):
    """The cards on a page, each as (company, email, password)."""
    return [
        (
            card.h2.get_text(strip=True),
            card.select("dd")[1].get_text(strip=True),
            card.select("dd")[2].get_text(strip=True),
        )
        for card in page.select(".class-card")
    ]


def test_a_student_signs_in_with_what_is_on_the_card(operator, stranger, title, enter):
    page = operator.submit(NEW, FORM, title=title, count="2")

    names = [company for company, *_ in cards(page)]
    assert names == [f"{title} \u2013 01", f"{title} \u2013 02"]
    company, email, password = cards(page)[1]
    student = enter(builders.Company("", "", company, email, password))
    assert company in student.get("/").text
    assert "Classroom" not in student.get("/").text


def test_every_company_has_an_entra_tenant_with_the_sample_people(
    app, operator, title, company, found_class
):
    students = found_class(company, 2, title)

    with app.app_context(), read() as tx:
        found = [tenants.required(tx, each.id) for each in students.students]
        people = [users.count(tx, each.id) for each in students.students]
    assert people == [45, 45]
    slug = title.lower().replace(" ", "-")
    assert [tenant.domain for tenant in found] == [
        f"{slug}-01.example",
        f"{slug}-02.example",
    ]


def test_names_of_students_make_their_companies(operator, title):
    names = "Łukasz Żak\n\n  Zoë   Müller \n李雷\nZoe Muller"

    page = operator.submit(NEW, FORM, title=title, names=names)

    domain = title.lower().replace(" ", "-") + ".example"
    assert [(company, email) for company, email, _ in cards(page)] == [
        (f"{title} \u2013 Łukasz Żak", f"lukasz-zak@{domain}"),
        (f"{title} \u2013 Zoë Müller", f"zoe-muller@{domain}"),
        (f"{title} \u2013 李雷", f"student-03@{domain}"),
        (f"{title} \u2013 Zoe Muller", f"zoe-muller-2@{domain}"),
    ]


def test_more_companies_go_on_after_those_that_there_are(operator, title):
    operator.submit(NEW, FORM, title=title, count="2")

    page = operator.submit(NEW, FORM, title=title, count="2")

    assert [name[-2:] for name, *_ in cards(page)] == ["03", "04"]


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"count": "0"}, "Choose 1 to 60."),
        ({"count": "61"}, "Choose 1 to 60."),
        ({"count": "many"}, "Enter a whole number."),
        ({}, "Say how many companies, or paste the names of the students."),
        ({"title": " ", "count": "1"}, "Give the class a name."),
        ({"title": "C" * 41, "count": "1"}, "Use at most 40 characters."),
        ({"title": "C\u202e", "count": "1"}, "1 to 40 visible characters"),
        ({"names": "Ann\nann"}, "ann is there twice."),
        ({"names": "A" * 51}, "1 to 50 visible characters"),
        ({"names": "\n".join(map(str, range(61)))}, "Paste 1 to 60 names"),
    ],
)
def test_nonsense_founds_nothing_and_says_why(operator, title, fields, complaint):
    page = operator.submit(NEW, FORM, status=422, **{"title": title, **fields})

    assert complaint in page.text
    assert "No class yet" in operator.get("/classroom/").text


def test_a_name_that_is_taken_is_named(operator, title):
    operator.submit(NEW, FORM, title=title, names="Ann Lee")

    page = operator.submit(NEW, FORM, status=422, title=title, names="Bob\nAnn Lee")

    assert f"There already is a company named {title} \u2013 Ann Lee." in page.text
    assert "Bob" not in operator.get("/classroom/").text


def test_the_cards_can_be_taken_along_as_csv(operator, title, server):
    page = operator.submit(NEW, FORM, title=title, names="Ann\n=cmd()")
    form = page.form("form[action$='cards.csv']")
    fields = {
        name: [tag["value"] for tag in page.select(f"main input[name={name}]")]
        for name in ("company", "student", "email", "password")
    }

    answer = operator.http.post(
        form.action, data={"csrf_token": form.fields["csrf_token"], **fields}
    )

    assert answer.headers["Cache-Control"] == "no-store"
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0] == ["Company", "Student", "Email", "Password", "Address"]
    assert [(row[0], row[2], row[3]) for row in rows[1:]] == cards(page)
    assert rows[2][1] == "'=cmd()"
    assert rows[1][4] == server


def test_passwords_are_nowhere_in_the_clear(app, operator, title, company):
    page = operator.submit(NEW, FORM, title=title, count="1")
    _, email, password = cards(page)[0]

    with app.app_context(), read() as tx:
        row = accounts._by_email(tx, email)
    assert row.password_hash.startswith("$argon2id$")
    assert password not in str(row)
    assert password not in operator.get("/classroom/").text
    assert password not in operator.get("/activity/admins").text


def test_a_password_has_over_forty_bits_and_no_word_twice_in_the_list():
    assert len(set(passphrases.WORDS)) == len(passphrases.WORDS)
    assert passphrases.LENGTH * math.log2(len(passphrases.WORDS)) > 40
    assert passphrases.generate() != passphrases.generate()
    assert len(passphrases.generate().split("-")) == passphrases.LENGTH


def test_the_command_line_founds_a_class_too(app, company, title, enter):
    told = app.test_cli_runner().invoke(
        args=[
            "company",
            "create-class",
            "2",
            "--company",
            company.name,
            "--title",
            title,
            "--json",
        ]
    )

    made = json.loads(told.output)
    assert [card["company"][-2:] for card in made] == ["01", "02"]
    enter(
        builders.Company(
            "", "", made[0]["company"], made[0]["email"], made[0]["password"]
        )
    )


def test_the_command_line_shows_a_table(app, company, title):
    told = app.test_cli_runner().invoke(
        args=[
            "company",
            "create-class",
            "1",
            "--company",
            company.name,
            "--title",
            title,
        ]
    )

    assert told.exit_code == 0, told.output
    assert "Password" in told.output
    assert "shown this once" in told.output
