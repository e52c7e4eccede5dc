"""The blueprint that the view modules hang their pages on."""

from flask import Blueprint

bp = Blueprint("console", __name__)
