"""What an operator can ask for."""

from __future__ import annotations

from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from envoy_console.classroom.founding import LONGEST_TITLE, MOST
from envoy_console.scenarios.catalogue import SCENARIOS
from envoy_console.web.forms import Form, choices


class ClassForm(Form):
    """A class: how it is called, and who is in it."""

    title = StringField(
        "Name of the class",
        [DataRequired("Give the class a name."), Length(max=LONGEST_TITLE)],
        default="Class A",
    )
    count = IntegerField(
        "Number of companies",
        [Optional(), NumberRange(1, MOST, f"Choose 1 to {MOST}.")],
        render_kw={"min": 1, "max": MOST},
    )
    names = TextAreaField("Names of the students", [Length(max=10_000)])


class ScenarioForm(Form):
    """Where a company of the class is to begin."""

    scenario = SelectField(
        "Begin at",
        choices=choices({key: each.title for key, each in SCENARIOS.items()}),
        default="fresh",
    )
