"""Functions for the roles that somebody has in an app."""

from __future__ import annotations

from typing import Any

from envoy_console.entra.expressions.errors import EvaluationError
from envoy_console.entra.expressions.functions import Functions
from envoy_console.entra.expressions.values import items, text_of

functions = Functions()

ROLE = "WindowsAzureActiveDirectoryRole"


@functions.add(
    "SingleAppRoleAssignment([appRoleAssignments])",
    "Takes the one role of a user; two or more cannot be sent.",
    "SingleAppRoleAssignment([appRoleAssignments])",
    takes=(1, 1),
)
def single(assignments: Any) -> str:
    roles = items(assignments)
    if len(roles) > 1:
        raise EvaluationError(
            f"The user has {len(roles)} roles, and SingleAppRoleAssignment takes one. "
            "Assign a single role, or use AppRoleAssignmentsComplex."
        )
    return text_of(roles)


@functions.add(
    "AppRoleAssignmentsComplex([appRoleAssignments])",
    "Sends every role of a user; those taken away stay at the target.",
    "AppRoleAssignmentsComplex([appRoleAssignments])",
    takes=(1, 1),
)
def every(assignments: Any) -> list[dict[str, Any]]:
    return [_role(name) for name in items(assignments)]


@functions.add(
    "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
    "Sends every role of a user and removes the others.",
    "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])",
    takes=(1, 1),
)
def assertive(assignments: Any) -> list[dict[str, Any]]:
    return [_role(name) for name in items(assignments)]


def _role(name: Any) -> dict[str, Any]:
    return {
        "primary": False,
        "type": ROLE,
        "display": text_of(name),
        "value": text_of(name),
    }
