"""The catalogue of source attributes: what a mapping, a scoping filter, a form or a CSV
file may name, and what the admin center calls it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """What a source attribute holds."""

    STRING = "String"
    BOOLEAN = "Boolean"
    DATE_TIME = "DateTime"
    REFERENCE = "Reference"
    LIST = "List"


@dataclass(frozen=True, slots=True)
class SourceAttribute:
    """An attribute of the tenant's users or groups; names are case-sensitive."""

    name: str
    label: str
    type: Type = Type.STRING
    # False where the service decides and no administrator can
    is_editable: bool = True


def _by_name(*attributes: SourceAttribute) -> Mapping[str, SourceAttribute]:
    return {attribute.name: attribute for attribute in attributes}


USER = _by_name(
    SourceAttribute("userPrincipalName", "User principal name"),
    SourceAttribute("displayName", "Display name"),
    SourceAttribute("givenName", "First name"),
    SourceAttribute("surname", "Last name"),
    SourceAttribute("mail", "Email"),
    SourceAttribute("mailNickname", "Mail nickname"),
    SourceAttribute("objectId", "Object ID", is_editable=False),
    SourceAttribute("accountEnabled", "Account enabled", Type.BOOLEAN),
    SourceAttribute("userType", "User type"),
    SourceAttribute("jobTitle", "Job title"),
    SourceAttribute("companyName", "Company name"),
    SourceAttribute("department", "Department"),
    SourceAttribute("employeeId", "Employee ID"),
    SourceAttribute("employeeType", "Employee type"),
    SourceAttribute("employeeHireDate", "Employee hire date", Type.DATE_TIME),
    SourceAttribute("physicalDeliveryOfficeName", "Office location"),
    SourceAttribute("manager", "Manager", Type.REFERENCE),
    SourceAttribute("streetAddress", "Street address"),
    SourceAttribute("city", "City"),
    SourceAttribute("state", "State or province"),
    SourceAttribute("postalCode", "ZIP or postal code"),
    SourceAttribute("country", "Country or region"),
    SourceAttribute("telephoneNumber", "Business phone"),
    SourceAttribute("mobile", "Mobile phone"),
    SourceAttribute("facsimileTelephoneNumber", "Fax number"),
    SourceAttribute("preferredLanguage", "Preferred language"),
    SourceAttribute("usageLocation", "Usage location"),
    *(
        SourceAttribute(f"extensionAttribute{number}", f"Extension attribute {number}")
        for number in range(1, 16)
    ),
    # of a guest, the userPrincipalName with its #EXT# (spec §3.1)
    SourceAttribute(
        "originalUserPrincipalName", "Original user principal name", is_editable=False
    ),
    SourceAttribute(
        "IsSoftDeleted", "Is soft deleted", Type.BOOLEAN, is_editable=False
    ),
    SourceAttribute(
        "appRoleAssignments", "App role assignments", Type.LIST, is_editable=False
    ),
)

GROUP = _by_name(
    SourceAttribute("displayName", "Group name"),
    SourceAttribute("description", "Group description"),
    SourceAttribute("mail", "Email"),
    SourceAttribute("mailEnabled", "Mail enabled", Type.BOOLEAN),
    SourceAttribute("mailNickname", "Mail nickname"),
    SourceAttribute("securityEnabled", "Security enabled", Type.BOOLEAN),
    SourceAttribute("objectId", "Object ID", is_editable=False),
    SourceAttribute("members", "Members", Type.REFERENCE),
)

OF_KIND: Mapping[str, Mapping[str, SourceAttribute]] = {"User": USER, "Group": GROUP}
