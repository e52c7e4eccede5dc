"""The language of expression mappings (spec §4.2).

    parse('Join(" ", [givenName], [surname])').evaluate({"givenName": "Ada"})

What each function does follows Microsoft's “Reference for writing expressions for
attribute mappings”. SelectUniqueValue is left out: it asks an on-premises Active
Directory and works for nothing else.
"""

from envoy_console.entra.expressions.catalogue import FUNCTIONS
from envoy_console.entra.expressions.errors import EvaluationError, ExpressionError
from envoy_console.entra.expressions.evaluation import Expression, soon
from envoy_console.entra.expressions.functions import Function
from envoy_console.entra.expressions.parsing import parse
from envoy_console.entra.expressions.values import IGNORE

__all__ = [
    "FUNCTIONS",
    "IGNORE",
    "EvaluationError",
    "Expression",
    "ExpressionError",
    "Function",
    "parse",
    "soon",
]
