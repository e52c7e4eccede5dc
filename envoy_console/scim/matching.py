"""Whether one value of a multi-valued attribute matches the filter in a path."""

from collections.abc import Callable, Mapping
from operator import eq, ge, gt, le, lt
from typing import Any

from envoy_console.scim.attributes import Attribute
from envoy_console.scim.dates import parse_date_time
from envoy_console.scim.folding import fold
from envoy_console.scim.nodes import (
    And,
    Comparison,
    Node,
    Not,
    Operator,
    Or,
    Presence,
)

_COMPARE: dict[Operator, Callable[[Any, Any], bool]] = {
    Operator.EQ: eq,
    Operator.CO: lambda actual, part: part in actual,
    Operator.SW: lambda actual, part: bool(actual.startswith(part)),
    Operator.EW: lambda actual, part: bool(actual.endswith(part)),
    Operator.GT: gt,
    Operator.GE: ge,
    Operator.LT: lt,
    Operator.LE: le,
}


def matches(node: Node, element: Mapping[str, Any]) -> bool:
    """Judge one element; `ne` is the contrary of `eq`, so an absent value is not equal."""
    match node:
        case Comparison(path, operator, value):
            return _compare(path.leaf, operator, element.get(path.leaf.name), value)
        case Presence(path):
            return element.get(path.leaf.name) not in (None, "", [], {})
        case And(left, right):
            return matches(left, element) and matches(right, element)
        case Or(left, right):
            return matches(left, element) or matches(right, element)
        case Not(inner):
            return not matches(inner, element)
        case _:
            return matches(node.filter, element)


def _compare(attribute: Attribute, operator: Operator, actual: Any, value: Any) -> bool:
    if operator is Operator.NE:
        return not _compare(attribute, Operator.EQ, actual, value)
    if actual is None or value is None:
        return actual is value
    return _COMPARE[operator](_key(attribute, actual), _key(attribute, value))


def _key(attribute: Attribute, value: Any) -> Any:
    if attribute.type == "dateTime":
        return parse_date_time(value)
    if isinstance(value, str) and not attribute.case_exact:
        return fold(value)
    return value
