"""The target of a PATCH operation (RFC 7644 §3.5.2, `PATH`).

PATH = attrPath / valuePath [subAttr]

name.givenName
emails[type eq "work"]
emails[type eq "work"].value
urn:ietf:params:scim:schemas:extension:enterprise:2.0:User
"""

from dataclasses import dataclass
from functools import lru_cache

from envoy_console.scim.attribute_paths import (
    AttributePath,
    find_attribute,
    parse_attribute_path,
)
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidPathError,
    UnknownAttributeError,
)
from envoy_console.scim.filters import FilterParser, tokens
from envoy_console.scim.nodes import Node
from envoy_console.scim.schemas import ResourceType, Schema

__all__ = [
    "AttributePath",
    "ExtensionPath",
    "Path",
    "UnknownAttributeError",
    "find_attribute",
    "parse_attribute_path",
    "parse_path",
]


@dataclass(frozen=True, slots=True)
class Path:
    """An attribute, or those of its values that match the filter."""

    attribute_path: AttributePath
    filter: Node | None = None


@dataclass(frozen=True, slots=True)
class ExtensionPath:
    """A whole extension, named by its bare URN."""

    extension: Schema

    @property
    def urn(self) -> str:
        return self.extension.urn


def parse_path(
    text: str, resource_type: ResourceType, dialect: Dialect | None = None
) -> Path | ExtensionPath:
    """The target that a path names; a bad filter in it is an InvalidFilterError."""
    dialect = dialect or Dialect()
    path, quirks = _parse(text, resource_type, dialect.strict)
    for name in quirks:
        dialect.note(name)
    return path


@lru_cache(maxsize=1024)  # Entra sends the same few paths for every user
def _parse(
    text: str, resource_type: ResourceType, strict: bool
) -> tuple[Path | ExtensionPath, tuple[str, ...]]:
    dialect = Dialect(strict=strict)
    if "[" in text:
        path: Path | ExtensionPath = _value_path(text, resource_type, dialect)
    elif (extension := resource_type.extension(text)) is not None:
        path = ExtensionPath(extension)
    else:
        path = Path(find_attribute(text, resource_type, dialect))
    return path, tuple(dialect.quirks)


def _value_path(text: str, resource_type: ResourceType, dialect: Dialect) -> Path:
    name, bracket, rest = text.partition("[")
    parent = find_attribute(name, resource_type, dialect)
    if parent.sub_attribute or not parent.attribute.multi_valued:
        raise InvalidPathError(
            f"“{parent}” cannot be followed by […]; "
            "only an attribute with several values can."
        )
    parser = FilterParser(tokens(bracket + rest), resource_type, dialect)
    node = parser.value_filter(parent)
    try:
        target = parser.sub_attribute(parent) or parent
    except InvalidFilterError as error:  # it stands behind the filter, not in it
        raise UnknownAttributeError(error.detail) from None
    if parser.peek():
        raise InvalidPathError(
            f"Expected the end of the path after “{target}”, "
            f"not “{parser.peek()[:64]}”."
        )
    return Path(target, node)
