"""Which comparisons make sense (RFC 7644 §3.4.2.2, Table 3): type against operator."""

from envoy_console.scim.attribute_paths import AttributePath
from envoy_console.scim.dates import is_date_time
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidFilterError
from envoy_console.scim.literals import Literal
from envoy_console.scim.nodes import Comparison, Operator, Presence

_EQUALITY = frozenset({Operator.EQ, Operator.NE})
_ORDER = frozenset({Operator.GT, Operator.GE, Operator.LT, Operator.LE})
_SUBSTRING = frozenset({Operator.CO, Operator.SW, Operator.EW})

_OPERATORS = {
    "string": _EQUALITY | _ORDER | _SUBSTRING,
    "reference": _EQUALITY | _ORDER | _SUBSTRING,
    "binary": _EQUALITY,
    "boolean": _EQUALITY,
    "integer": _EQUALITY | _ORDER,
    "decimal": _EQUALITY | _ORDER,
    "dateTime": _EQUALITY | _ORDER,
}

_EXPECTED = {
    "string": 'text in double quotes, like "x"',
    "reference": 'text in double quotes, like "x"',
    "binary": 'base64 in double quotes, like "eA=="',
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "dateTime": 'a date and time in double quotes, like "2026-01-31T09:00:00Z"',
}


def compare(
    path: AttributePath, operator: Operator, value: Literal, dialect: Dialect
) -> Comparison:
    """The comparison, if the attribute can be compared so."""
    path = _comparable(path)
    kind = path.leaf.type
    if operator not in _OPERATORS[kind]:
        raise InvalidFilterError(
            f"“{path}” is a {kind} and cannot be compared by “{operator}”."
        )
    if value is None:
        return _with_null(path, operator)
    if kind == "boolean" and isinstance(value, str):
        value = _spelt_boolean(value, dialect)
    if not _fits(kind, value):
        raise InvalidFilterError(f"“{path}” is compared with {_EXPECTED[kind]}.")
    return Comparison(path, operator, value)


def presence(path: AttributePath) -> Presence:
    _refuse_secret(path)
    return Presence(path)


def _comparable(path: AttributePath) -> AttributePath:
    """A complex attribute is compared by its `value` (RFC 7643 §2.4)."""
    _refuse_secret(path)
    if not path.leaf.is_complex:
        return path
    value = path.attribute.sub("value")
    if value is None:
        raise InvalidFilterError(
            f"“{path}” has several parts; name one of them, like "
            f"“{path}.{path.attribute.sub_attributes[0].name}”."
        )
    return AttributePath(path.schema_urn, path.attribute, value)


def _refuse_secret(path: AttributePath) -> None:
    if path.leaf.is_secret:
        raise InvalidFilterError(f"“{path}” cannot be searched by.")


def _with_null(path: AttributePath, operator: Operator) -> Comparison:
    if operator not in _EQUALITY:
        raise InvalidFilterError(
            f"“{path}” can only be eq or ne null, not {operator} null."
        )
    return Comparison(path, operator, None)


def _spelt_boolean(value: str, dialect: Dialect) -> Literal:
    spelt = {"true": True, "false": False}.get(value.lower())
    if spelt is None or not dialect.allows("boolean_strings"):
        return value
    return spelt


def _fits(kind: str, value: Literal) -> bool:
    if kind == "boolean":
        return isinstance(value, bool)
    if kind == "integer":
        return isinstance(value, int) and not isinstance(value, bool)
    if kind == "decimal":
        return isinstance(value, int | float) and not isinstance(value, bool)
    if not isinstance(value, str):
        return False
    return kind != "dateTime" or is_date_time(value)
