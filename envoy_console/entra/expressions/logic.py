"""Functions that decide."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import IGNORE, Functions
from envoy_console.entra.expressions.values import integer, is_empty, text_of, truth

functions = Functions()

Later = Callable[[], Any]


@functions.add(
    "BitAnd(value1, value2)",
    "Keeps the bits that both numbers have.",
    "BitAnd(12, 10)",
    takes=(2, 2),
)
def bit_and(first: Any, second: Any) -> int:
    return integer(first, "value1") & integer(second, "value2")


@functions.add(
    "CBool(expression)",
    "Turns a value into True or False.",
    "CBool([accountEnabled])",
    takes=(1, 1),
)
def cbool(value: Any) -> bool:
    return truth(value)


@functions.add(
    "Coalesce(source1, source2, …, defaultValue)",
    "Takes the first value that is not empty.",
    'Coalesce([mail], [userPrincipalName], "")',
    takes=(1, None),
    lazy=True,
)
def coalesce(*sources: Later) -> Any:
    for source in sources:
        if not is_empty(value := source()):
            return value
    return ""


@functions.add(
    "IgnoreFlowIfNullOrEmpty(expression)",
    "Leaves the target attribute alone when there is no value.",
    "IgnoreFlowIfNullOrEmpty([department])",
    takes=(1, 1),
)
def ignore_flow(value: Any) -> Any:
    return IGNORE if is_empty(value) else value


@functions.add(
    "IIF(condition, valueIfTrue, valueIfFalse)",
    "Takes one of two values. A comparison with an empty source does not hold.",
    'IIF([country] = "US", [state], [city])',
    takes=(3, 3),
    lazy=True,
)
def iif(condition: Later, if_true: Later, if_false: Later) -> Any:
    value = condition()
    holds = False if is_empty(value) else truth(value)
    return if_true() if holds else if_false()


@functions.add(
    "IsNull(expression)",
    "Tells whether there is no value.",
    "IsNull([mail])",
    takes=(1, 1),
)
def is_null(value: Any) -> bool:
    return value is None


@functions.add(
    "IsNullOrEmpty(expression)",
    "Tells whether there is no value, or an empty one.",
    "IsNullOrEmpty([mail])",
    takes=(1, 1),
)
def is_null_or_empty(value: Any) -> bool:
    return is_empty(value)


@functions.add(
    "IsPresent(expression)",
    "Tells whether there is a value that is not empty.",
    "IsPresent([manager])",
    takes=(1, 1),
)
def is_present(value: Any) -> bool:
    return not is_empty(value)


@functions.add(
    "IsString(expression)",
    "Tells whether a value is text.",
    "IsString([employeeId])",
    takes=(1, 1),
)
def is_string(value: Any) -> bool:
    return isinstance(value, str)


@functions.add(
    "Not(source)",
    "Turns True into False and False into True.",
    "Not([IsSoftDeleted])",
    takes=(1, 1),
)
def negate(source: Any) -> str:
    return str(not truth(source))


@functions.add(
    "Switch(source, defaultValue, key1, value1, key2, value2, …)",
    "Takes the value whose key the source equals, with regard to case.",
    'Switch([department], "Other", "Sales", "Commerce")',
    takes=(4, None),
    lazy=True,
)
def switch(source: Later, default: Later, *pairs: Later) -> Any:
    if len(pairs) % 2:
        raise EvaluationError("Switch needs a value for each of its keys.")
    wanted = text_of(source())
    for key, value in zip(pairs[::2], pairs[1::2], strict=True):
        if text_of(key()) == wanted:
            return value()
    return default()
