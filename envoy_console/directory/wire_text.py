"""What the wire log may keep of a request and its answer: cut, storable, no secrets."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from envoy_console.redaction import HIDDEN

LONGEST_PATH = 4096
# what is left as it is; a “?” of the path must not be taken for where a query begins
PLAIN_IN_PATH = "/:@!$&'()*+,;="
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
SECRET = frozenset({"cookie", "set-cookie", "proxy-authorization"})
REPLACEMENT = "\ufffd"


def storable(text: str) -> str:
    """Return `text` without what a database or UTF-8 cannot hold."""
    if text.isascii() and "\0" not in text:
        return text
    return UNSTORABLE.sub(REPLACEMENT, text)


def address(path: str, query: str) -> str:
    """Return what was asked for as a URL has it, so that it can be asked for again."""
    path = quote(path, PLAIN_IN_PATH)
    return storable(f"{path}?{query}" if query else path)[:LONGEST_PATH]


def headers(sent: Iterable[tuple[str, str]], *, authorization: str) -> dict[str, str]:
    """Return headers without secrets; `authorization` stands for what was there."""
    shown = {}
    for name, value in sent:
        lowered = name.lower()
        if lowered == "authorization":
            value = authorization
        elif lowered in SECRET:
            value = HIDDEN
        shown[storable(name)] = storable(value)
    return shown


def cut(body: bytes, limit: int, size: int) -> str:
    """Return the start of a body of `size` bytes as text."""
    # decoded, it has no surrogates; a page of 100 users is long for a regular expression
    text = body[:limit].decode("utf-8", "replace").replace("\0", REPLACEMENT)
    return text if size <= limit else f"{text}\n… ({size:,} bytes in all)"
