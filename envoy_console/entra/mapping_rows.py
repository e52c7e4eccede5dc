"""The rows of an attribute mapping, and how they are stored (spec §4.1)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from envoy_console.entra.scoping import Clause, ScopingFilter

# attributes that name other objects: sent by id, after the objects themselves
REFERENCES = frozenset(["manager", "members"])
# a target has no user and no group without it
REQUIRED = {"User": "userName", "Group": "displayName"}


class MappingType(StrEnum):
    """What a target attribute is made of."""

    DIRECT = "direct"
    CONSTANT = "constant"
    EXPRESSION = "expression"
    # the target is left alone, but for a default where it is empty
    NONE = "none"


class Apply(StrEnum):
    """When a mapping is applied."""

    ALWAYS = "always"
    CREATION = "creation"


class MappingError(Exception):
    """A mapping that cannot be, or that cannot be evaluated for an object."""


@dataclass(frozen=True, slots=True)
class AttributeMapping:
    """One row: `source` is the attribute, the constant or the expression."""

    target: str
    type: MappingType
    source: str
    default: str | None = None
    matching_precedence: int | None = None
    apply: Apply = Apply.ALWAYS
    note: str = ""

    @property
    def is_reference(self) -> bool:
        return self.type is MappingType.DIRECT and self.source in REFERENCES

    @property
    def is_matching(self) -> bool:
        return self.matching_precedence is not None


@dataclass(frozen=True, slots=True)
class ObjectMapping:
    """The rows for users or for groups, what may be done to them, and who is in scope."""

    kind: str
    enabled: bool
    create: bool
    update: bool
    delete: bool
    attributes: tuple[AttributeMapping, ...]
    filters: tuple[ScopingFilter, ...]


def matching(mapping: ObjectMapping) -> list[AttributeMapping]:
    """Return the rows that objects are matched by, lowest precedence first."""
    rows = [row for row in mapping.attributes if row.is_matching]
    return sorted(rows, key=lambda row: row.matching_precedence or 0)


def to_json(mapping: ObjectMapping) -> dict[str, Any]:
    """Return a mapping as it is stored."""
    stored = asdict(mapping)
    stored["attributes"] = [
        {**row, "type": str(row["type"]), "apply": str(row["apply"])}
        for row in stored["attributes"]
    ]
    stored["filters"] = [
        {"title": each["title"], "clauses": list(each["clauses"])}
        for each in stored["filters"]
    ]
    return stored


def from_json(stored: Mapping[str, Any]) -> ObjectMapping:
    """Return the mapping that was stored."""
    rows = tuple(_row(row) for row in stored["attributes"])
    filters = tuple(_filter(each) for each in stored["filters"])
    return ObjectMapping(**{**stored, "attributes": rows, "filters": filters})


def _row(stored: Mapping[str, Any]) -> AttributeMapping:
    kinds = {"type": MappingType(stored["type"]), "apply": Apply(stored["apply"])}
    return AttributeMapping(**{**stored, **kinds})


def _filter(stored: Mapping[str, Any]) -> ScopingFilter:
    clauses = tuple(Clause(**clause) for clause in stored["clauses"])
    return ScopingFilter(stored["title"], clauses)
