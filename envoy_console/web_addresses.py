"""Absolute addresses that a browser is sent to, as both consoles take them.

Either adds what it cannot have: the simulator an address that no policy of a page can name.
"""

from __future__ import annotations

import re
from urllib.parse import SplitResult, urlsplit

LONGEST = 2_048


def parts_of(url: str) -> SplitResult | None:
    """Return the parts of an address of http or https; None when it is none."""
    if len(url) > LONGEST or not re.fullmatch(r"[!-~]+", url):
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts if parts.scheme in ("http", "https") else None
