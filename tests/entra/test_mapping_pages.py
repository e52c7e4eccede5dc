"""Mappings and scoping filters: edited as a draft, saved with all consequences."""

import pytest

from envoy_console.entra import jobs
from tests.entra.portal import REVIEW, audited, follow, press

ATTRIBUTE = "form.edit-attribute"
CLAUSES = "form:has([name=title])"


@pytest.fixture
def mapping(saved):
    """The address of the users mapping."""
    return f"{saved.url}/mappings/users"


def errors(page):
    return [hint.text for hint in page.select("[data-kind=error]")]


def source_of(page, target):
    (cells,) = [
        row.select("td")
        for row in page.select("tbody tr")
        if row.select("a.row-link")[0].text == target
    ]
    return cells[0].get_text(" ", strip=True)


def test_an_edited_attribute_is_a_draft_until_it_is_saved(console, mapping, world, app):
    page = console.submit(
        f"{mapping}/attributes/3", ATTRIBUTE, source_attribute="department"
    )
    assert "Not saved yet" in page.text
    assert source_of(page, "title") == "department"

    page = console.submit(page, REVIEW)
    (dialog,) = page.select("#save[open]")
    assert "resynchronised" in dialog.text

    page = console.submit(page, "#save form")
    assert "Saved." in page.text
    assert "Not saved yet" not in page.text
    assert source_of(page, "title") == "department"


def test_a_discarded_draft_is_forgotten(console, mapping):
    page = console.submit(f"{mapping}/attributes/3", ATTRIBUTE, source_attribute="city")
    page = press(console, page, "Discard", REVIEW)

    assert source_of(page, "title") == "jobTitle"


def test_saving_begins_a_new_initial_cycle(
    console, mapping, saved, world, app, company
):
    saved.save(provisioning_status="on")
    world.do(
        lambda tx: tx.execute(
            jobs.jobs.update()
            .where(jobs.jobs.c.app_id == saved.id)
            .values(is_initial_due=False, watermark=7)
        )
    )
    console.submit(f"{mapping}/attributes/3", ATTRIBUTE, source_attribute="city")
    page = console.submit(console.get(mapping), "#save form")

    job = world.ask(lambda tx: jobs.of(tx, saved.id))
    assert "resynchronised now" in page.text
    assert (job.is_initial_due, job.watermark) == (True, 0)
    assert audited(app, company)[0] == "Update attribute mappings or scope"


def test_every_mapping_type_is_kept_as_it_was_entered(console, mapping):
    page = console.submit(
        f"{mapping}/attributes/3",
        ATTRIBUTE,
        type="constant",
        constant="Staff",
        apply="creation",
    )
    assert source_of(page, "title") == "Staff Constant"
    assert "Only during object creation" in page.text

    page = console.submit(
        f"{mapping}/attributes/3",
        ATTRIBUTE,
        type="expression",
        expression='Join(" ", [givenName], [surname])',
    )
    assert source_of(page, "title").startswith("Join(")

    page = console.submit(
        f"{mapping}/attributes/3", ATTRIBUTE, type="none", default="Nobody"
    )
    assert source_of(page, "title") == "None Default: Nobody"


def test_an_expression_that_does_not_parse_is_pointed_at(console, mapping):
    page = console.submit(
        f"{mapping}/attributes/3",
        ATTRIBUTE,
        status=422,
        type="expression",
        expression='Join(" ", [givenName]',
    )
    line, below = page.select(".caret")[0].text.splitlines()

    assert line == 'Join(" ", [givenName]'
    assert below.index("^") == len(line)
    assert errors(page)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"source_attribute": ""}, "source_attribute"),
        ({"type": "constant", "constant": ""}, "constant"),
        ({"type": "expression", "expression": " "}, "expression"),
        ({"target": ""}, "target"),
        ({"target": "userName"}, "target"),
        ({"target": "id"}, "target"),
        ({"is_matching": "yes", "precedence": "0"}, "precedence"),
    ],
)
def test_an_attribute_that_will_not_do_is_explained(console, mapping, fields, field):
    page = console.submit(f"{mapping}/attributes/3", ATTRIBUTE, status=422, **fields)

    assert page.select(f"#{field}-error")


def test_a_new_attribute_is_added_at_the_end(console, mapping):
    page = follow(console, console.get(mapping), "Add New Mapping")
    page = console.submit(
        page, ATTRIBUTE, source_attribute="companyName", target="nickName"
    )

    assert page.select("tbody a.row-link")[-1].text == "nickName"


def test_an_attribute_is_deleted_but_not_one_that_is_required(console, mapping):
    page = console.get(mapping)
    assert not page.select("form[action$='attributes/0/delete']")

    page = console.submit(page, "form[action$='attributes/3/delete']")
    assert "title" not in [link.text for link in page.select("tbody a.row-link")]


def test_groups_can_be_disabled_and_users_cannot(console, saved, mapping):
    assert not console.get(mapping).select("select[name=enabled]")

    page = console.submit(f"{saved.url}/mappings/groups", REVIEW, enabled="no")
    console.submit(page, "#save form")

    rows = [row.get_text(" ", strip=True) for row in saved.page().select("tbody tr")]
    assert [row.rpartition(" ")[2] for row in rows] == ["Yes", "No"]


def test_object_actions_are_saved(console, mapping):
    page = console.get(mapping)
    token = page.form(REVIEW).fields["csrf_token"]
    answer = console.http.post(
        mapping, data={"csrf_token": token, "enabled": "yes", "create": "y"}
    )
    assert "Save the changes?" in answer.text
    page = console.submit(console.get(mapping), "#save form")

    assert [box["name"] for box in page.select("input[type=checkbox][checked]")] == [
        "create"
    ]


def test_a_scoping_filter_is_added_shown_and_deleted(console, mapping):
    page = follow(console, console.get(mapping), "All records")
    page = console.get(f"{mapping}/filters/new")
    page = console.submit(page, CLAUSES, add="clause")
    page = console.submit(
        page,
        CLAUSES,
        **{
            "clauses-0-attribute": "department",
            "clauses-0-operator": "EQUALS",
            "clauses-0-value": "Marketing",
            "clauses-1-attribute": "country",
            "clauses-1-operator": "IS NOT NULL",
            "title": "Marketing department filter",
        },
    )
    page = follow(console, page, "1 scoping filter")
    assert "department EQUALS 'Marketing' and country IS NOT NULL" in page.text

    page = console.submit(page, "form[action$='filters/0/delete']")
    assert "All records" in page.text


def test_a_clause_is_removed_and_the_others_stay(console, mapping):
    page = console.submit(f"{mapping}/filters/new", CLAUSES, add="clause")
    page = console.submit(
        page,
        CLAUSES,
        remove="0",
        **{"clauses-1-attribute": "city", "clauses-1-value": "Lisbon"},
    )

    (value,) = page.select("input[name$=value]")
    assert (value["name"], value["value"]) == ("clauses-0-value", "Lisbon")


def test_a_pattern_that_does_not_parse_is_pointed_at(console, mapping):
    page = console.submit(
        f"{mapping}/filters/new",
        CLAUSES,
        status=422,
        **{
            "title": "Lisbon",
            "clauses-0-attribute": "city",
            "clauses-0-operator": "REGEX MATCH",
            "clauses-0-value": "Lis[bo",
        },
    )

    assert "unterminated character set" in page.select("#clauses-0-value-error")[0].text
    assert page.select(".caret")[0].get_text() == f"Lis[bo\n{' ' * 6}^"


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"title": ""}, "title"),
        ({"clauses-0-operator": "Greater_Than"}, "integers only"),
        ({"clauses-0-value": ""}, "a value"),
        ({"clauses-0-operator": "IsMemberOf"}, "Choose one of the answers"),
    ],
)
def test_a_filter_that_will_not_do_is_explained(console, mapping, fields, words):
    page = console.submit(
        f"{mapping}/filters/new",
        CLAUSES,
        status=422,
        **{
            "title": "Marketing",
            "clauses-0-attribute": "department",
            "clauses-0-operator": "EQUALS",
            "clauses-0-value": "Marketing",
            **fields,
        },
    )

    assert words in " ".join(errors(page))
