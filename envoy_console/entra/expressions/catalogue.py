"""All functions by name, for the parser and for the readers of the Expression builder."""

from __future__ import annotations

from collections.abc import Mapping

from envoy_console.entra.expressions import (
    conversions,
    dates,
    decisions,
    lists,
    randomness,
    replacing,
    roles,
    texts,
)
from envoy_console.entra.expressions.functions import Function

MODULES = (conversions, dates, decisions, lists, randomness, replacing, roles, texts)
ALL = [function for module in MODULES for function in module.functions.all]

FUNCTIONS: Mapping[str, Function] = {
    function.name: function
    for function in sorted(ALL, key=lambda each: each.name.lower())
}
