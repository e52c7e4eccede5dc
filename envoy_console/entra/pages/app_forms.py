"""Forms of enterprise applications: adding and naming one, and who is assigned to it."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from envoy_console.entra import applications, assignments
from envoy_console.web.forms import Form, choices


class NameForm(Form):
    """What an application is called."""

    name = StringField(
        "Name",
        [
            DataRequired("Enter a name for the application."),
            Length(max=applications.LONGEST_NAME),
        ],
    )


class AssignmentForm(Form):
    """“Add Assignment”: users, groups and their role."""

    users = SelectMultipleField("Users", validate_choice=False)
    groups = SelectMultipleField("Groups", validate_choice=False)
    role = SelectField(
        "Select a role", choices=choices({role: role for role in assignments.ROLES})
    )


class RemovalForm(Form):
    """The assignments to take back."""

    assignments = SelectMultipleField("Assignments", coerce=int, validate_choice=False)
