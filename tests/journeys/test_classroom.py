"""A trainer in front of a class: founds it, watches it, helps, and comes back."""

import pytest

from tests import builders
from tests.builders import Company
from tests.harness import browser as chromium

pytestmark = pytest.mark.browser


def test_a_trainer_founds_a_class_watches_a_student_and_looks_inside(
    open_window, company, taught
):
    trainer, student = open_window(), open_window()
    chromium.sign_in(trainer, company)
    title = f"Course {next(builders.numbers)}"
    trainer.get_by_role("link", name="Classroom").click()
    trainer.get_by_role("link", name="New class").click()
    trainer.get_by_label("Name of the class").fill(title)
    trainer.get_by_label("Names of the students").fill("Ada Lovelace\nZoë Müller")
    trainer.get_by_role("button", name="Create class").click()
    card = trainer.locator(".class-card").first
    assert chromium.violations(trainer) == []
    email, password = card.locator("dd").nth(1), card.locator("dd").nth(2)

    chromium.sign_in(
        student, Company("", "", "", email.text_content(), password.text_content())
    )
    trainer.get_by_role("link", name="Done").click()
    row = trainer.locator("tr", has_text="Ada Lovelace")
    assert "0 of 31" in row.text_content()
    student.get_by_role("link", name="All integrations").click()
    student.get_by_role("button", name="Install", exact=True).first.click()
    # without a reload: the board asks by itself
    row.get_by_text("2 of 31").wait_for()

    row.get_by_role("link").click()
    trainer.get_by_role("button", name="Look inside").click()
    trainer.get_by_text(f"You are looking at {title}").wait_for()
    trainer.get_by_role("link", name="Enabled").click()
    assert "Microsoft Azure SCIM" in trainer.locator("main").text_content()
    assert chromium.violations(trainer) == []
    trainer.get_by_role("button", name="Leave").click()
    trainer.get_by_role("heading", name="Classroom").wait_for()


@pytest.mark.parametrize("light", ["light", "dark"])
def test_cards_and_the_sign_of_looking_are_readable_in_any_light(
    open_window, company, taught, light
):
    page = open_window(color_scheme=light, viewport={"width": 320, "height": 640})
    chromium.sign_in(page, company)
    page.goto(f"/classroom/companies/{taught.company_id}")

    page.get_by_role("button", name="New password").click()
    page.get_by_role("button", name="Make a new password").click()
    page.locator(".class-card").wait_for()
    assert chromium.violations(page) == []
    page.goto(f"/classroom/companies/{taught.company_id}")
    page.get_by_role("button", name="Look inside").click()
    page.locator(".visit").wait_for()

    assert chromium.violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 320
