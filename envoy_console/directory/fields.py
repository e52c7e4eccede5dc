"""Which attributes of a document live in columns, and how text is folded for search.

One table for each resource type says where the SCIM word becomes the column: the
projection, the filter compiler and the sort order all read it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column

from envoy_console.models import Employee, Group
from envoy_console.models.base import table
from envoy_console.scim.errors import InvalidValueError
from envoy_console.scim.folding import fold
from envoy_console.scim.schemas import ENTERPRISE, Attribute, ResourceType

Document = dict[str, Any]

employees = table(Employee)
groups = table(Group)


@dataclass(frozen=True, slots=True)
class Projected:
    """A column that answers for a path; text in it is folded as the schema says."""

    column: Column[Any]
    is_unique: bool = False


EMPLOYEE_COLUMNS: dict[str, Projected] = {
    "id": Projected(employees.c.id, is_unique=True),
    "externalId": Projected(employees.c.external_id),
    "userName": Projected(employees.c.user_name_key, is_unique=True),
    "title": Projected(employees.c.title_key),
    "active": Projected(employees.c.active),
    "meta.created": Projected(employees.c.created_at),
    "meta.lastModified": Projected(employees.c.updated_at),
    f"{ENTERPRISE}:department": Projected(employees.c.department_key),
    f"{ENTERPRISE}:manager": Projected(employees.c.manager_id),
    f"{ENTERPRISE}:manager.value": Projected(employees.c.manager_id),
}

GROUP_COLUMNS: dict[str, Projected] = {
    "id": Projected(groups.c.id, is_unique=True),
    "externalId": Projected(groups.c.external_id),
    "displayName": Projected(groups.c.display_name_key, is_unique=True),
    "meta.created": Projected(groups.c.created_at),
    "meta.lastModified": Projected(groups.c.updated_at),
}

# The attributes of the tutorial's table, in its order, as the console labels them.
TUTORIAL_ATTRIBUTES: tuple[tuple[str, str], ...] = (
    ("User name", "userName"),
    ("External id", "externalId"),
    ("Display name", "displayName"),
    ("Title", "title"),
    ("Work email", 'emails[type eq "work"].value'),
    ("Preferred language", "preferredLanguage"),
    ("Department", "department"),
    ("Country", 'addresses[type eq "work"].country'),
    ("City", 'addresses[type eq "work"].locality'),
    ("State or region", 'addresses[type eq "work"].region'),
    ("Postal code", 'addresses[type eq "work"].postalCode'),
    ("Address", 'addresses[type eq "work"].formatted'),
    ("Street", 'addresses[type eq "work"].streetAddress'),
    ("Given name", "name.givenName"),
    ("Family name", "name.familyName"),
    ("Full name", "name.formatted"),
    ("Cell phone", 'phoneNumbers[type eq "mobile"].value'),
    ("Work phone", 'phoneNumbers[type eq "work"].value'),
    ("Locale", "locale"),
)


# a row of an index in PostgreSQL may have some 2,700 bytes, ids included
KEY_BYTES = 2_048


def unique_key(name: str, text: str) -> str:
    """Return the folded key that tells resources apart; raises InvalidValueError."""
    key = fold(text)
    if len(key.encode()) > KEY_BYTES:
        raise InvalidValueError(f"{name} is too long: at most {KEY_BYTES} bytes.")
    return key


def _cut(key: str) -> str:
    """Cut a key that only has to sort and to find."""
    return key.encode()[:KEY_BYTES].decode(errors="ignore")


def employee_columns(document: Document) -> dict[str, Any]:
    """Return the projected columns of a user document."""
    extension = document.get(ENTERPRISE, {})
    work_email = of_type(document, "emails", "work", "value")
    name = display_name(document)
    title, department = document.get("title"), extension.get("department")
    return {
        "external_id": document.get("externalId"),
        "user_name": document["userName"],
        "user_name_key": unique_key("userName", document["userName"]),
        "display_name": name,
        "display_name_key": _cut(fold(name)),
        "work_email": work_email,
        "work_email_key": _folded(work_email),
        "has_several_work_emails": _has_several_work_emails(document),
        "title": title,
        "title_key": _folded(title),
        "department": department,
        "department_key": _folded(department),
        "active": is_active(document),
    }


def changed_columns(
    project: Callable[[Document], dict[str, Any]], old: Document, new: Document
) -> dict[str, Any]:
    """Return what `project` makes of a new document, as far as it differs.

    Whatever an UPDATE sets, SQLite writes into each index of it, even what was there.
    """
    before = project(old)
    return {
        name: value for name, value in project(new).items() if value != before[name]
    }


def is_active(document: Document) -> bool:
    """Tell whether the person is active; whoever is not said to be is not."""
    return bool(document.get("active", False))


def group_columns(document: Document) -> dict[str, Any]:
    """Return the projected columns of a group document."""
    return {
        "external_id": document.get("externalId"),
        "display_name": document["displayName"],
        "display_name_key": unique_key("displayName", document["displayName"]),
    }


def display_name(document: Document) -> str:
    """Return what to call the person, falling back from displayName to userName."""
    name = document.get("name", {})
    parts = [name.get("givenName"), name.get("familyName")]
    full = name.get("formatted") or " ".join(part for part in parts if part)
    return document.get("displayName") or full or str(document["userName"])


def of_type(document: Document, attribute: str, kind: str, sub: str) -> Any:
    """Return `attribute[type eq "kind"].sub` of a document, or None."""
    found: Document = next(_of_type(document, attribute, kind), {})
    return found.get(sub)


def tutorial_values(document: Document) -> Iterator[tuple[str, str, Any]]:
    """Yield (label, SCIM path, value or None) for the tutorial's 19 attributes."""
    for label, path in TUTORIAL_ATTRIBUTES:
        yield label, path, _value_at(document, path)


def folded_document(document: Document, resource_type: ResourceType) -> Document:
    """Return a copy to search and sort by: text is folded wherever the schema compares
    without case, and of several values the primary one comes first.
    """
    folded: Document = {}
    for name, value in document.items():
        attribute = resource_type.attribute(name)
        extension = None if attribute else resource_type.extension(name)
        if extension is not None:
            folded[name] = {
                inner: _fold_value(value[inner], extension.attribute(inner))
                for inner in value
            }
        else:
            folded[name] = _fold_value(value, attribute)
    return folded


def _fold_value(value: Any, attribute: Attribute | None) -> Any:
    if attribute is None:
        return value
    if isinstance(value, str):
        return value if attribute.case_exact else fold(value)
    if isinstance(value, list):
        return [_fold_value(element, attribute) for element in _primary_first(value)]
    if isinstance(value, dict):
        sub = attribute.sub
        return {name: _fold_value(inner, sub(name)) for name, inner in value.items()}
    return value


def _primary_first(elements: list[Any]) -> list[Any]:
    if len(elements) == 1:
        return elements
    return sorted(elements, key=lambda element: not element.get("primary"))


def _has_several_work_emails(document: Document) -> bool:
    return len(document.get("emails", ())) > 1 and (
        len([*_of_type(document, "emails", "work")]) > 1
    )


def _of_type(document: Document, attribute: str, kind: str) -> Iterator[Document]:
    elements = document.get(attribute, ())
    return (one for one in elements if fold(one.get("type", "")) == kind)


def _folded(text: str | None) -> str | None:
    return None if text is None else _cut(fold(text))


def _value_at(document: Document, path: str) -> Any:
    if path == "department":
        return document.get(ENTERPRISE, {}).get("department")
    if "[" in path:
        attribute, kind, sub = path.replace('"].', '[type eq "').split('[type eq "')
        return of_type(document, attribute, kind, sub)
    value: Any = document
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return value
