"""Work an expression out for one object."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from envoy_console.entra.expressions.catalogue import FUNCTIONS, IGNORE
from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.moments import shown
from envoy_console.entra.expressions.syntax import (
    Attribute,
    Call,
    Comparison,
    Literal,
    Missing,
    Node,
)
from envoy_console.entra.expressions.values import text_of
from envoy_console.entra.patterns import PatternError, PatternTimeoutError

__all__ = ["IGNORE", "Expression"]

LONGEST = 100_000

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read."""

    text: str
    node: Node

    @property
    def attributes(self) -> frozenset[str]:
        """The source attributes that it looks at."""
        return frozenset(_attributes(self.node))

    def evaluate(self, attributes: Mapping[str, Any]) -> Any:
        """Return its value for an object; raises EvaluationError.

        IGNORE means that the target attribute is to be left alone.
        """
        try:
            value = _value(self.node, attributes)
        except (PatternError, PatternTimeoutError) as error:
            raise EvaluationError(str(error)) from error
        if isinstance(value, datetime):
            return shown(value)
        return value


def _attributes(node: Node) -> Iterator[str]:
    match node:
        case Attribute(name):
            yield name
        case Call(_, arguments):
            for argument in arguments:
                yield from _attributes(argument)
        case Comparison(left, _, right):
            yield from _attributes(left)
            yield from _attributes(right)


def _value(node: Node, attributes: Mapping[str, Any]) -> Any:
    match node:
        case Literal(value):
            return value
        case Attribute(name):
            return attributes.get(name)
        case Missing():
            return None
        case Comparison():
            return _holds(node, attributes)
        case Call(name, arguments):
            return _called(name, arguments, attributes)


def _called(
    name: str, arguments: tuple[Node, ...], attributes: Mapping[str, Any]
) -> Any:
    function = FUNCTIONS[name]
    # evaluated when they are looked at, so that a branch not taken cannot fail
    given = [_later(argument, attributes) for argument in arguments]
    value = (
        function.run(*given)
        if function.is_lazy
        else function.run(*(g() for g in given))
    )
    if isinstance(value, str) and len(value) > LONGEST:
        raise EvaluationError(
            f"{name} makes a text of more than {LONGEST:,} characters."
        )
    return value


def _later(node: Node, attributes: Mapping[str, Any]) -> Callable[[], Any]:
    return lambda: _value(node, attributes)


def _holds(comparison: Comparison, attributes: Mapping[str, Any]) -> bool:
    """Compare as numbers where both are, else as text; nothing compares with nothing."""
    left = _value(comparison.left, attributes)
    right = _value(comparison.right, attributes)
    if left in (None, ""):
        return False
    compare = OPERATORS[comparison.operator]
    if isinstance(left, int) and isinstance(right, int):
        return compare(left, right)
    first, second = text_of(left), text_of(right)
    if first.lstrip("-").isdecimal() and second.lstrip("-").isdecimal():
        return compare(int(first[:30]), int(second[:30]))
    return compare(first, second)
