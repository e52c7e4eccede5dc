"""Work an expression out for one object: always an answer or an EvaluationError, soon."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from envoy_console.entra.expressions.catalogue import FUNCTIONS
from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.moments import shown
from envoy_console.entra.expressions.syntax import (
    Attribute,
    Call,
    Comparison,
    Literal,
    Missing,
    Node,
    attributes_of,
    nodes,
)
from envoy_console.entra.expressions.values import (
    INTEGER,
    is_empty,
    refuse_longer,
    text_of,
)
from envoy_console.entra.objects import Value
from envoy_console.entra.patterns import PatternError, PatternTimeoutError

SECONDS = 1.0

OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<>": operator.ne,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}


def soon() -> float:
    """Return when work for one object that begins now is given up, on the clock that
    never goes back.
    """
    return monotonic() + SECONDS


@dataclass(frozen=True, slots=True)
class Expression:
    """An expression that was read."""

    text: str
    node: Node

    @property
    def attributes(self) -> frozenset[str]:
        """The source attributes that it looks at."""
        return attributes_of(self.node)

    @property
    def is_redacted(self) -> bool:
        """Whether its value must not be shown in the provisioning logs: it calls Redact."""
        return self.calls("Redact")

    def calls(self, function: str) -> bool:
        """Tell whether `function` is called anywhere in it."""
        return any(isinstance(n, Call) and n.name == function for n in nodes(self.node))

    def evaluate(
        self, attributes: Mapping[str, Value], *, until: float | None = None
    ) -> Value:
        """Return its value for an object; raises EvaluationError.

        IGNORE means that the target attribute is to be left alone. `until` is when to
        give up, where several expressions share what `soon` grants.
        """
        run = _Run(attributes, soon() if until is None else until)
        try:
            value: Value | datetime = run.value(self.node)
        except (PatternError, PatternTimeoutError) as error:
            raise EvaluationError(str(error)) from error
        return shown(value) if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class _Run:
    """One evaluation: the object, and when to give up."""

    attributes: Mapping[str, Any]
    deadline: float

    def value(self, node: Node) -> Any:
        match node:
            case Literal(value):
                return value
            case Attribute(name):
                return self.attribute(name)
            case Missing():
                return None
            case Comparison():
                return self.holds(node)
            case Call():
                return self.called(node)

    def attribute(self, name: str) -> Any:
        """Return what the object has; an empty text is no value."""
        value = self.attributes.get(name)
        return None if is_empty(value) else value

    def called(self, call: Call) -> Any:
        if monotonic() > self.deadline:
            raise EvaluationError("The expression takes too long. Make it simpler.")
        function = FUNCTIONS[call.name]
        given = [
            None if isinstance(each, Missing) else _Later(self, each)
            for each in call.arguments
        ]
        given += [None] * (function.fixed - len(given))
        if function.is_lazy:
            return _short(function.run(*given))
        return _short(function.run(*(each and each() for each in given)))

    def holds(self, comparison: Comparison) -> bool:
        """Compare as numbers where both are, else as text."""
        first = text_of(self.value(comparison.left))
        second = text_of(self.value(comparison.right))
        compare = OPERATORS[comparison.operator]
        if INTEGER.fullmatch(first) and INTEGER.fullmatch(second):
            return compare(int(first), int(second))
        return compare(first, second)


@dataclass(frozen=True, slots=True)
class _Later:
    """An argument not evaluated yet, so that a branch not taken cannot fail."""

    run: _Run
    node: Node

    @property
    def has_sources(self) -> bool:
        return all(
            self.run.attribute(name) is not None for name in attributes_of(self.node)
        )

    def __call__(self) -> Any:
        return self.run.value(self.node)


def _short(value: Any) -> Any:
    if isinstance(value, str):
        refuse_longer(len(value))
    return value
