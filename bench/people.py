"""Users and groups as Entra sends them, made from a number."""

from __future__ import annotations

from typing import Any

CORE = "urn:ietf:params:scim:schemas:core:2.0"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
GIVEN = (
    "Ada",
    "Bruno",
    "Chidi",
    "Dagný",
    "Elif",
    "Farah",
    "Goran",
    "Hana",
    "Íris",
    "Jun",
)
FAMILY = ("Almeida", "Berg", "Çelik", "Duarte", "Egede", "Fujita", "García", "Huang")
DEPARTMENTS = ("Sales", "Engineering", "Support", "Finance", "Reception")

Document = dict[str, Any]


def user_name(number: int) -> str:
    """Return the userName of person `number`."""
    return f"person.{number}@contoso.example"


def user(number: int) -> Document:
    """Return the body of Entra's POST /Users with the tutorial's 19 attributes."""
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    return {
        "schemas": [f"{CORE}:User", ENTERPRISE],
        "externalId": f"person-{number}",
        "userName": user_name(number),
        "active": True,
        "displayName": f"{given} {family} {number}",
        "title": f"Consultant {number % 50}",
        "emails": [{"primary": True, "type": "work", "value": user_name(number)}],
        "preferredLanguage": "en-US",
        "locale": "en-US",
        "name": {
            "givenName": given,
            "familyName": family,
            "formatted": f"{given} {family}",
        },
        "addresses": [
            {
                "primary": True,
                "type": "work",
                "formatted": f"{number} High Street, Lisbon",
                "streetAddress": f"{number} High Street",
                "locality": "Lisbon",
                "region": "Lisboa",
                "postalCode": f"{number % 9000 + 1000}",
                "country": "PT",
            }
        ],
        "phoneNumbers": [
            {"primary": True, "type": "work", "value": f"+351 21 {number:07d}"},
            {"primary": False, "type": "mobile", "value": f"+351 91 {number:07d}"},
        ],
        ENTERPRISE: {"department": DEPARTMENTS[number % len(DEPARTMENTS)]},
    }


def group(name: str, member_ids: list[str] | None = None) -> Document:
    """Return the body of Entra's POST /Groups, with members if there are any."""
    document: Document = {
        "schemas": [f"{CORE}:Group"],
        "externalId": f"external-{name}",
        "displayName": name,
    }
    if member_ids:
        document["members"] = [{"value": member_id} for member_id in member_ids]
    return document
