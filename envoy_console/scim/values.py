"""Reading attribute values: the data types of RFC 7643 §2.3.

A value that fits its attribute is taken as it is. One that does not is offered to
the `repairs`, which know what Entra sends; what they cannot repair is refused with
a sentence that names the attribute and what it expects. None stands for
"unassigned" (RFC 7643 §2.5) throughout.
"""

import binascii
import re
from base64 import b64decode
from collections.abc import Iterable
from typing import Any
from unicodedata import category

from envoy_console.scim.attributes import Attribute, Mutability
from envoy_console.scim.dates import is_date_time
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.repairs import UNREPAIRED, repair

# absolute or relative (RFC 7643 §2.3.7): the characters of RFC 3986, and letters of all
# languages as in RFC 3987
_URI = re.compile(
    r"(?:[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2}|[^\x00-\x7f\s])+"
)
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})

_EXPECTED = {
    "string": "text",
    "reference": "a URI, like “https://example.com/ann”",
    "binary": "base64, as text",
    "dateTime": "a date and time, like “2026-01-31T09:00:00Z”",
    "boolean": "true or false",
    "integer": "a whole number",
    "decimal": "a number",
    "complex": "an object",
}


def read(attribute: Attribute, value: Any, dialect: Dialect) -> Any:
    """The canonical value of an attribute, or None if it is unassigned."""
    if value is None:
        return None
    if attribute.multi_valued:
        return read_values(attribute, value, dialect)
    return read_one(attribute, value, dialect)


def read_values(attribute: Attribute, values: Any, dialect: Dialect) -> Any:
    """The elements of a multi-valued attribute; an empty list is unassigned."""
    if not isinstance(values, list):
        raise InvalidValueError(f"{attribute.full_name} must be a list of values.")
    if len(values) > attribute.max_values:
        raise too_many(attribute)
    elements = [
        element
        for value in values
        if (element := read_one(attribute, value, dialect)) is not None
    ]
    if len(elements) > 1 and attribute.is_complex:
        elements = _distinct(attribute, elements)
        _keep_one_primary(attribute, elements, dialect)
    return elements or None


def read_one(attribute: Attribute, value: Any, dialect: Dialect) -> Any:
    """One value, or None if it comes to nothing."""
    kind = attribute.type
    if isinstance(value, str):
        if kind == "string" or (kind in _WRITTEN and value):
            return _text(attribute, value, dialect)
        if not value:
            return _nothing(attribute, value, dialect)
    elif value is None:
        return None
    elif kind == "complex":
        if isinstance(value, dict):
            return _complex(attribute, value, dialect)
    elif _is(kind, value):
        return value
    repaired = repair(attribute, value, dialect)
    if repaired is UNREPAIRED:
        raise InvalidValueError(
            f"{attribute.full_name} must be {_EXPECTED[kind]}, not {_kind_of(value)}."
        )
    return read_one(attribute, repaired, dialect)


def read_parts(
    attribute: Attribute, value: dict[str, Any], dialect: Dialect
) -> list[tuple[Attribute, Any]]:
    """The writable sub-attributes of a complex value, None where one is unassigned."""
    parts = []
    for name, part in value.items():
        sub = attribute.sub(name)
        if sub is None:
            dialect.pass_over(f"{attribute.full_name}.{name}")
        elif sub.mutability is not Mutability.READ_ONLY:
            parts.append((sub, read_one(sub, part, dialect)))
    return parts


def too_many(attribute: Attribute) -> InvalidValueError:
    return InvalidValueError(
        f"{attribute.full_name} holds at most {attribute.max_values} values."
    )


def identity(attribute: Attribute, element: dict[str, Any]) -> Any:
    """What makes two values the same; a link is the same if it points to the same."""
    return element["value"] if attribute.required_subs else frozenset(element.items())


def merged(
    element: dict[str, Any], parts: list[tuple[Attribute, Any]]
) -> dict[str, Any] | None:
    """The element with some parts set, or taken away where None; None if empty."""
    element = dict(element)
    for sub_attribute, part in parts:
        if part is None:
            element.pop(sub_attribute.name, None)
        else:
            element[sub_attribute.name] = part
    return element or None


def demote(elements: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same elements, none of them primary."""
    return [
        {**element, "primary": False} if element.get("primary") else element
        for element in elements
    ]


def _complex(attribute: Attribute, value: dict[str, Any], dialect: Dialect) -> Any:
    element = {
        sub.name: part
        for sub, part in read_parts(attribute, value, dialect)
        if part is not None
    }
    for sub in attribute.required_subs:
        if not element.get(sub.name):
            raise InvalidValueError(f"{sub.full_name} is required.")
    return element or None


_WRITTEN = frozenset({"reference", "binary", "dateTime"})


def _text(attribute: Attribute, value: str, dialect: Dialect) -> str | None:
    if len(value) > attribute.max_length:
        raise InvalidValueError(
            f"{attribute.full_name} may be at most {attribute.max_length} "
            f"characters long, not {len(value)}."
        )
    if not value or (attribute.required and value.isspace()):
        return _nothing(attribute, value, dialect)
    if attribute.identifier:
        _check_visible(attribute, value)
    if attribute.type != "string" and not _is_well_formed(attribute, value):
        raise InvalidValueError(
            f"{attribute.full_name} must be {_EXPECTED[attribute.type]}."
        )
    return value


def _nothing(attribute: Attribute, value: str, dialect: Dialect) -> str | None:
    """Empty text: a quirk that clears; a value to the RFC, for text at least."""
    if attribute.required:
        raise InvalidValueError(
            f"{attribute.full_name} is required and must not be empty."
        )
    if dialect.allows("empty_string_clears"):
        return None
    if attribute.type == "string":
        return value
    raise InvalidValueError(
        f"{attribute.full_name} must be {_EXPECTED[attribute.type]}, not empty text."
    )


def _check_visible(attribute: Attribute, value: str) -> None:
    if value != value.strip():
        raise InvalidValueError(
            f"{attribute.full_name} must not start or end with a space."
        )
    if value.isprintable():
        return
    for character in value:
        if category(character) in _INVISIBLE:
            raise InvalidValueError(
                f"{attribute.full_name} must not contain invisible characters, "
                f"like U+{ord(character):04X}."
            )


def _is_well_formed(attribute: Attribute, value: str) -> bool:
    if attribute.type == "binary":
        return _is_base64(value)
    if attribute.type == "dateTime":
        return is_date_time(value)
    if "external" in attribute.reference_types:
        return _URI.fullmatch(value) is not None
    return True


def _is_base64(value: str) -> bool:
    try:
        b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    if isinstance(value, int):
        return kind in ("integer", "decimal")
    return kind == "decimal" and isinstance(value, float)


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list):
        return "a list"
    return "an object" if isinstance(value, dict) else "text"


def _distinct(attribute: Attribute, elements: list[Any]) -> list[Any]:
    return list(
        {identity(attribute, element): element for element in elements}.values()
    )


def _keep_one_primary(
    attribute: Attribute, elements: list[dict[str, Any]], dialect: Dialect
) -> None:
    primaries = [i for i, element in enumerate(elements) if element.get("primary")]
    if len(primaries) < 2:
        return
    if not dialect.allows("several_primaries"):
        raise InvalidValueError(
            f"Only one value of {attribute.full_name} may be primary."
        )
    first = primaries[0] + 1
    elements[first:] = demote(elements[first:])
