"""A browser, windows of it, and a company with something to see."""

import os
from contextlib import ExitStack
from types import SimpleNamespace

import pytest

from tests.harness import browser as chromium
from tests.messages import ENTERPRISE

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
def lively(company, entra, wire_log):
    """A company with people, a group, changes and a refused request; ids to visit."""
    boss = entra.create_user(displayName="Ann Lee", title="Head of Roads")
    clerk = entra.create_user(
        displayName="Bob Ray", **{ENTERPRISE: {"manager": {"value": boss["id"]}}}
    )
    members = [{"value": person["id"]} for person in (boss, clerk)]
    group = entra.create_group("Roads", members=members)
    entra.get("/Users", params={"filter": "nonsense"})
    return SimpleNamespace(
        employee_id=clerk["id"],
        group_id=group["id"],
        request_id=wire_log.newest("GET").id,
    )
