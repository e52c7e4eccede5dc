"""The console's forms: what may be sent, and the words for what may not."""

from __future__ import annotations

from wtforms import (
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.validators import (
    DataRequired,
    EqualTo,
    InputRequired,
    Length,
    Optional,
    Regexp,
)

from envoy_console.directory import faults
from envoy_console.directory.faults import Kind
from envoy_console.directory.integrations import ALL_USERS, SYNC_MODES
from envoy_console.directory.roles import ROLES
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


class FaultForm(Form):
    """What the SCIM endpoint answers instead of its own answer, and until when."""

    OFFERS = (
        (Kind.UNAUTHORIZED, "401", "As if the token were wrong."),
        (Kind.UNIQUENESS, "409", "Uniqueness, to requests that create."),
        (Kind.THROTTLED, "429", "Too many requests, with Retry-After."),
        (Kind.BROKEN, "500", "As if the server were broken."),
        (Kind.WEB_PAGE, "Web page", "200 with HTML, like a sign-in page."),
        (Kind.SLOW, "Slow", "The true answer, but late."),
    )
    SLOW_AT_MOST = faults.SLOW_AT_MOST
    MINUTES = (1, 5, 10, 30, faults.MINUTES_AT_MOST)

    kind = RadioField(
        "What the endpoint answers",
        choices=choices({value: words for value, words, _ in OFFERS}),
        default=Kind.UNAUTHORIZED,
    )
    requests = SelectField(
        "Which requests",
        choices=choices({"all": "All", "writes": "Only those that write"}),
    )
    minutes = SelectField(
        "Ends after",
        choices=choices({str(m): f"{m} min" for m in MINUTES}),
        default="10",
    )
    count = IntegerField(
        "Requests at most",
        [Optional()],
        render_kw={"min": 1, "max": faults.REQUESTS_AT_MOST},
    )
    seconds = IntegerField(
        "Seconds",
        [InputRequired("Enter the seconds.")],
        default=5,
        render_kw={"min": 1, "max": faults.RETRY_AFTER_AT_MOST},
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
            Regexp(
                LOOKS_LIKE_EMAIL, message="Enter an address such as ann@example.org."
            ),
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
        [EqualTo("new", "The two new passwords are not the same. Type both again.")],
    )
