"""An administrator at the console, without a browser: opens pages and submits forms."""

from __future__ import annotations

from typing import Any

import httpx2

from tests.builders import Company
from tests.harness.pages import Page, faults


class ConsoleClient:
    """Opens pages, follows redirects, and fails on any page with a fault."""

    def __init__(self, server: str) -> None:
        self.http = httpx2.Client(base_url=server, follow_redirects=True)

    def __enter__(self) -> ConsoleClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_in(self, company: Company) -> Page:
        """Sign in as the company's global admin."""
        signed_in = self.submit(
            "/sign-in", "main form", email=company.email, password=company.password
        )
        assert signed_in.path == "/", signed_in.text
        return signed_in

    def get(self, path: str, status: int = 200) -> Page:
        """Open a page."""
        return self._page(self.http.get(path), status)

    def part(self, path: str) -> Page:
        """Fetch a part of a page, as a script of the page does."""
        return Page(self.http.get(path, headers={"HX-Request": "true"}).text, path)

    def submit(
        self, page: Page | str, form: str, status: int = 200, **fields: Any
    ) -> Page:
        """Fill in the form that the CSS selector `form` finds on `page`, and send it."""
        page = self.get(page) if isinstance(page, str) else page
        filled = page.form(form)
        values = {**filled.fields, **fields}
        if filled.method == "GET":
            answer = self.http.get(filled.action, params=values)
        else:
            answer = self.http.post(filled.action, data=values)
        return self._page(answer, status)

    def _page(self, answer: httpx2.Response, status: int) -> Page:
        assert answer.status_code == status, answer.text
        page = Page(answer.text, answer.url.raw_path.decode())
        assert faults(page) == [], page.path
        return page
