"""Naming an attribute: `attrPath` of RFC 7644 §3.10, Figure 1.

    userName
    name.givenName
    urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value

Names and URNs ignore case. Since a URN has dots and colons of its own, the known
URNs are taken off the front before anything is split.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidPathError, UnknownAttributeError
from envoy_console.scim.schemas import ENTERPRISE, Attribute, ResourceType

MAX_LENGTH = 2_048

_NAME = re.compile(r"\$?[A-Za-z][\w-]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """An attribute, or one of its sub-attributes, of a resource type."""

    schema_urn: str | None  # an extension's URN; None for core and common attributes
    attribute: Attribute
    sub_attribute: Attribute | None = None

    @property
    def leaf(self) -> Attribute:
        """The attribute whose value is meant."""
        return self.sub_attribute or self.attribute

    @property
    def is_read_only(self) -> bool:
        return self.attribute.is_read_only or self.leaf.is_read_only

    def is_of(self, resource_type: ResourceType) -> bool:
        """Whether resources of that type can have the attribute."""
        holder = (
            resource_type.extension(self.schema_urn)
            if self.schema_urn
            else resource_type
        )
        name = self.attribute.name
        return holder is not None and holder.attribute(name) is self.attribute

    def __str__(self) -> str:
        prefix = f"{self.schema_urn}:" if self.schema_urn else ""
        return f"{prefix}{self.leaf.full_name}"


@lru_cache(maxsize=512)
def parse_attribute_path(text: str, resource_type: ResourceType) -> AttributePath:
    """The attribute that a path names, or UnknownAttributeError."""
    if len(text) > MAX_LENGTH:
        raise InvalidPathError(f"A path may be at most {MAX_LENGTH} characters long.")
    urn, name = _split_urn(text, resource_type)
    name, dot, sub_name = name.partition(".")
    if not _NAME.fullmatch(name) or (dot and not _NAME.fullmatch(sub_name)):
        raise InvalidPathError(
            f"“{_shown(text)}” is not a path; "
            "expected attribute or attribute.subAttribute."
        )
    attribute = _attribute(urn, name, resource_type)
    if attribute is None:
        raise _unknown(text, resource_type)
    if not dot:
        return AttributePath(urn, attribute)
    sub_attribute = attribute.sub(sub_name)
    if sub_attribute is None:
        raise _unknown(text, resource_type)
    return AttributePath(urn, attribute, sub_attribute)


def find_attribute(
    text: str, resource_type: ResourceType, dialect: Dialect
) -> AttributePath:
    """Like parse_attribute_path, but `department` will do where its URN is missing."""
    is_bare = _is_bare_enterprise(text, resource_type)
    if is_bare and dialect.allows("bare_enterprise_attributes"):
        text = f"{ENTERPRISE}:{text}"
    return parse_attribute_path(text, resource_type)


def _is_bare_enterprise(text: str, resource_type: ResourceType) -> bool:
    name, _, _ = text.partition(".")
    if resource_type.attribute(name) is not None:
        return False
    extension = resource_type.extension(ENTERPRISE)
    return extension is not None and extension.attribute(name) is not None


def _split_urn(text: str, resource_type: ResourceType) -> tuple[str | None, str]:
    """The extension's URN, if one is named, and the rest of the path."""
    if ":" not in text:
        return None, text
    core = resource_type.schema.urn
    if _starts_with(text, core):
        return None, text[len(core) + 1 :]
    for extension in resource_type.extensions:
        if _starts_with(text, extension.urn):
            return extension.urn, text[len(extension.urn) + 1 :]
    raise _unknown(text, resource_type)


def _starts_with(text: str, urn: str) -> bool:
    return text[: len(urn) + 1].lower() == f"{urn.lower()}:"


def _attribute(
    urn: str | None, name: str, resource_type: ResourceType
) -> Attribute | None:
    if urn is None:
        return resource_type.attribute(name)
    extension = resource_type.extension(urn)
    return extension.attribute(name) if extension else None


def _unknown(text: str, resource_type: ResourceType) -> UnknownAttributeError:
    return UnknownAttributeError(
        f"A {resource_type.name} has no attribute “{_shown(text)}”."
    )


def _shown(text: str) -> str:
    return text if len(text) <= 128 else f"{text[:128]}…"
