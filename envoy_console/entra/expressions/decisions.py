"""Functions that decide: which value, or whether there is one."""

from __future__ import annotations

from typing import Any

from envoy_console.entra.expressions.functions import Functions, Later
from envoy_console.entra.expressions.values import IGNORE, is_empty, text_of, truth

functions = Functions()


@functions.add(
    "Coalesce(source…)",
    "The first source that is not null; the last may be a default.",
    "Coalesce([mail], [userPrincipalName])",
    lazy=True,
)
def coalesce(*sources: Later) -> Any:
    values = (source() for source in sources)
    return next((value for value in values if value is not None), None)


@functions.add(
    "IgnoreFlowIfNullOrEmpty(expression)",
    "The value; where there is none, the target attribute is left alone.",
    "IgnoreFlowIfNullOrEmpty([department])",
)
def ignore_flow(value: Any) -> Any:
    return IGNORE if is_empty(value) else value


@functions.add(
    "IIF(condition, valueIfTrue, valueIfFalse)",
    "One of two values. A condition compares with =, <>, >, >=, < or <=, and does not "
    "hold when a source attribute in it is empty. There is no AND and no OR.",
    'IIF([country] = "US", [state], [city])',
    lazy=True,
)
def iif(condition: Later, if_true: Later, if_false: Later) -> Any:
    holds = condition.has_sources and truth(condition())
    return if_true() if holds else if_false()


@functions.add(
    "IsNull(expression)",
    "True where there is no value.",
    "IsNull([mail])",
)
def is_null(value: Any) -> bool:
    return value is None


@functions.add(
    "IsNullOrEmpty(expression)",
    "True where there is no value, or an empty one.",
    "IsNullOrEmpty([mail])",
)
def is_null_or_empty(value: Any) -> bool:
    return is_empty(value)


@functions.add(
    "IsPresent(expression)",
    "True where there is a value that is not empty.",
    "IsPresent([jobTitle])",
)
def is_present(value: Any) -> bool:
    return not is_empty(value)


@functions.add(
    "Not(source)",
    "False for True, and True for everything else.",
    "Not([IsSoftDeleted])",
)
def negate(source: Any) -> bool:
    return text_of(source).lower() != "true"


@functions.add(
    "Switch(source, defaultValue?, key…, value…)",
    "The value behind the key that the source equals, case included; else the default. "
    'The key "" stands for an empty source.',
    'Switch([IsSoftDeleted], , "False", "True", "True", "False")',
    lazy=True,
)
def switch(source: Later, default: Later | None, *pairs: Later) -> Any:
    wanted = text_of(source())
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        if text_of(key()) == wanted:
            return value()
    return default() if default else None
