"""Forms of single sign-on."""

from __future__ import annotations

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import Length

from envoy_console.entra.saml import settings
from envoy_console.web.forms import Form, choices
from envoy_console.web_addresses import LONGEST


class BasicForm(Form):
    """“Basic SAML Configuration”."""

    identifier = StringField("Identifier (Entity ID)", [Length(max=LONGEST)])
    reply_url = StringField(
        "Reply URL (Assertion Consumer Service URL)", [Length(max=LONGEST)]
    )
    sign_on_url = StringField("Sign on URL (Optional)", [Length(max=LONGEST)])


class ClaimsForm(Form):
    """“Attributes & Claims”: what the user is called."""

    name_id = SelectField(
        "Unique User Identifier (Name ID)", choices=choices(settings.NAME_IDS)
    )


class ChoiceForm(Form):
    """Which user to be, and the request that is answered."""

    user_id = HiddenField()
    SAMLRequest = HiddenField()
    RelayState = HiddenField()
