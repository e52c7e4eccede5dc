"""Where to go: paths of our own, and the URL of a list as it is being looked at."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for

from envoy_console.web.wording import visible

# One slash, then nothing that a browser could read as another host.
OWN_PATH = re.compile(r"/[!-\[\]-~]*")  # printable ASCII without the backslash


def own_path(text: str | None) -> str:
    """Return `text` when it is a path on this site, else the way Home."""
    if text and OWN_PATH.fullmatch(text) and "//" not in text:
        return text
    return url_for("console.home")


def number_asked(name: str) -> int | None:
    """Return the number that the URL gives as `name`, such as where a list goes on."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


@dataclass(frozen=True, slots=True)
class Listing:
    """What a list was asked to show. All of it is in the URL, so it can be shared."""

    filters: dict[str, Any]
    sort: str
    page: int
    usual: str = ""  # the order that needs no mention
    at: str = ""  # the endpoint of the list, if this is another page

    @classmethod
    def asked(cls, *names: str, sort: str = "", at: str = "") -> Listing:
        """Read filters called `names`, the order and the page from the request."""
        asked = {name: request.args.get(name, "").strip()[:200] for name in names}
        page = request.args.get("page", "")
        number = int(page) if re.fullmatch(r"[0-9]{1,9}", page) else 1
        return cls(asked, request.args.get("sort", sort), number, sort, at)

    @property
    def order(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def is_filtered(self) -> bool:
        return any(self.filters.values())

    @property
    def given(self) -> dict[str, Any]:
        """The filters that ask for something."""
        return {name: value for name, value in self.filters.items() if value}

    def unknown(self, **offered: Collection[str]) -> list[str]:
        """Return a sentence for each filter that asks for what is not `offered`."""
        return [
            f"There is no {name.removesuffix('_id')} “{visible(self.filters[name])}”, "
            "so this filter is left out."
            for name, values in offered.items()
            if self.filters[name] and self.filters[name] not in values
        ]

    def link(self, **changes: str | int) -> str:
        """Return the URL of this list with something changed; the page starts anew."""
        asked = {**self.filters, "sort": self.sort, **changes}
        if asked["sort"] == self.usual:
            del asked["sort"]
        kept = {name: value for name, value in asked.items() if value}
        return self.bare + ("?" + urlencode(kept) if kept else "")

    def sorted_by(self, order: str) -> str:
        """Return the URL of this list by `order`, turned round if it already is."""
        turned = self.order == order and not self.descending
        return self.link(sort=f"-{order}" if turned else order)

    @property
    def bare(self) -> str:
        """The URL of the list with nothing chosen."""
        if self.at:
            return url_for(self.at)
        return url_for(request.endpoint or "", **(request.view_args or {}))
