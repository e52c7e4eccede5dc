"""Functions for attributes with several values."""

from __future__ import annotations

from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import (
    integer,
    items,
    refuse_longer,
    text_of,
)

functions = Functions()


@functions.add(
    "Count(attribute)",
    "How many values an attribute has.",
    "Count([appRoleAssignments])",
)
def count(attribute: Any) -> int:
    return len(items(attribute))


@functions.add(
    "Item(attribute, index)",
    "One of several values, counted from 1; null beyond the last.",
    'Item(Split([displayName], " "), 1)',
)
def item(attribute: Any, index: Any) -> Any:
    values, position = items(attribute), integer(index, "The index of Item")
    if position < 1:
        raise EvaluationError(f"Item counts from 1: there is no item {position}.")
    return values[position - 1] if position <= len(values) else None


@functions.add(
    "Join(separator, source…)",
    "The sources in one text, with the separator between those that are not empty.",
    'Join(" ", [givenName], [surname])',
)
def join(separator: Any, *sources: Any) -> str:
    texts = (text_of(each) for source in sources for each in items(source))
    mark, parts = text_of(separator), [text for text in texts if text]
    refuse_longer(sum(map(len, parts)) + len(mark) * (len(parts) - 1))
    return mark.join(parts)


@functions.add(
    "RemoveDuplicates(attribute)",
    "Each of several values once.",
    'RemoveDuplicates(Split("red,blue,red", ","))',
)
def remove_duplicates(attribute: Any) -> list[Any]:
    return list({repr(value): value for value in items(attribute)}.values())


@functions.add(
    "Split(source, delimiter)",
    "The pieces of a text, as several values; spaces around them are dropped.",
    'Split([extensionAttribute5], ",")',
)
def split(source: Any, delimiter: Any) -> list[str]:
    mark = text_of(delimiter)
    if not mark:
        raise EvaluationError("Split needs a delimiter that is not empty.")
    pieces = (piece.strip() for piece in text_of(source).split(mark))
    return [piece for piece in pieces if piece]
