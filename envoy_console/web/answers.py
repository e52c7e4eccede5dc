"""How a view answers: with a page or a part of it, or by going on after a change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, redirect, render_template, request
from sqlalchemy.engine import Connection

from envoy_console.directory.errors import RuleError
from envoy_console.models.transactions import write


def page_or_part(page: str, part: str, **values: Any) -> Response:
    """Render `page`, or only `part` of it when a script of the page itself asks.

    Both live at one URL, so that the address bar never points at a fragment.
    """
    wants_part = "HX-Request" in request.headers
    # a browser going back wants the whole page, whoever fetches it
    if "HX-History-Restore-Request" in request.headers:
        wants_part = False
    response = make_response(render_template(part if wants_part else page, **values))
    response.vary.add("HX-Request")
    return response


def see_other(url: str) -> Response:
    """Go on to `url` after a change, so that reloading does not repeat it."""
    return make_response(redirect(url, 303))


def attempt(
    work: Callable[[Connection], Any],
    *,
    done: str,
    rule: type[Exception] = RuleError,
) -> bool:
    """Do `work` in one transaction and say `done`, or say which `rule` forbids it."""
    try:
        write(work)
    except rule as error:
        flash(str(error), "bad")
        return False
    flash(done, "ok")
    return True
