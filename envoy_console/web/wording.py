"""How values read on a page: times, numbers, JSON and the words for what happened."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import unquote, unquote_plus

from flask import Flask

from envoy_console.directory.roles import ROLES, TITLES
from envoy_console.models.base import now
from envoy_console.scim.schemas import ENTERPRISE
from envoy_console.web.json_marks import Changes, marked

DAY, HOUR, MINUTE = 86_400, 3_600, 60

JSON_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*"(?=\s*:))'
    r'|(?P<text>"(?:[^"\\]|\\.)*")'
    r"|(?P<word>\b(?:true|false|null)\b)"
    r"|(?P<number>-?\b\d[\d.eE+-]*)"
)

# action of a directory event: icon, and the words around its subject and the related
DEEDS: dict[str, tuple[str, str]] = {
    "created": ("user-round-plus", "created"),
    "updated": ("user-round", "changed"),
    "deactivated": ("user-round-minus", "deactivated"),
    "reactivated": ("user-round-check", "reactivated"),
    "deleted": ("user-round-x", "deleted"),
    "member_added": ("user-round-plus", "added to"),
    "member_removed": ("user-round-minus", "removed from"),
}


# how headers are written that do not follow the rule of capitals after hyphens
HEADER_NAMES = {
    "adscimversion": "ADSCIMVersion",
    "etag": "ETag",
    "www-authenticate": "WWW-Authenticate",
}

# what takes no room or turns the text around it: controls, and most of Unicode's Cf
# (the joiners are left alone, since scripts and emoji need them)
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180e\u200b\u200e\u200f"
    r"\u2028-\u202e\u2060-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb"
    r"\U000e0001-\U000e007f]"
)


def init_app(app: Flask) -> None:
    """Give the templates their words, and let their tags leave no blank lines."""
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        ago=ago,
        exact=exact,
        milliseconds=milliseconds,
        span=span,
        counted=counted,
        number=number,
        plain=plain,
        short_path=short_path,
        visible=visible,
        header_name=header_name,
        readable_path=readable_path,
        initials=initials,
        json_runs=json_runs,
    )
    app.jinja_env.globals.update(ROLES=ROLES, TITLES=TITLES, DEEDS=DEEDS)


def ago(moment: datetime) -> str:
    """Return how long ago `moment` was, as short as a table wants it."""
    seconds = (now() - moment).total_seconds()
    size = int(abs(seconds))
    if size < 1:
        return "now"
    steps = ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1, "s"))
    step, unit = next(pair for pair in steps if size >= pair[0])
    if seconds < 0:
        return f"in {round(-seconds / step)}{unit}"
    return f"{size // step}{unit} ago"


def exact(moment: datetime) -> str:
    """Return `moment` to the second, with its time zone."""
    return f"{moment.day} {moment:%b %Y, %H:%M:%S} UTC"


def milliseconds(microseconds: int) -> str:
    """Return a duration as the wire log shows it."""
    millis = microseconds / 1000
    return f"{millis:.1f} ms" if millis < 10 else f"{millis:,.0f} ms"


def span(time: Any) -> str:
    """Return a length of time in its two largest units; what is no time stays as it is."""
    if not isinstance(time, timedelta):
        return str(time)
    seconds = int(time.total_seconds())
    if seconds < 1:
        return "under a second"
    sizes = ((DAY, "d"), (HOUR, "h"), (MINUTE, "min"), (1, "s"))
    start = next(place for place, (size, _) in enumerate(sizes) if seconds >= size)
    parts = []
    for size, unit in sizes[start : start + 2]:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {unit}")
    return " ".join(parts)


def number(value: int) -> str:
    """Return a whole number with its thousands marked."""
    return f"{value:,}"


def counted(value: int, noun: str, plural: str = "") -> str:
    """Return “1 employee” or “42 employees”."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def plain(value: Any) -> str:
    """Return a value of a document as a person would write it."""
    if value is None:
        return "—"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict | list):
        return visible(json.dumps(value, ensure_ascii=False))
    return visible(str(value))


def visible(text: str) -> str:
    """Return `text` with a word for nothing, and the code of what cannot be seen."""
    if not text.strip():
        return "(blank)" if text else "(empty)"
    return INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def header_name(name: str) -> str:
    """Return the name of a header as it is usually written, however it was kept."""
    return HEADER_NAMES.get(name.lower()) or name.title()


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of a name."""
    words = name.split() or ["?"]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


def json_runs(
    text: str, changes: Changes | None = None
) -> Iterator[tuple[bool, list[tuple[str, str]]]]:
    """Yield (is changed, tokens) of a JSON text laid out in lines; a token is (kind, piece).

    Other text stays as it came.
    """
    pieces = marked(text, changes)
    if pieces is None:
        yield False, [("", text)]
        return
    for is_changed, piece in pieces:
        yield is_changed, list(_tokens(piece))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Yield (kind, piece) of JSON that is laid out."""
    end = 0
    for found in JSON_TOKEN.finditer(text):
        yield "", text[end : found.start()]
        yield found.lastgroup or "", found.group()
        end = found.end()
    yield "", text[end:]


def short_path(path: str) -> str:
    """Return an attribute's path without the URN of the enterprise extension."""
    return path.removeprefix(f"{ENTERPRISE}:")


def readable_path(path: str) -> str:
    """Return the path of a request decoded, without what all of them begin with."""
    address, mark, query = path.removeprefix("/scim/v2").partition("?")
    return unquote(address) + mark + unquote_plus(query) or "/"
