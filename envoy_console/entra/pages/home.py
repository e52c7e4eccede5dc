"""Home of the admin center: which tenant this is, and where to go on."""

from flask import render_template
from flask.typing import ResponseReturnValue

from envoy_console.entra.pages.blueprint import bp


@bp.get("/")
def home() -> ResponseReturnValue:
    """Show the tenant."""
    return render_template("entra/home.html")
