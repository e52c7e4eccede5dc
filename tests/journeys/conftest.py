"""A browser, windows of it, and a company with something to see."""

import os
from contextlib import ExitStack

import pytest

from envoy_console.directory import sessions
from envoy_console.models.transactions import write
from tests.harness import browser as chromium
from tests.worlds import connected, employee_cookie, lively, practised, taught

__all__ = ["connected", "employee_cookie", "lively", "practised", "taught"]

NO_CHROMIUM = "NO CHROMIUM: install it (apt-get install chromium) or set CHROMIUM"


@pytest.fixture(scope="session")
def browser():
    executable = chromium.find_chromium()
    if executable is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(NO_CHROMIUM)
    with chromium.launched(executable) as browser:
        yield browser


@pytest.fixture
def open_window(browser, server):
    """open_window(java_script_enabled=False) -> a page of a browser of one's own."""
    with ExitStack() as windows:
        yield lambda **options: windows.enter_context(
            chromium.window(browser, server, **options)
        )


@pytest.fixture
def admin(open_window, company):
    """A window in which the company's global admin is signed in."""
    page = open_window()
    chromium.sign_in(page, company)
    return page


@pytest.fixture
def let_time_pass(app, company):
    """Make the admin's sign-in too old for delicate things."""

    def later():
        mine = sessions.sessions.c.account_id == company.account_id
        values = {"confirmed_at": sessions.NEVER}
        with app.app_context():
            write(
                lambda tx: tx.execute(
                    sessions.sessions.update().where(mine).values(values)
                )
            )

    return later
