"""The blueprint that the view modules hang their routes on."""

from flask import Blueprint

PREFIX = "/scim/v2"

bp = Blueprint("scim", __name__, url_prefix=PREFIX)
