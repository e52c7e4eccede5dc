"""Finding what a path, or a key of an object, is about.

None means that nothing of that name exists and that the dialect lets it pass.
"""

from collections.abc import Iterator
from typing import Any

from envoy_console.scim.attribute_paths import AttributePath
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidPathError,
    InvalidValueError,
    UnknownAttributeError,
)
from envoy_console.scim.paths import ExtensionPath, Path, parse_path
from envoy_console.scim.schemas import ResourceType, Schema

Target = tuple[Path, Any]


def find_target(
    text: str, resource_type: ResourceType, dialect: Dialect
) -> Path | ExtensionPath | None:
    """The target of a path, unless it is unknown and may be ignored."""
    try:
        return parse_path(text, resource_type, dialect)
    except UnknownAttributeError as unknown:
        dialect.pass_over(text, unknown)
        return None


def find_key(
    key: str, resource_type: ResourceType, dialect: Dialect
) -> Path | ExtensionPath | None:
    """What a key of an object is about: an attribute, an extension, or a path.

    Entra flattens objects: `name.givenName`, `urn:…:User:department` and even
    `emails[type eq "work"].value` occur as keys.
    """
    attribute = resource_type.attribute(key)
    if attribute is not None:
        return Path(AttributePath(None, attribute))
    try:
        target = parse_path(key, resource_type, dialect)
    except (InvalidPathError, InvalidFilterError) as error:
        dialect.pass_over(key, InvalidPathError(error.detail))
        return None
    if isinstance(target, Path):
        _note_path_as_key(target, key, dialect)
    return target


def targets_of_object(
    value: dict[str, Any], resource_type: ResourceType, dialect: Dialect
) -> Iterator[Target]:
    """What an object without a path sets, one attribute after the other."""
    for key, part in value.items():
        target = find_key(key, resource_type, dialect)
        if isinstance(target, ExtensionPath):
            yield from targets_of_extension(target.extension, part, dialect)
        elif target is not None and not _is_passed_over(target, dialect):
            yield target, part


def targets_of_extension(
    extension: Schema, value: Any, dialect: Dialect
) -> Iterator[Target]:
    """What an extension's object sets; null stands for all of its attributes."""
    if value is None:
        value = dict.fromkeys(attribute.name for attribute in extension.attributes)
    if not isinstance(value, dict):
        raise InvalidValueError(f"{extension.urn} must be an object.")
    for name, part in value.items():
        attribute = extension.attribute(name)
        if attribute is None:
            dialect.pass_over(f"{extension.urn}:{name}")
        else:
            yield Path(AttributePath(extension.urn, attribute)), part


def _is_passed_over(path: Path, dialect: Dialect) -> bool:
    is_read_only = path.attribute_path.is_read_only
    return is_read_only and dialect.allows("read_only_keys")


def _note_path_as_key(path: Path, key: str, dialect: Dialect) -> None:
    if path.filter is not None:
        quirk = "value_path_keys"
    elif "." in key or ":" in key:
        quirk = "dotted_keys"
    else:
        return
    if not dialect.allows(quirk):
        raise InvalidPathError(
            f"“{key[:128]}” is a path, not the name of an attribute; "
            "put it into “path”, or nest one object in another."
        )
