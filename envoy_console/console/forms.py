"""The console's forms: what may be sent, and the words for what may not."""

from __future__ import annotations

from wtforms import (
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import DataRequired, EqualTo, Length, Regexp

from envoy_console.directory.accounts import ROLES
from envoy_console.directory.integrations import ALL_USERS, SYNC_MODES
from envoy_console.web.forms import LOOKS_LIKE_EMAIL, Form, choices


class SignInForm(Form):
    """Both fields together, on one plain page."""

    email = StringField(
        "Email", [DataRequired("Enter your email address."), Length(max=254)]
    )
    password = PasswordField(
        "Password", [DataRequired("Enter your password."), Length(max=128)]
    )
    next = HiddenField()


class ConfirmForm(Form):
    """The password once more, before something delicate."""

    password = PasswordField(
        "Password", [DataRequired("Enter your password."), Length(max=128)]
    )
    next = HiddenField()


class SyncForm(Form):
    """“Employee sync”: who is synced."""

    sync_mode = RadioField(
        "Who to sync", choices=choices(SYNC_MODES), default=ALL_USERS
    )


class FeedForm(Form):
    """The groups that feed one location."""

    groups = SelectMultipleField("Groups", validate_choice=False)


class RotateForm(Form):
    """How long the old token goes on working."""

    GRACE = {"0": "Stop it now", "1": "In 1 hour", "24": "In 24 hours"}  # noqa: RUF012

    hours = RadioField("Stop the old token", choices=choices(GRACE), default="1")


class StrictForm(Form):
    """By which book requests are judged."""

    strict = RadioField(
        "How requests are judged",
        choices=choices({"no": "Tolerant", "yes": "Strict"}),
        validators=[DataRequired()],
    )


class LocationForm(Form):
    """The name of a location."""

    name = StringField(
        "Name",
        [DataRequired("Give the location a name."), Length(max=100)],
    )


class AdminForm(Form):
    """Somebody new who may sign in."""

    name = StringField("Name", [DataRequired("Enter a name."), Length(max=100)])
    email = StringField(
        "Email",
        [
            DataRequired("Enter an email address."),
            Length(max=254),
            Regexp(LOOKS_LIKE_EMAIL, message="This is not an email address."),
        ],
    )
    role = SelectField("Role", choices=choices(ROLES), default="viewer")


class RoleForm(Form):
    """Another role for an account."""

    role = SelectField("Role", choices=choices(ROLES))


class PasswordForm(Form):
    """A new password of one's own."""

    old = PasswordField("Current password", [DataRequired("Enter your password.")])
    new = PasswordField("New password", [DataRequired("Choose a new password.")])
    again = PasswordField(
        "New password, again",
        [EqualTo("new", "The two new passwords are not the same.")],
    )
