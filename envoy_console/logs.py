"""What is logged: one record, one line, without secrets, as text or as JSON.

The web processes, gunicorn's own log and the worker all write through the formatters
here. Names that clients chose may hold line breaks or escape sequences; no such
character reaches a terminal or begins a line of its own.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, TextIO, cast

from flask import Flask, has_request_context
from flask.logging import wsgi_errors_stream

from envoy_console import request_ids
from envoy_console.config import Config
from envoy_console.redaction import Redaction

log = logging.getLogger(__name__)

TEXT = "[%(asctime)s] [%(process)d] [%(levelname)s] %(message)s"

# control characters (C0, DEL, C1), line and paragraph separators, what turns the
# direction of writing around, and halves of characters
UNSAFE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)


def init_app(app: Flask) -> None:
    """Log to standard error, unless whoever loaded us has set up logging already.

    What nobody catches is logged as well, for a traceback may quote a secret.
    """
    if logging.root.handlers:
        return
    handler = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
    handler.setFormatter(formatter(app.extensions["envoy_console.config"]))
    logging.basicConfig(handlers=[handler], level=logging.WARNING)
    sys.excepthook = _log_uncaught
    threading.excepthook = _log_uncaught_in_thread


def _log_uncaught(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        log.critical("Nobody caught this.", exc_info=(kind, error, trace))


def _log_uncaught_in_thread(found: threading.ExceptHookArgs) -> None:
    # a thread that ends itself is no failure
    if found.exc_value is not None and not isinstance(found.exc_value, SystemExit):
        _log_uncaught(found.exc_type, found.exc_value, found.exc_traceback)


def formatter(
    settings: Config, text: str | None = TEXT, dates: str | None = None
) -> logging.Formatter:
    """Return what makes lines of records; `text` and `dates` are how they read when
    they are not JSON, as the standard library writes it.
    """
    redaction = Redaction(settings)
    if settings.logs_as_json:
        return JsonLines(redaction)
    return PlainLines(redaction, text, dates)


def take_over(logger: logging.Logger, settings: Config) -> None:
    """Have the handlers of a logger that others set up write such lines, too."""
    for handler in logger.handlers:
        before = handler.formatter or logging.Formatter()
        handler.setFormatter(formatter(settings, before._fmt, before.datefmt))


class PlainLines(logging.Formatter):
    """Lines for people; only a traceback takes more than one."""

    def __init__(
        self, redaction: Redaction, text: str | None = TEXT, dates: str | None = None
    ) -> None:
        super().__init__(text, dates)
        self._redacted = redaction

    def format(self, record: logging.LogRecord) -> str:
        return self._redacted(super().format(record))

    def formatMessage(self, record: logging.LogRecord) -> str:
        return _visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        lines = super().formatException(ei).split("\n")
        return "\n".join(_visible(line) for line in lines)


class JsonLines(logging.Formatter):
    """One JSON object a line, in ASCII: time, level, logger, message, and what is known
    of the request and the error. A record may bring `fields` of its own.
    """

    def __init__(self, redaction: Redaction) -> None:
        super().__init__()
        self._redacted = redaction

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(
                timespec="milliseconds"
            ),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
            "message": record.getMessage(),
        }
        if has_request_context():
            line["request_id"] = request_ids.current()
        line |= getattr(record, "fields", {})
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        # the one control character that JSON leaves alone
        return _encode(self._without_secrets(line)).replace("\x7f", "\\u007f")

    def _without_secrets(self, line: dict[str, Any]) -> dict[str, Any]:
        texts = {name: text for name, text in line.items() if isinstance(text, str)}
        if not self._redacted.concerns("\n".join(texts.values())):
            return line
        return line | {name: self._redacted(text) for name, text in texts.items()}


_encode = json.JSONEncoder(default=str).encode


def _visible(text: str) -> str:
    return UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
