"""An endpoint check, as an administrator sees it come along."""

import pytest

from tests.harness import worker

pytestmark = pytest.mark.browser


def test_the_check_goes_on_before_ones_eyes_and_every_requirement_can_be_opened(
    app, admin, token
):
    admin.goto("/integrations/azure-scim")
    admin.get_by_role("link", name="Check this endpoint").click()
    admin.get_by_role("button", name="Check this endpoint").click()
    admin.get_by_role("dialog").get_by_role("button", name="Start the check").click()
    with worker.running(app):
        again = admin.get_by_role("button", name="Check again")
        again.wait_for(timeout=90_000)

    admin.get_by_role("link", name="Filter by userName").click()
    admin.get_by_role("link", name="Open in the SCIM wire").last.click()

    assert "filter=userName" in admin.locator("main").inner_text()
