"""Functions for attributes with several values."""

from __future__ import annotations

from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import integer, is_empty, items, text_of

functions = Functions()


@functions.add(
    "Count(attribute)",
    "Tells how many values an attribute has.",
    "Count([appRoleAssignments])",
    takes=(1, 1),
)
def count(attribute: Any) -> int:
    return len(items(attribute))


@functions.add(
    "Item(attribute, index)",
    "Takes one of several values, counted from 1.",
    "Item([appRoleAssignments], 1)",
    takes=(2, 2),
)
def item(attribute: Any, index: Any) -> Any:
    values, position = items(attribute), integer(index, "The index")
    if not 1 <= position <= len(values):
        raise EvaluationError(
            f"There is no item {position}: the attribute has {len(values)} values."
        )
    return values[position - 1]


@functions.add(
    "Join(separator, source1, source2, …)",
    "Puts texts together, with a separator between those that are not empty.",
    'Join(" ", [givenName], [surname])',
    takes=(2, None),
)
def join(separator: Any, *sources: Any) -> str:
    parts = [text_of(each) for source in sources for each in items(source)]
    return text_of(separator).join(part for part in parts if part)


@functions.add(
    "RemoveDuplicates(attribute)",
    "Keeps the first of equal values.",
    "RemoveDuplicates([appRoleAssignments])",
    takes=(1, 1),
)
def remove_duplicates(attribute: Any) -> list[Any]:
    found: list[Any] = []
    for value in items(attribute):
        if value not in found:
            found.append(value)
    return found


@functions.add(
    "Split(source, delimiter)",
    "Cuts a text into several values.",
    'Split([extensionAttribute5], ",")',
    takes=(2, 2),
)
def split(source: Any, delimiter: Any) -> list[str]:
    mark = text_of(delimiter)
    if is_empty(source):
        return []
    return text_of(source).split(mark) if mark else [text_of(source)]
