"""What a form or a file says about an employee, and the document that comes of it.

Details are a mapping from the names in `FIELDS` to text; what they do not name stays as
it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from envoy_console.directory.errors import RuleError
from envoy_console.directory.fields import Document, display_name, of_type
from envoy_console.directory.people import EmployeeRecord
from envoy_console.scim.folding import fold
from envoy_console.scim.schemas import ENTERPRISE

Values = Mapping[str, str]

# name of a field: what Envoy calls it, and its greatest length
FIELDS: dict[str, tuple[str, int]] = {
    "name": ("Name", 200),
    "email": ("Email address", 254),
    "phone": ("Cell phone number", 50),
    "location": ("Primary location", 100),
    "title": ("Title", 200),
    "department": ("Department", 200),
    "manager": ("Manager", 254),
}

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class DetailsError(RuleError):
    """Details that cannot be: what is wrong with which of the FIELDS."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        super().__init__(" ".join(problems.values()))
        self.problems = problems


def tidied(values: Values) -> dict[str, str]:
    """Return the values with their white space in order."""
    return {name: " ".join(text.split()) for name, text in values.items()}


def problems(values: Values) -> Iterator[tuple[str, str]]:
    """Yield (field, sentence) for what is wrong with tidied values by themselves."""
    if not values.get("name", "?"):
        yield "name", "Enter a name."
    if not EMAIL.fullmatch(values.get("email", "a@b.c")):
        yield "email", "Enter an email address, such as ann@contoso.example."
    for name, text in values.items():
        label, longest = FIELDS[name]
        if len(text) > longest:
            yield name, f"{label} is too long: use at most {longest} characters."


def of(record: EmployeeRecord) -> dict[str, str]:
    """Return what a form or a file says about an employee; a manager by their id."""
    document = record.document
    return {
        "name": display_name(document),
        "email": email_of(document),
        "phone": of_type(document, "phoneNumbers", "mobile", "value") or "",
        "title": document.get("title") or "",
        "department": document.get(ENTERPRISE, {}).get("department") or "",
        "manager": record.manager_id or "",
    }


def amended(old: Document, values: Values) -> Document:
    """Return a document with `values` in it, the manager named by id."""
    new = dict(old)
    if "email" in values and values["email"] != email_of(old):
        if old.get("userName") in (None, email_of(old)):
            new["userName"] = values["email"]
        new["emails"] = _with(old.get("emails", []), "work", values["email"])
    if "name" in values and values["name"] != _name(old):
        new["displayName"] = values["name"]
        new["name"] = {"formatted": values["name"]}
    if "phone" in values:
        new["phoneNumbers"] = _with(
            old.get("phoneNumbers", []), "mobile", values["phone"]
        )
    if "title" in values:
        new["title"] = values["title"]
    new[ENTERPRISE] = _extension(old.get(ENTERPRISE, {}), values)
    return {name: value for name, value in new.items() if value not in ("", [], {})}


def _name(document: Document) -> str:
    return display_name(document) if document else ""


def email_of(document: Document) -> str:
    """Return by which address an employee is known: the one at work, or the user name."""
    work = of_type(document, "emails", "work", "value")
    return str(work or document.get("userName", ""))


def _with(elements: list[Document], kind: str, value: str) -> list[Document]:
    """Return a list of typed elements where the one of `kind` has `value`, or is gone."""
    others = [e for e in elements if fold(e.get("type", "")) != kind]
    old = next((e for e in elements if fold(e.get("type", "")) == kind), {})
    if not value:
        return others
    return [{"type": kind, **old, "value": value}, *others]


def _extension(old: Document, values: Values) -> Document:
    new = dict(old)
    if "department" in values:
        new["department"] = values["department"]
    if "manager" in values:
        new["manager"] = {"value": values["manager"]} if values["manager"] else ""
    return {name: value for name, value in new.items() if value != ""}
