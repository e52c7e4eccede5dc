"""The application gallery: what an app is born with, and gets back when its default
mappings are restored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from envoy_console.entra.mappings import AttributeMapping, MappingType, ObjectMapping
from envoy_console.entra.target_paths import ENTERPRISE

IS_ACTIVE = 'Switch([IsSoftDeleted], , "False", "True", "True", "False")'
FULL_NAME = 'Join(" ", [givenName], [surname])'


@dataclass(frozen=True, slots=True)
class Template:
    """An application as the gallery offers it."""

    id: str
    name: str
    publisher: str
    category: str
    description: str
    user_mapping: ObjectMapping
    group_mapping: ObjectMapping
    # the administrator names it and brings the Tenant URL
    needs_own_url: bool


def _direct(target: str, source: str, note: str = "") -> AttributeMapping:
    return AttributeMapping(target, MappingType.DIRECT, source, note=note)


def _matching(target: str, source: str) -> AttributeMapping:
    return AttributeMapping(target, MappingType.DIRECT, source, matching_precedence=1)


def _expression(target: str, source: str, note: str = "") -> AttributeMapping:
    return AttributeMapping(target, MappingType.EXPRESSION, source, note=note)


def _mapping(kind: str, *rows: AttributeMapping) -> ObjectMapping:
    return ObjectMapping(kind, True, True, True, True, attributes=rows, filters=())


GROUPS = _mapping(
    "Group",
    _matching("displayName", "displayName"),
    _direct("externalId", "objectId"),
    _direct("members", "members"),
)

# the rows of the tutorial, in its order; their sources by spec §4.3
ENVOY = Template(
    id="envoy",
    name="Envoy",
    publisher="Envoy",
    category="Business management",
    description="Visitors, deliveries and desks of a workplace. Provisioning keeps its "
    "employee directory in step with the people and groups of this tenant.",
    user_mapping=_mapping(
        "User",
        _matching("userName", "userPrincipalName"),
        _direct("externalId", "mailNickname"),
        _direct("displayName", "displayName"),
        _direct("title", "jobTitle"),
        _direct('emails[type eq "work"].value', "mail"),
        _direct("preferredLanguage", "preferredLanguage"),
        _direct("department", "department"),
        _direct('addresses[type eq "work"].country', "country"),
        _direct('addresses[type eq "work"].locality', "city"),
        _direct('addresses[type eq "work"].region', "state"),
        _direct('addresses[type eq "work"].postalCode', "postalCode"),
        _direct('addresses[type eq "work"].formatted', "physicalDeliveryOfficeName"),
        _direct('addresses[type eq "work"].streetAddress', "streetAddress"),
        _direct("name.givenName", "givenName"),
        _direct("name.familyName", "surname"),
        _expression("name.formatted", FULL_NAME),
        _direct('phoneNumbers[type eq "mobile"].value', "mobile"),
        _direct('phoneNumbers[type eq "work"].value', "telephoneNumber"),
        _direct(
            "locale",
            "preferredLanguage",
            note="The tutorial does not tell the source. A locale is a language tag "
            "such as en-US, which preferredLanguage holds; usageLocation is a country.",
        ),
        _expression(
            "active",
            IS_ACTIVE,
            note="Added by the simulator, not in the tutorial's table.",
        ),
    ),
    group_mapping=GROUPS,
    needs_own_url=False,
)

CUSTOM_SCIM = Template(
    id="custom-scim",
    name="Custom SCIM application",
    publisher="Your organization",
    category="Non-gallery application",
    description="Any application with a SCIM 2.0 endpoint. You name it and say where "
    "it is; the mappings are the ones that every new SCIM application gets.",
    user_mapping=_mapping(
        "User",
        _matching("userName", "userPrincipalName"),
        _expression("active", IS_ACTIVE),
        _direct("displayName", "displayName"),
        _direct("title", "jobTitle"),
        _direct('emails[type eq "work"].value', "mail"),
        _direct("preferredLanguage", "preferredLanguage"),
        _direct("name.givenName", "givenName"),
        _direct("name.familyName", "surname"),
        _expression("name.formatted", FULL_NAME),
        _direct('addresses[type eq "work"].formatted', "physicalDeliveryOfficeName"),
        _direct('addresses[type eq "work"].streetAddress', "streetAddress"),
        _direct('addresses[type eq "work"].locality', "city"),
        _direct('addresses[type eq "work"].region', "state"),
        _direct('addresses[type eq "work"].postalCode', "postalCode"),
        _direct('addresses[type eq "work"].country', "country"),
        _direct('phoneNumbers[type eq "work"].value', "telephoneNumber"),
        _direct('phoneNumbers[type eq "mobile"].value', "mobile"),
        _direct('phoneNumbers[type eq "fax"].value', "facsimileTelephoneNumber"),
        _direct("externalId", "mailNickname"),
        _direct(f"{ENTERPRISE}:employeeNumber", "employeeId"),
        _direct(f"{ENTERPRISE}:department", "department"),
        _direct(f"{ENTERPRISE}:manager", "manager"),
    ),
    group_mapping=GROUPS,
    needs_own_url=True,
)

TEMPLATES: Mapping[str, Template] = {
    template.id: template for template in (ENVOY, CUSTOM_SCIM)
}
