"""The blueprint that the view modules hang their pages on."""

from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from envoy_console.scim.errors import NotFoundError

bp = Blueprint("console", __name__)


@bp.errorhandler(NotFoundError)
def show_not_found(_error: NotFoundError) -> ResponseReturnValue:
    """Answer with a page: SCIM's shape is for the SCIM endpoint."""
    return current_app.handle_http_exception(NotFound())
