"""What people see when something fails: a page that says what happened and what to
do next. Under `/scim/` the same failures take SCIM's shape.
"""

from __future__ import annotations

from typing import Any

from blinker import Signal
from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import AnonymousUserMixin, current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from envoy_console import here
from envoy_console.directory import bearers
from envoy_console.models.transactions import (
    UNAVAILABLE,
    UnknownOutcomeError,
    read,
)
from envoy_console.scim.errors import NotFoundError, ScimError
from envoy_console.scim_api import failures
from envoy_console.scim_api.exchanges import is_scim, presented_token
from envoy_console.web import access, identity

unavailable = Signal("The app that answers 503, because its database does not serve.")

# what may be over when the same page is asked for again
PASSING = frozenset({429, 500, 503})

WORDS: dict[int, tuple[str, str]] = {
    400: (
        "That request could not be read",
        "Nothing was changed. Go back, reload the page and try again.",
    ),
    403: (
        "You may not do that",
        "Nothing was changed. Ask a global admin of your company to do it, or to give you the role.",
    ),
    404: (
        "There is nothing here",
        "It may have been deleted, or belong to another company. Go back, or start over "
        "from Home.",
    ),
    405: (
        "That is not possible here",
        "This address answers only to a button of a page. Nothing was changed. Open the "
        "page and use its buttons.",
    ),
    413: (
        "That is too large",
        "Nothing was changed. Go back and send less than 1 MiB at a time, a file in parts.",
    ),
    415: (
        "That kind of data is not read here",
        "Nothing was changed. Go back and send the form of the page itself.",
    ),
    429: (
        "Too many attempts",
        "Nothing was changed. Wait a minute, then try again.",
    ),
    500: (
        "Something went wrong on our side",
        "Nothing was changed. Try again; if it happens once more, the server's log has "
        "the details.",
    ),
    503: (
        "The database is busy",
        "Nothing was changed. Wait a few seconds, then try again.",
    ),
}

UNKNOWN_OUTCOME = (
    "The database went away",
    "It may or may not have stored your change. Wait a few seconds, open the page again "
    "and look, before you repeat it.",
)


def init_app(app: Flask) -> None:
    """Answer every failure, each in the shape of its door."""
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(Exception, _unexpected)
    for kind in UNAVAILABLE:
        app.register_error_handler(kind, _unavailable)


def _http(error: HTTPException) -> ResponseReturnValue:
    if is_scim(request.path):
        return failures.answer_http(error)
    if isinstance(error, SecurityError):
        return _unknown_host()
    response = error.get_response()
    if error.code is None or error.code < 400:
        return Response(response.get_data(), error.code, response.headers)
    page = _page(error.code)
    if allow := response.headers.get("Allow"):
        page.headers["Allow"] = allow
    return page


def _unknown_host() -> Response:
    """Answer without a page, whose links would carry the name that is not ours."""
    text = f"{failures.UNKNOWN_HOST}\n"
    return Response(text, 400, content_type="text/plain; charset=utf-8")


def _csrf(_error: CSRFError) -> ResponseReturnValue:
    return _page(
        400,
        "This form has expired",
        "Go back, reload the page and send it again. Nothing was changed.",
    )


def _unavailable(error: Exception) -> ResponseReturnValue:
    unavailable.send(here.app())
    if is_scim(request.path):
        return failures.answer_unavailable(error)
    failures.log_unavailable(error)
    words = UNKNOWN_OUTCOME if isinstance(error, UnknownOutcomeError) else ()
    page = _page(503, *words)
    page.headers["Retry-After"] = "2"
    return page


def _unexpected(error: Exception) -> ResponseReturnValue:
    if isinstance(error, NotFoundError):
        return _page(404)
    if (refused := _refused_by_now()) is not None:
        current_app.logger.info("what was asked for went away meanwhile: %r", error)
        return refused
    if is_scim(request.path):
        return failures.answer_unexpected(error)
    current_app.logger.error("unexpected failure", exc_info=error)
    return _page(500)


def _refused_by_now() -> ResponseReturnValue | None:
    """Return what is told to whoever was let in, and would not be any more.

    While a company is being asked, somebody may delete or reset it. What the answer
    needed is gone then, and that is no failure.
    """
    try:
        if is_scim(request.path):
            return _token_refused_by_now()
        if _visitor().is_authenticated and not identity.is_still_signed_in():
            return access.ask_to_sign_in()
    except UNAVAILABLE:
        pass  # nobody knows
    return None


def _token_refused_by_now() -> Response | None:
    exchange = g.get("exchange")
    if exchange is None or exchange.bearer is None:
        return None
    try:
        with read() as tx:
            bearers.judge(bearers.find(tx, presented_token()))
    except ScimError as error:
        return failures.answer(error)
    return None


def _page(status: int, title: str = "", advice: str = "") -> Response:
    fallback = WORDS[500] if status >= 500 else WORDS[400]
    words = WORDS.get(status, fallback)
    html = render_template(
        "errors/error.html",
        status=status,
        title=title or words[0],
        advice=advice or words[1],
        may_pass=status in PASSING and request.method == "GET",
        current_user=_visitor(),
    )
    return Response(html, status, content_type="text/html; charset=utf-8")


def _visitor() -> Any:
    """Return who is looking, as far as the database can be asked."""
    try:
        return current_user if current_user.is_authenticated else AnonymousUserMixin()
    except UNAVAILABLE:
        return AnonymousUserMixin()
