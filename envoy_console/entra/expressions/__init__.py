"""The language of expression mappings: "Reference for writing expressions for attribute
mappings in Microsoft Entra ID" (spec §4.2).

    parse('Join(" ", [givenName], [surname])').evaluate({"givenName": "Ada"})
"""

from envoy_console.entra.expressions.catalogue import FUNCTIONS, Function
from envoy_console.entra.expressions.errors import EvaluationError, ExpressionError
from envoy_console.entra.expressions.evaluation import IGNORE, Expression
from envoy_console.entra.expressions.parsing import parse

__all__ = [
    "FUNCTIONS",
    "IGNORE",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Function",
    "parse",
]
