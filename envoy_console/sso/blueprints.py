"""The blueprints that the view modules hang their addresses on."""

from flask import Blueprint

# what identity providers and their metadata name; open to everybody
saml = Blueprint("saml", __name__, url_prefix="/a/saml")
# pages of the console, and the way in
pages = Blueprint("sso", __name__)
# the page of somebody who is an employee and no administrator
profile = Blueprint("profile", __name__, url_prefix="/profile")
