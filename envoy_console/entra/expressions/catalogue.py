"""All functions by name, with what a reader of the Expression builder wants to know."""

from __future__ import annotations

from envoy_console.entra.expressions import dates, encoding, lists, logic, roles, text
from envoy_console.entra.expressions.functions import IGNORE, Function

__all__ = ["FUNCTIONS", "IGNORE", "Function"]

FUNCTIONS: dict[str, Function] = {
    function.name: function
    for module in (text, lists, logic, dates, encoding, roles)
    for function in sorted(module.functions.all, key=lambda each: each.name)
}
