"""A page as a test reads it, and what must be true of every page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

CHOSEN = "input:not([type=radio], [type=checkbox]), input[checked], textarea"


class Page:
    """An answered page: `text` to read, `select` to look closer."""

    def __init__(self, html: str, path: str = "") -> None:
        self.html = html
        self.path = path
        self.soup = BeautifulSoup(html, "html.parser")
        self.text = self.soup.get_text(" ", strip=True)

    def select(self, css: str) -> list[Tag]:
        return self.soup.select(css)

    def form(self, css: str) -> Form:
        """Return the one form that `css` describes."""
        (found,) = self.soup.select(css)
        return Form(found, self.path)


class Form:
    """A form as a browser would send it."""

    def __init__(self, tag: Tag, path: str) -> None:
        self.action = str(tag.get("action") or path)
        self.method = str(tag.get("method", "get")).upper()
        self.fields = {
            str(field["name"]): field.get("value") or field.get_text()
            for field in tag.select(CHOSEN)
            if field.get("name")
        }
        for select in tag.select("select[name]"):
            chosen = select.select_one("option[selected]") or select.option
            self.fields[str(select["name"])] = chosen and chosen.get("value", "")


def faults(page: Page) -> list[str]:
    """Return what is wrong with a page, whichever it is."""
    ids = Counter(str(tag["id"]) for tag in page.select("[id]"))
    inline = [tag.name for tag in page.select("script:not([src]), style, [style]")]
    handlers = [n for tag in page.select("*") for n in tag.attrs if n.startswith("on")]
    return [
        *(f"the id {name} is there {n} times" for name, n in ids.items() if n > 1),
        *(f"<{name}> holds inline code or style" for name in inline),
        *(f"{name}= is an inline handler" for name in handlers),
        *(
            []
            if page.select("html[lang] title")
            else ["the language or title is missing"]
        ),
        *([] if len(page.select("h1")) == 1 else ["there is not exactly one <h1>"]),
        *(f"“{words}” is not how “{name}” begins" for words, name in _misnamed(page)),
        *(
            f"nothing has the id {name}"
            for name in _references(page)
            if name not in ids
        ),
        *(
            f"nothing says why “{button.get_text(strip=True)}” is disabled"
            for button in page.select("button[disabled]:not([aria-describedby])")
        ),
    ]


def _misnamed(page: Page) -> Iterator[tuple[str, str]]:
    """Yield words on controls that who speaks to the page could not say."""
    for control in page.select("a[aria-label], button[aria-label]"):
        words, name = control.get_text(" ", strip=True), str(control["aria-label"])
        if words and not name.startswith(words):
            yield words, name


def _references(page: Page) -> Iterator[str]:
    for attribute in ("aria-describedby", "aria-labelledby"):
        for tag in page.select(f"[{attribute}]"):
            yield from str(tag[attribute]).split()
