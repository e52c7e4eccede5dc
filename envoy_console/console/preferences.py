"""How somebody likes the pages: theme, keyboard, size, times, and whether the tutorial guides.
Cookies, read by the server, so that nothing flashes while a page loads.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, Response, request

from envoy_console import config
from envoy_console.console.blueprint import bp
from envoy_console.web.answers import see_other
from envoy_console.web.links import own_path

CHOICES = {
    "theme": ("light", "dark", "system"),
    "shortcuts": ("on", "off"),
    "guide": ("on", "off"),
    "presenter": ("off", "on"),
    "times": ("ago", "exact"),
}
YEAR = 365 * 24 * 60 * 60


def init_app(app: Flask) -> None:
    """Let every template know the preferences, and the component that shows times."""
    app.context_processor(_preferences)
    app.jinja_env.globals["shows_exact_times"] = shows_exact_times


@bp.post("/preferences")
def set_preferences() -> Response:
    """Keep what was chosen in cookies and return to the page."""
    response = see_other(own_path(request.form.get("next")))
    for name, choices in CHOICES.items():
        if (value := request.form.get(name)) in choices:
            response.set_cookie(
                name, value, YEAR, secure=config.current().is_https, samesite="Lax"
            )
    return response


def shows_exact_times() -> bool:
    """Tell whether times are shown to the second, rather than how long ago they were."""
    return request.cookies.get("times") == "exact"


def _preferences() -> dict[str, Any]:
    theme = request.cookies.get("theme", "")
    return {
        "theme": theme if theme in ("light", "dark") else "",
        "has_shortcuts": request.cookies.get("shortcuts") != "off",
        "is_presenting": request.cookies.get("presenter") == "on",
    }
