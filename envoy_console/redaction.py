"""Takes secrets out of text that is about to be logged, wherever it came from.

Nobody logs a secret on purpose. But an exception of a library may quote what it was
given, so the handlers of all logs look at the finished text, tracebacks included.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from envoy_console.config import Config

HIDDEN = "[redacted]"
# shorter ones may be part of any word
SHORTEST = 8

# texts without any of these need no closer look, and most lines have none
HINTS = (
    *("esim_", "esec_", "://", "bearer", "basic", "authorization", "cookie"),
    *("saml", "password", "token", "secret", "_key"),
)

# tokens, and secrets of OAuth clients
TOKEN = re.compile(r"(esim_|esec_)[\w-]+")
CREDENTIALS = re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE)
HEADER = re.compile(
    r"""\b((?:proxy-)?authorization|(?:set-)?cookie)(["']?\s*[:=]\s*["']?|["']\s*,\s*b?["'])"""
    r"""[^\r\n"']+""",
    re.IGNORECASE,
)
FIELD = re.compile(
    r"""\b(saml(?:response|request)|[\w-]{0,40}password[\w-]{0,40}|x-csrf-?token|"""
    r"""(?:csrf|access|refresh|secret|id|metrics)_token|client_(?:secret|assertion)|"""
    r"""(?:secret|token)_key)"""
    r"""(["']?\s*[:=]\s*b?|["']\s*,\s*b?)"""
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s&"',;)}\]]+)""",
    re.IGNORECASE,
)
USER_INFO = re.compile(r"://[^/\s:@]*:[^/\s@]+@")


class Redaction:
    """Hides what reads like a secret, and those of this server however they read."""

    def __init__(self, settings: Config | None = None) -> None:
        known = _of_server(settings) if settings else ()
        # the longest first, so that none leaves its end behind
        self._known = sorted({s for s in known if len(s) >= SHORTEST}, key=len)[::-1]

    def concerns(self, text: str) -> bool:
        """Tell whether there could be anything to hide, which is quick."""
        folded = text.lower()
        return any(hint in folded for hint in HINTS) or any(
            secret in text for secret in self._known
        )

    def __call__(self, text: str) -> str:
        """Return `text` without secrets."""
        if not self.concerns(text):
            return text
        for secret in self._known:
            text = text.replace(secret, HIDDEN)
        text = USER_INFO.sub(f"://{HIDDEN}@", text)
        text = HEADER.sub(rf"\1\2{HIDDEN}", text)
        # before the fields: of “password: Bearer …” they would take the first word alone
        text = CREDENTIALS.sub(rf"\1 {HIDDEN}", text)
        text = FIELD.sub(rf"\1\2{HIDDEN}", text)
        return TOKEN.sub(rf"\1{HIDDEN}", text)


def _of_server(settings: Config) -> Iterable[str]:
    yield from settings.signing_keys
    yield settings.metrics_token
    for url in (settings.database_url, settings.redis_url, settings.smtp_url):
        if password := urlsplit(url).password:
            yield from (password, unquote(password))
