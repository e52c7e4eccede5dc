"""The form of the Provisioning page, before its first Save and after it."""

from __future__ import annotations

from typing import Any

from wtforms import (
    BooleanField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Length, NumberRange, Optional, Regexp

from envoy_console.entra.clock import SPEEDS
from envoy_console.entra.provisioning_settings import SCOPES
from envoy_console.web.forms import LOOKS_LIKE_EMAIL, Form, choices

MODES = {"manual": "Manual", "automatic": "Automatic"}
STATUS = {"off": "Off", "on": "On"}
SPEED = {str(speed): f"{speed}×" for speed in SPEEDS}  # noqa: RUF001
PACE = {
    "2": "2 objects a second",
    "8": "8 objects a second",
    "25": "25 objects a second",
    "0": "As fast as possible",
}
DEPROVISION = {
    "soft": "Disable: active is set to false",
    "hard": "Delete: as for an app that knows no active",
    "skip": "Leave alone who is unassigned or out of scope: SkipOutOfScopeDeletions, which "
    "Microsoft Graph can set",
}
MOST_DELETIONS = 1_000_000


class ConnectionForm(Form):
    """Provisioning Mode, Admin Credentials and who is told of failures."""

    mode = SelectField("Provisioning Mode", choices=choices(MODES))
    tenant_url = StringField("Tenant URL")
    secret_token = PasswordField(
        "Secret Token",
        [
            Length(max=4096),
            Regexp(
                r"^[!-~]*$",
                message="The token holds a space or a letter that no token has. "
                "Copy it once more.",
            ),
        ],
        filters=[lambda text: (text or "").strip()],
    )
    notification_email = StringField(
        "Notification Email",
        [
            Optional(strip_whitespace=True),
            Length(max=254),
            Regexp(
                LOOKS_LIKE_EMAIL, message="Enter an address such as ann@example.org."
            ),
        ],
        filters=[lambda text: (text or "").strip()],
    )
    notifies = BooleanField("Send an email notification when a failure occurs")

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what no field can tell alone."""
        is_valid = bool(super().validate(extra_validators))
        if self.mode.data != "automatic":
            self.mode.errors = ["Set the Provisioning Mode to Automatic."]
            return False
        if self.notifies.data and not self.notification_email.data:
            self.notification_email.errors = [
                "Enter the address of who should receive the notifications."
            ]
            return False
        return is_valid

    def settings(self) -> dict[str, Any]:
        """Return what `provisioning_settings.save` keeps."""
        return {
            "notification_email": self.notification_email.data,
            "notifies": self.notifies.data,
        }


class ProvisioningForm(ConnectionForm):
    """The whole form, with Mappings and Settings."""

    restores = BooleanField("Restore default mappings")
    prevents_deletion = BooleanField("Prevent accidental deletion")
    deletion_threshold = IntegerField(
        "Accidental deletion threshold",
        [
            NumberRange(
                min=1,
                max=MOST_DELETIONS,
                message="Enter a whole number from 1 to 1,000,000.",
            )
        ],
    )
    scope = SelectField("Scope", choices=choices(SCOPES))
    provisioning_status = RadioField("Provisioning Status", choices=choices(STATUS))
    deprovision = RadioField("Deprovisioning", choices=choices(DEPROVISION))
    clock_speed = SelectField("Clock speed", choices=choices(SPEED))
    pace = SelectField("Pace of a cycle", choices=choices(PACE))

    def settings(self) -> dict[str, Any]:
        """Return what `provisioning_settings.save` keeps."""
        return {
            **super().settings(),
            "prevents_deletion": self.prevents_deletion.data,
            "deletion_threshold": self.deletion_threshold.data,
            "scope": self.scope.data,
            "deprovision": self.deprovision.data,
        }
