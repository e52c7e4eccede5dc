"""Forms of a mapping: the mapping, one attribute, one scoping filter, an expression."""

from __future__ import annotations

from typing import Any

import wtforms
from wtforms import (
    BooleanField,
    FieldList,
    FormField,
    IntegerField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, Length, NumberRange, Optional

from envoy_console.entra.mappings import Apply, AttributeMapping, MappingType
from envoy_console.entra.scoping import Clause, Operator, ScopingFilter
from envoy_console.web.forms import Form, Words, choices

YES_NO = {"yes": "Yes", "no": "No"}
TYPES = {
    MappingType.DIRECT.value: "Direct",
    MappingType.CONSTANT.value: "Constant",
    MappingType.EXPRESSION.value: "Expression",
    MappingType.NONE.value: "None",
}
APPLIES = {
    Apply.ALWAYS.value: "Always",
    Apply.CREATION.value: "Only during object creation",
}
LONGEST_EXPRESSION = 10_000
MOST_CLAUSES = 20


def text(value: str | None) -> str:
    """Return what was typed, without the blanks around it."""
    return (value or "").strip()


class MappingForm(Form):
    """What a mapping does at all."""

    enabled = SelectField("Enabled", choices=choices(YES_NO))
    create = BooleanField("Create")
    update = BooleanField("Update")
    delete = BooleanField("Delete")


class AttributeForm(Form):
    """“Edit Attribute”."""

    type = SelectField("Mapping type", choices=choices(TYPES))
    source_attribute = SelectField("Source attribute", validate_choice=False)
    constant = StringField("Constant Value", [Length(max=1000)])
    expression = TextAreaField("Expression", [Length(max=LONGEST_EXPRESSION)])
    default = StringField(
        "Default value if null (optional)", [Length(max=1000)], filters=[text]
    )
    target = StringField(
        "Target attribute",
        [DataRequired("Choose the attribute of the target."), Length(max=300)],
        filters=[text],
    )
    # a field called `matches` would hide the form element's own method from scripts
    is_matching = SelectField(
        "Match objects using this attribute", choices=choices(YES_NO)
    )
    precedence = IntegerField(
        "Matching precedence",
        [
            Optional(),
            NumberRange(min=1, max=100, message="Enter a whole number from 1 to 100."),
        ],
    )
    apply = SelectField("Apply this mapping", choices=choices(APPLIES))

    def validate(self, extra_validators: Any = None) -> bool:
        """Check what no field can tell alone."""
        is_valid = bool(super().validate(extra_validators))
        field, problem = self._source_problem()
        if problem:
            field.errors = [problem]
        return is_valid and not problem

    def mapping(self, note: str = "") -> AttributeMapping:
        """Return the attribute as the form describes it."""
        is_matching = self.is_matching.data == "yes"
        return AttributeMapping(
            target=self.target.data,
            type=MappingType(self.type.data),
            source=self._source(),
            default=self.default.data or None,
            matching_precedence=(self.precedence.data or 1) if is_matching else None,
            apply=Apply(self.apply.data),
            note=note,
        )

    def _source(self) -> str:
        return {
            MappingType.DIRECT: self.source_attribute.data or "",
            MappingType.CONSTANT: self.constant.data or "",
            MappingType.EXPRESSION: text(self.expression.data),
            MappingType.NONE: "",
        }[MappingType(self.type.data)]

    def _source_problem(self) -> tuple[Any, str]:
        if self.type.data == MappingType.DIRECT and not self.source_attribute.data:
            return self.source_attribute, "Choose the attribute that the value is of."
        if self.type.data == MappingType.CONSTANT and not self.constant.data:
            return self.constant, "Enter the value."
        if self.type.data == MappingType.EXPRESSION and not text(self.expression.data):
            return self.expression, "Enter the expression."
        return None, ""


class ClauseForm(wtforms.Form):  # type: ignore[misc]
    """One row of a scoping filter."""

    class Meta:
        """A row complains in the words of every form."""

        def get_translations(self, _form: wtforms.Form) -> Words:
            return Words()

    attribute = SelectField("Attribute Name", validate_choice=False)
    operator = SelectField(
        "Operator", choices=choices({name.value: name.value for name in Operator})
    )
    value = StringField("Attribute Value", [Length(max=1000)])

    def clause(self) -> Clause:
        """Return the row as a clause."""
        return Clause(self.attribute.data, self.operator.data, self.value.data or "")


class FilterForm(Form):
    """A scoping filter: rows that must all hold, and its title."""

    clauses = FieldList(FormField(ClauseForm), min_entries=1, max_entries=MOST_CLAUSES)
    title = StringField("Scoping Filter Title", [Length(max=100)], filters=[text])

    def offer(self, names: list[str]) -> None:
        """Offer the attributes called `names` in every row."""
        for row in self.clauses:
            row.attribute.choices = [(name, name) for name in names]

    def scoping_filter(self) -> ScopingFilter:
        """Return the filter as the form describes it."""
        return ScopingFilter(
            self.title.data, tuple(row.form.clause() for row in self.clauses)
        )


class ExpressionForm(Form):
    """An expression and the user to try it on."""

    expression = TextAreaField(
        "Expression",
        [DataRequired("Enter an expression."), Length(max=LONGEST_EXPRESSION)],
    )
    user = StringField("User", [DataRequired("Choose a user.")], filters=[text])
