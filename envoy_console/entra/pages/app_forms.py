"""Forms of enterprise applications: adding and naming one, and who is assigned to it."""

from __future__ import annotations

from wtforms import SelectField, SelectMultipleField, StringField
from wtforms.validators import DataRequired, Length

from envoy_console.entra import app_roles, applications
from envoy_console.web.forms import Form, row_number


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
    role = SelectField("Select a role", validate_choice=False)


class SelectedForm(Form):
    """The assignments that are to be taken back, or to have another role."""

    assignments = SelectMultipleField(
        "Assignments", coerce=row_number, validate_choice=False
    )
    role = SelectField("Role", validate_choice=False)


class RoleForm(Form):
    """What an app role is called."""

    name = StringField(
        "Display name",
        [
            DataRequired("Enter a name for the role."),
            Length(max=app_roles.LONGEST),
        ],
    )
