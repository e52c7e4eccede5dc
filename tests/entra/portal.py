"""What an administrator does at the admin center's pages, by the words on them."""

from __future__ import annotations

from typing import Any

from flask import Flask

from envoy_console.entra import audit, trials
from envoy_console.models.transactions import read
from tests.builders import Company
from tests.harness.console_client import ConsoleClient
from tests.harness.pages import Page

ENVOY_URL = "https://app.envoy.com/scim/v2"
REVIEW = "form:has([name=update])"


def follow(console: ConsoleClient, page: Page, words: str) -> Page:
    """Follow the link that says `words`."""
    links = page.select("a[href]")
    (href,) = {str(a["href"]) for a in links if a.get_text(" ", strip=True) == words}
    return console.get(href)


def press(
    console: ConsoleClient, page: Page, words: str, form: str, **fields: Any
) -> Page:
    """Press the button of a form that leads elsewhere than the form itself."""
    buttons = page.select("button[formaction]")
    (button,) = [b for b in buttons if b.get_text(" ", strip=True) == words]
    values = {**page.form(form).fields, **fields}
    answer = console.http.post(str(button["formaction"]), data=values)
    return console._page(answer, answer.status_code)


class Portal:
    """The Provisioning page of an app, and the worker that tests its credentials."""

    def __init__(self, app: Flask, console: ConsoleClient, overview: Page) -> None:
        self.app, self.console = app, console
        self.url = overview.path
        self.id = overview.path.split("/")[3]

    def page(self) -> Page:
        return self.console.get(f"{self.url}/provisioning/edit")

    def work(self) -> None:
        """Do the connection test that waits, as the worker would."""
        with self.app.app_context():
            trials.run(self.id)

    def test(self, **fields: Any) -> Page:
        """Press Test Connection and wait for what comes of it."""
        page = press(
            self.console, self.page(), "Test Connection", "#provisioning", **fields
        )
        self.work()
        return page

    def save(self, status: int = 200, **fields: Any) -> Page:
        return self.console.submit(self.page(), "#provisioning", status, **fields)


def audited(app: Flask, company: Company) -> list[str]:
    """Return the activities in the company's audit logs, latest first."""
    with app.app_context(), read() as tx:
        return [row.activity for row in audit.page(tx, company.id)]
