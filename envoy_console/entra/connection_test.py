"""Test Connection: ask for somebody who cannot exist, and expect an empty list.

The same question opens every cycle, so that a wrong token or address is found before
any object is taken for absent.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from envoy_console.entra import target_errors
from envoy_console.entra.client import ScimClient
from envoy_console.entra.target_errors import INCOMPATIBLE, TargetError

SUCCESS = "The supplied credentials are authorized to enable provisioning"
FAILURE = (
    "You appear to have entered invalid credentials. Please confirm you are using the "
    "correct information for an administrative account."
)
UNAVAILABLE = (
    "We are not able to connect to your application while attempting to validate our "
    "authorization to access your application. Please ensure that you have provided "
    "valid credentials to the application and reach out to the application developer "
    "to diagnose why the authorization is failing."
)
UNEXPECTED = (
    "While attempting to validate our authorization to access your application, we "
    "received this unexpected response: {message}"
)


@dataclass(frozen=True, slots=True)
class ConnectionResult:
    """What Test Connection shows."""

    ok: bool
    title: str
    message: str
    error_code: str = ""
    details: str = ""
    recommendation: str = ""
    request_id: str = ""


def check_connection(
    client: ScimClient,
    app_name: str,
    *,
    user_attribute: str,
    group_attribute: str | None = None,
) -> ConnectionResult:
    """Probe the users, and the groups where they are mapped, by what matches them."""
    title = f"Testing connection to {app_name}"
    try:
        probe(client, user_attribute=user_attribute, group_attribute=group_attribute)
    except TargetError as error:
        return _failure(title, error, client.last_request_id or str(uuid.uuid4()))
    return ConnectionResult(
        True, title, SUCCESS, request_id=client.last_request_id or ""
    )


def refused(app_name: str, reason: str) -> ConnectionResult:
    """Return the result for a Tenant URL that may not be dialled, and why."""
    return ConnectionResult(
        False,
        f"Testing connection to {app_name}",
        reason,
        target_errors.CREDENTIALS_UNVERIFIED,
        request_id=str(uuid.uuid4()),
    )


def probe(
    client: ScimClient,
    *,
    user_attribute: str,
    group_attribute: str | None = None,
    times: int = 1,
) -> None:
    """Ask for users, and a group, that nobody has; raise TargetError if that fails.

    A cycle does so with three users.
    """
    for _ in range(times):
        _probe(client, "Users", user_attribute)
    if group_attribute:
        _probe(client, "Groups", group_attribute)


def _probe(client: ScimClient, resource_type: str, attribute: str) -> None:
    nobody = str(uuid.uuid4())
    if found := client.query(resource_type, attribute, nobody):
        raise TargetError(
            target_errors.INCOMPATIBLE_FILTERING,
            f"{len(found)} {resource_type} were returned for {attribute} {nobody!r}, "
            "a random value that none of them can have.",
        )


def _failure(title: str, error: TargetError, request_id: str) -> ConnectionResult:
    code, details = _explained(error)
    return ConnectionResult(
        False, title, FAILURE, code, details, error.recommendation, request_id
    )


def _explained(error: TargetError) -> tuple[str, str]:
    """Return the code and the details that Test Connection shows for a failed probe."""
    if error.is_credentials:
        return error.code, error.message
    if error.status is None and error.code != target_errors.INCOMPATIBLE_FILTERING:
        details = f"{UNAVAILABLE}\n{error.message}"
        return target_errors.CREDENTIALS_UNVERIFIED, details
    is_named = error.code.startswith(INCOMPATIBLE)
    code = error.code if is_named else target_errors.CREDENTIALS_UNVERIFIED
    return code, UNEXPECTED.format(message=error.message)
