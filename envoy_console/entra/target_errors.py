"""What a failure of the target is called, in Entra's codes and Entra's words.

The codes and the text of a failed request are Microsoft's, because that is what people
meet in the provisioning logs and search for. What to do about it is said in our own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from urllib.parse import quote, quote_plus

from envoy_console.redaction import HIDDEN

SCIM = "SystemForCrossDomainIdentityManagement"
INCOMPATIBLE = f"{SCIM}ServiceIncompatible"
INCOMPATIBLE_FILTERING = f"{SCIM}ServiceIncompatibleFiltering"
MULTIPLE_ENTRIES = f"{SCIM}MultipleEntriesInResponse"
BAD_REQUEST = f"{SCIM}BadRequest"
CREDENTIALS_REJECTED = f"{SCIM}CredentialValidationFailure"
CREDENTIALS_UNVERIFIED = f"{SCIM}CredentialValidationUnavailable"
DUPLICATES = "DuplicateTargetEntries"
INVALID_ANCHOR = "InvalidAnchor"
TIMEOUT = "Timeout"
UNREACHABLE = "WebExceptionProtocolError"

BODY_SHOWN = 2048
LONGEST_WAIT = 24 * 60 * 60
SECONDS = re.compile(r"[0-9]{1,9}", re.ASCII)

FAILED_REQUEST = (
    "StatusCode: {status}\n"
    "Message: Processing of the HTTP request resulted in an exception. Please see the "
    "HTTP response returned by the 'Response' property of this exception for details.\n"
    "Web Response:\n{body}"
)
RETRIED = (
    ". This operation was retried {times} times. "
    "It will be retried again after this date: {again:%Y-%m-%dT%H:%M:%S.%f}0Z UTC"
)
GIVEN_UP = (
    ". This operation has failed for 28 days. It will be retried when the object changes, "
    "or when provisioning is restarted."
)
UNREADABLE = (
    "We are not able to deserialize the resource received from your SCIM endpoint "
    "because your SCIM endpoint is not fully compatible with the Azure Active Directory "
    "SCIM client. Here is the resource we received from your SCIM endpoint: {body}"
)
NOT_FOUND = (
    "An HTTP/404 Not Found response was returned rather than the expected HTTP/200 OK "
    "response. A query that finds nothing is answered by an empty ListResponse: see "
    "RFC 7644, section 3.4.2."
)

CODES = {
    400: BAD_REQUEST,
    401: CREDENTIALS_REJECTED,
    403: "InsufficientRights",
    405: "MethodNotAllowed",
    409: "Conflict",
    422: "UnprocessableEntity",
    429: "TooManyRequests",
    501: "NotImplemented",
}
SERVER_ERROR = "InternalServerError"
NAMES = {200: "OK", 422: "UnprocessableEntity"}  # where Python says it otherwise

RECOMMENDATIONS = {
    "DuplicateSourceEntries": (
        "Give one of the two another value of the matching attribute, or take one of them "
        "out of scope."
    ),
    "InternalError": (
        "Try the expression with this user in the Expression builder, and mend the "
        "mapping or the value."
    ),
    BAD_REQUEST: (
        "The target did not understand the request. Read its answer, then correct the "
        "mapping of the attribute that it names, or the target itself."
    ),
    CREDENTIALS_REJECTED: (
        "The target refused the Secret Token. Copy a current token from the target into "
        "Admin Credentials, test the connection, save, and restart provisioning."
    ),
    CREDENTIALS_UNVERIFIED: (
        "The credentials could not be tried. Open Edit provisioning, check the Tenant URL "
        "and the Secret Token with Test Connection, and save."
    ),
    "InsufficientRights": (
        "The target knows the token but does not permit this. Have an administrator of "
        "the target give the token's owner the permission."
    ),
    "MethodNotAllowed": (
        "The target does not offer this operation. Turn it off under Target Object "
        "Actions, or have the target support it."
    ),
    "Conflict": (
        "Another object of the target already has this value, which must be unique. "
        "Change it in Entra or in the target, or match on an attribute that finds the "
        "object."
    ),
    "UnprocessableEntity": (
        "The target understood the request but not a value in it. Correct the value in "
        "Entra, or the mapping that makes it."
    ),
    "TooManyRequests": (
        "The target asks for fewer requests. Nothing needs to be done: the object is "
        "tried again later."
    ),
    "NotImplemented": (
        "The target has not built this operation. Turn it off under Target Object "
        "Actions, or have the target support it."
    ),
    SERVER_ERROR: (
        "The target broke down over this request. Look into its own log; the object is "
        "tried again in the next cycle."
    ),
    INCOMPATIBLE: (
        "The target does not answer as SCIM asks. Check that the Tenant URL is that of "
        "a SCIM 2.0 endpoint, and compare the answer with RFC 7644."
    ),
    INCOMPATIBLE_FILTERING: (
        "The target returned objects that the filter does not ask for. Have it honour "
        "`filter` with `eq` on the matching attribute."
    ),
    MULTIPLE_ENTRIES: (
        "The target returned the members of a group although they were excluded. Have "
        "it honour `excludedAttributes=members`."
    ),
    DUPLICATES: (
        "More than one object of the target has the matching value. Remove the "
        "duplicates in the target, or match on an attribute that is unique."
    ),
    INVALID_ANCHOR: (
        "The object is no longer in the target under the id it had. Restart "
        "provisioning, which matches every object anew."
    ),
    TIMEOUT: (
        "The target took too long. Check that it is up and not overloaded; the object "
        "is tried again in the next cycle."
    ),
    UNREACHABLE: (
        "No proper answer came from the target. Check the Tenant URL, and that the "
        "target is running and can be reached from here."
    ),
}


@dataclass(eq=False)
class TargetError(Exception):
    """The target failed; `message` is what the provisioning log shows."""

    code: str
    message: str
    status: int | None = None
    body: str = ""
    retry_after: int | None = None
    is_credentials: bool = False  # the whole job is in quarantine at once
    recommendation: str = ""

    def __post_init__(self) -> None:
        super().__init__(self.message)
        self.recommendation = self.recommendation or RECOMMENDATIONS[self.code]

    def after(self, retries: int, *, again: datetime | None) -> str:
        """Return the message as the log shows it once the object is in escrow, or has
        been given up.
        """
        said = self.message.removesuffix(".")
        if again is None:
            return said + GIVEN_UP
        return said + RETRIED.format(times=retries, again=again.astimezone(UTC))


def of_status(status: int, body: str, *, retry_after: int | None = None) -> TargetError:
    """What a status that no request hopes for is called."""
    code = CODES.get(status, SERVER_ERROR if status >= 500 else INCOMPATIBLE)
    return TargetError(
        code,
        FAILED_REQUEST.format(status=status_name(status), body=body),
        status,
        body,
        retry_after,
        is_credentials=code == CREDENTIALS_REJECTED,
    )


def endpoint_missing(body: str) -> TargetError:
    """404 for a whole resource type, which is never taken for an object's absence."""
    return TargetError(INCOMPATIBLE, NOT_FOUND, 404, body, is_credentials=True)


def object_missing(status: int, body: str) -> TargetError:
    """404 for one object: what was linked is gone."""
    message = FAILED_REQUEST.format(status=status_name(status), body=body)
    return TargetError(INVALID_ANCHOR, message, status, body)


def unreadable(status: int, body: str, reason: str) -> TargetError:
    """An answer that is no SCIM; `reason` says what is wrong with it."""
    message = f"{UNREADABLE.format(body=body)}\n{reason}"
    return TargetError(INCOMPATIBLE, message, status, body)


def status_name(status: int) -> str:
    """Name a status as .NET does: `BadRequest`."""
    try:
        phrase = NAMES.get(status) or HTTPStatus(status).phrase.title()
    except ValueError:
        return str(status)
    return phrase.replace(" ", "").replace("-", "").replace("'", "")


def seconds_to_wait(retry_after: str, now: datetime) -> int | None:
    """Read `Retry-After`, which is a number of seconds or a date."""
    text = retry_after.strip()
    if SECONDS.fullmatch(text):
        return min(int(text), LONGEST_WAIT)
    try:
        seconds = (parsedate_to_datetime(text).astimezone(UTC) - now).total_seconds()
    except (ValueError, OverflowError, TypeError):
        return None
    return int(min(max(seconds, 0), LONGEST_WAIT))


def presentable(body: bytes | bytearray, token: str) -> str:
    """Return the start of an answer as text that may be shown, without the token."""
    text = body.decode("utf-8", "replace").replace("\x00", "\ufffd")
    return redacted(text, token)[:BODY_SHOWN]


def redacted(text: str, token: str) -> str:
    for spelling in {token, quote(token, safe=""), quote_plus(token)} - {""}:
        text = text.replace(spelling, HIDDEN)
    return text
