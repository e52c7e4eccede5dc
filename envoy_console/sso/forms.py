"""The forms of single sign-on."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length

from envoy_console.web.forms import Form


class SamlForm(Form):
    """What the company knows of its identity provider, and what it allows."""

    fingerprints = StringField(
        "Fingerprint",
        [DataRequired("Enter the fingerprint of the certificate."), Length(max=300)],
    )
    idp_url = StringField(
        "IDENTITY PROVIDER HTTP SAML URL",
        [DataRequired("Enter the address of the identity provider."), Length(max=2048)],
    )
    issuer = StringField("Identity provider identifier (optional)", [Length(max=2048)])
    required = BooleanField("Required")
    idp_initiated = BooleanField("Take sign-ins that start at the identity provider")
    creates = BooleanField("Just-in-time creation")
    allows_sha1 = BooleanField("Allow SHA-1 signatures")


class MetadataForm(Form):
    """The metadata of the identity provider, in either way."""

    xml = TextAreaField("Paste the metadata XML")
    file = FileField("Or choose its file")


class FindForm(Form):
    """Which company somebody signs in to."""

    class Meta(Form.Meta):
        """It changes nothing, and its address may be kept."""

        csrf = False

    who = StringField(
        "Company ID or email",
        [
            DataRequired("Enter your company ID or your email address."),
            Length(max=254),
        ],
    )
    next = HiddenField()
