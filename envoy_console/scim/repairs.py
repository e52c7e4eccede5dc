"""Values in a shape the schema does not know, put into the one it does.

Each repair is tried where the RFC would refuse the value, and returns UNREPAIRED
where it does not apply.
"""

from typing import Any, Final

from envoy_console.scim.attributes import Attribute
from envoy_console.scim.dialects import Dialect

UNREPAIRED: Final = object()


def repair(attribute: Attribute, value: Any, dialect: Dialect) -> Any:
    """The value the client must have meant, or UNREPAIRED."""
    for name, attempt in _REPAIRS:
        repaired = attempt(attribute, value)
        if repaired is not UNREPAIRED and dialect.allows(name):
            return repaired
    return UNREPAIRED


def boolean_from_string(attribute: Attribute, value: Any) -> Any:
    """`"active": "False"`, as Entra disables users unless aadOptscim062020 is set."""
    if attribute.type == "boolean" and isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), UNREPAIRED)
    return UNREPAIRED


def manager_from_string(attribute: Attribute, value: Any) -> Any:
    """`"manager": "<id>"` and `"manager": [{"value": "<id>"}]`."""
    if attribute.name != "manager":
        return UNREPAIRED
    if isinstance(value, str):
        return {"value": value}
    if isinstance(value, list) and len(value) < 2:
        return value[0] if value else None
    return UNREPAIRED


def value_from_list(attribute: Attribute, value: Any) -> Any:
    """`"displayName": [{"value": "Kim"}]`, for an attribute with one value."""
    if attribute.multi_valued or not isinstance(value, list) or len(value) > 1:
        return UNREPAIRED
    if not value:
        return None
    [element] = value
    if isinstance(element, dict) and not attribute.is_complex:
        element = next((v for k, v in element.items() if k.lower() == "value"), None)
    return UNREPAIRED if element is None or isinstance(element, list) else element


_REPAIRS = (
    ("boolean_strings", boolean_from_string),
    ("manager_as_string", manager_from_string),
    ("value_in_list", value_from_list),
)
