"""How the tests of this folder say what an expression makes of an object."""

from typing import Any

import pytest

from envoy_console.entra import expressions
from envoy_console.entra.expressions import EvaluationError, ExpressionError


def value(text: str, **attributes: Any) -> Any:
    return expressions.parse(text).evaluate(attributes)


def refusal(text: str, **attributes: Any) -> str:
    """Return why an expression has no value for an object."""
    with pytest.raises(EvaluationError) as caught:
        value(text, **attributes)
    return str(caught.value)


def fault(text: str) -> tuple[str, int]:
    """Return what is wrong with an expression, and where."""
    with pytest.raises(ExpressionError) as caught:
        expressions.parse(text)
    return str(caught.value), caught.value.position
