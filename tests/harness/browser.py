"""A real browser, and what must be true of everything that it shows."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.builders import Company

FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)
RULES = {
    "runOnly": {
        "type": "tag",
        "values": (
            [
                "wcag2a",
                "wcag2aa",
                "wcag21a",
                "wcag21aa",
                "wcag22a",
                "wcag22aa",
                "best-practice",
            ]
        ),
    }
}
IS_DARK = "matchMedia('(prefers-color-scheme: dark)').matches"

axe = Axe()


def find_chromium() -> str | None:
    """Return the browser that $CHROMIUM names, or the one in PATH."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, names)), None
    )


@contextlib.contextmanager
def launched(executable: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def window(browser: Browser, server: str, **options: Any) -> Iterator[Page]:
    """Open a window; fail at the end when something went wrong in it.

    Motion is reduced: axe would judge the colours of a moment within a transition.
    """
    options = {"base_url": server, "reduced_motion": "reduce", **options}
    problems: list[str] = []
    with contextlib.closing(browser.new_context(**options)) as context:
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=server)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("console", lambda said: problems.extend(_complaint(said, page)))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: problems.extend(_strays(request)))
        yield page
    assert problems == []


def sign_in(page: Page, company: Company) -> None:
    """Sign in as the company's global admin, as a person does."""
    page.goto("/sign-in")
    page.get_by_label("Email").fill(company.email)
    page.get_by_label("Password").fill(company.password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("/")


def violations(page: Page) -> list[str]:
    """Return what axe has to say against the page.

    It judges links that are scrolled half away under the strip as too small to hit.
    """
    page.evaluate("scrollTo({ top: 0, behavior: 'instant' })")
    return _judged(page, RULES)


def too_pale(page: Page, *, in_light: Literal["light", "dark"]) -> list[str]:
    """Return what has too little contrast there; all else is alike in any light."""
    before = "dark" if page.evaluate(IS_DARK) else "light"
    page.emulate_media(color_scheme=in_light)
    found = _judged(page, {"runOnly": ["color-contrast"]})
    page.emulate_media(color_scheme=before)
    return found


def _judged(page: Page, rules: dict[str, Any]) -> list[str]:
    found = axe.run(page, options=rules).response["violations"]
    return [
        f"{urlsplit(page.url).path} {v['id']}: {', '.join(map(str, node['target']))}"
        for v in found
        for node in v["nodes"]
    ]


def _complaint(said: ConsoleMessage, page: Page) -> list[str]:
    """Return what the browser complains about; a page may well be an error page."""
    is_status_of_page = said.location["url"] == page.url and "status of" in said.text
    return [said.text] if said.type == "error" and not is_status_of_page else []


def _strays(request: Request) -> list[str]:
    parts = urlsplit(request.url)
    if parts.scheme in ("data", "blob") or parts.hostname in ("localhost", "127.0.0.1"):
        return []
    return [f"the page asked {parts.hostname} for {request.url}"]
