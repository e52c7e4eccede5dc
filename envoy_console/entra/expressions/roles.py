"""Functions for the roles that somebody has in an app: names, in appRoleAssignments."""

from __future__ import annotations

from typing import Any

from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import items, text_of

functions = Functions()

TYPE = "WindowsAzureActiveDirectoryRole"


@functions.add(
    "SingleAppRoleAssignment([appRoleAssignments])",
    "The role of a user, as text. Of several roles nobody can tell which one it is.",
    "SingleAppRoleAssignment([appRoleAssignments])",
)
def single(assignments: Any) -> str | None:
    return text_of(assignments) or None


@functions.add(
    "AppRoleAssignmentsComplex([appRoleAssignments])",
    "All roles of a user. Those that the target has beside them stay.",
    "AppRoleAssignmentsComplex([appRoleAssignments])",
)
def several(assignments: Any) -> list[dict[str, Any]]:
    return [_role(text_of(each), "displayName") for each in items(assignments)]


@functions.add(
    "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
    "All roles of a user. Those that the target has beside them are removed.",
    "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
)
def assertive(assignments: Any) -> list[dict[str, Any]]:
    return [_role(text_of(each), "display") for each in items(assignments)]


def _role(name: str, shown: str) -> dict[str, Any]:
    return {"primary": False, "type": TYPE, shown: name, "value": name}
