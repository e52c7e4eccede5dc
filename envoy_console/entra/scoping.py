"""Scoping filters: who is provisioned by what they are (spec §5).

All clauses of a filter must hold, and one filter is enough. An attribute without a
value fails every clause but IS NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from envoy_console.entra import attributes
from envoy_console.entra.attributes import Type
from envoy_console.entra.objects import SourceObject, as_text, is_empty
from envoy_console.entra.patterns import (
    PatternError,
    PatternTimeoutError,
    compile_pattern,
)


class Operator(StrEnum):
    """Entra's operators, spelt as its list spells them."""

    IN = "&"
    NOT_IN = "!&"
    ENDS_WITH = "ENDS_WITH"
    EQUALS = "EQUALS"
    GREATER_THAN = "Greater_Than"
    GREATER_THAN_OR_EQUALS = "Greater_Than_OR_EQUALS"
    INCLUDES = "Includes"
    IS_FALSE = "IS FALSE"
    IS_NOT_NULL = "IS NOT NULL"
    IS_NULL = "IS NULL"
    IS_TRUE = "IS TRUE"
    NOT_EQUALS = "NOT EQUALS"
    NOT_REGEX_MATCH = "NOT REGEX MATCH"
    REGEX_MATCH = "REGEX MATCH"


WITHOUT_VALUE = frozenset(
    [Operator.IS_FALSE, Operator.IS_NOT_NULL, Operator.IS_NULL, Operator.IS_TRUE]
)
INTEGERS_ONLY = frozenset([Operator.GREATER_THAN, Operator.GREATER_THAN_OR_EQUALS])
PATTERNS = frozenset([Operator.REGEX_MATCH, Operator.NOT_REGEX_MATCH])
UNSUPPORTED_NAMES = frozenset(
    ["userType", "IsSoftDeleted", "originalUserPrincipalName"]
)
UNSUPPORTED_TYPES = frozenset([Type.REFERENCE, Type.LIST, Type.DATE_TIME])


class ScopingError(Exception):
    """A filter that cannot be, or cannot be evaluated; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition on one attribute; `value` stays empty where none is needed."""

    attribute: str
    operator: str
    value: str = ""

    def __str__(self) -> str:
        told = f"{self.attribute} {self.operator}"
        return told if self.operator in WITHOUT_VALUE else f"{told} '{self.value}'"


@dataclass(frozen=True, slots=True)
class ScopingFilter:
    """Clauses that must all hold, under a title."""

    title: str
    clauses: tuple[Clause, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Whether an object is in scope, and each clause that was asked for the reason."""

    passed: bool
    results: Mapping[str, bool]


def evaluate(filters: Iterable[ScopingFilter], source: SourceObject) -> Evaluation:
    """Evaluate every clause of every filter; without filters everything is in scope."""
    results: dict[str, bool] = {}
    passed = []
    for each in filters:
        held = [holds(clause, source) for clause in each.clauses]
        told = [f"{each.title}.{clause}" for clause in each.clauses]
        results.update(zip(told, held, strict=True))
        passed.append(all(held))
    return Evaluation(any(passed) or not passed, results)


def holds(clause: Clause, source: SourceObject) -> bool:
    """Return whether a clause holds for an object."""
    value = source.attributes.get(clause.attribute)
    if clause.operator == Operator.IS_NULL:
        return is_empty(value)
    if is_empty(value):
        return False
    try:
        return TESTS[Operator(clause.operator)](as_text(value), clause.value)
    except PatternTimeoutError as error:
        raise ScopingError(
            f"The pattern of “{clause}” takes too long for '{source.label}'. "
            "Write a simpler one."
        ) from error


def check(scoping_filter: ScopingFilter, kind: str = "User") -> None:
    """Refuse a filter for users or groups that Entra would not take, and say why."""
    if not scoping_filter.title.strip():
        raise ScopingError("Give the scoping filter a title.")
    if not scoping_filter.clauses:
        raise ScopingError(
            f"Add a clause to the scoping filter “{scoping_filter.title}”."
        )
    for clause in scoping_filter.clauses:
        _check_attribute(clause, kind)
        _check_operator(clause)
        _check_value(clause)


def scopable(kind: str) -> list[str]:
    """Return the names of the attributes that a clause can ask about."""
    return [
        attribute.name
        for attribute in attributes.OF_KIND[kind].values()
        if attribute.type not in UNSUPPORTED_TYPES
        and attribute.name not in UNSUPPORTED_NAMES
    ]


def _check_attribute(clause: Clause, kind: str) -> None:
    if clause.attribute in scopable(kind):
        return
    if clause.attribute in attributes.OF_KIND[kind]:
        raise ScopingError(
            f"Scoping filters do not support the attribute {clause.attribute}. "
            "Choose another one."
        )
    raise ScopingError(
        f"A {kind.lower()} has no attribute “{clause.attribute}”. Choose one from the "
        "list; names are case-sensitive."
    )


def _check_operator(clause: Clause) -> None:
    if clause.operator == "IsMemberOf":
        raise ScopingError(
            "IsMemberOf is not supported. Assign the group to the application instead."
        )
    if clause.operator not in list(Operator):
        raise ScopingError(
            f"“{clause.operator}” is not an operator. Choose one of "
            f"{', '.join(Operator)}."
        )


def _check_value(clause: Clause) -> None:
    if clause.operator in WITHOUT_VALUE:
        return
    if not clause.value:
        raise ScopingError(f"Give {clause.attribute} {clause.operator} a value.")
    if clause.operator in INTEGERS_ONLY and not _is_integer(clause.value):
        raise ScopingError(
            f"{clause.operator} compares integers only: “{clause.value}” is not one "
            "of 0, 1, 2, …"
        )
    if clause.operator in PATTERNS:
        _check_pattern(clause)


def _check_pattern(clause: Clause) -> None:
    try:
        compile_pattern(clause.value)
    except PatternError as error:
        raise ScopingError(
            f"The pattern of “{clause}” does not parse at character "
            f"{error.position + 1}: {error}"
        ) from error


def _matches(held: str, pattern: str) -> bool:
    # whether Entra anchors is not told; its example `([1-9][0-9])` reads either way
    return compile_pattern(pattern).search(held) is not None


def _is_integer(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _magnitude(digits: str) -> tuple[int, str]:
    """Return what orders numbers of any length without reading them as numbers."""
    significant = digits.lstrip("0")
    return len(significant), significant


def _is_greater(held: str, given: str) -> bool:
    both = _is_integer(held) and _is_integer(given)
    return both and _magnitude(held) > _magnitude(given)


def _is_greater_or_equal(held: str, given: str) -> bool:
    both = _is_integer(held) and _is_integer(given)
    return both and _magnitude(held) >= _magnitude(given)


TESTS: Mapping[Operator, Callable[[str, str], bool]] = {
    # “true if the evaluated attribute exists in the input string value”
    Operator.IN: lambda held, given: held in given,
    Operator.NOT_IN: lambda held, given: held not in given,
    Operator.ENDS_WITH: lambda held, given: held.endswith(given),
    Operator.EQUALS: lambda held, given: held == given,
    Operator.GREATER_THAN: _is_greater,
    Operator.GREATER_THAN_OR_EQUALS: _is_greater_or_equal,
    Operator.INCLUDES: lambda held, given: given in held,
    Operator.IS_FALSE: lambda held, _: held.lower() == "false",
    Operator.IS_NOT_NULL: lambda held, _: True,
    Operator.IS_TRUE: lambda held, _: held.lower() == "true",
    Operator.NOT_EQUALS: lambda held, given: held != given,
    Operator.NOT_REGEX_MATCH: lambda held, given: not _matches(held, given),
    Operator.REGEX_MATCH: _matches,
}
