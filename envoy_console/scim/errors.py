"""What can go wrong, in the vocabulary of RFC 7644 §3.12.

    ScimError                        400
    ├── InvalidFilterError           400  invalidFilter
    ├── TooManyError                 400  tooMany
    ├── UniquenessError              409  uniqueness
    ├── MutabilityError              400  mutability
    ├── InvalidSyntaxError           400  invalidSyntax
    ├── InvalidPathError             400  invalidPath
    │   └── UnknownAttributeError    400  invalidPath
    ├── NoTargetError                400  noTarget
    ├── InvalidValueError            400  invalidValue
    ├── InvalidVersionError          400  invalidVers
    ├── InvalidCursorError           400  invalidCursor   (RFC 9865)
    ├── ExpiredCursorError           400  expiredCursor   (RFC 9865)
    ├── InvalidCountError            400  invalidCount    (RFC 9865)
    ├── SensitiveError               403  sensitive
    ├── UnauthorizedError            401
    ├── ForbiddenError               403
    ├── NotFoundError                404
    ├── MethodNotAllowedError        405
    ├── PreconditionFailedError      412
    ├── PayloadTooLargeError         413
    ├── UnsupportedMediaTypeError    415
    ├── TooManyRequestsError         429
    ├── NotImplementedScimError      501
    └── UnavailableError             503

The detail is written for the administrator who reads the wire log: it names
the attribute and says what was expected.
"""


class ScimError(Exception):
    status: int = 400
    scim_type: str | None = None

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class InvalidFilterError(ScimError):
    scim_type = "invalidFilter"


class TooManyError(ScimError):
    scim_type = "tooMany"


class UniquenessError(ScimError):
    status = 409
    scim_type = "uniqueness"


class MutabilityError(ScimError):
    scim_type = "mutability"


class InvalidSyntaxError(ScimError):
    scim_type = "invalidSyntax"


class InvalidPathError(ScimError):
    scim_type = "invalidPath"


class UnknownAttributeError(InvalidPathError):
    """A well-formed path to an attribute that the schema does not have."""


class NoTargetError(ScimError):
    scim_type = "noTarget"


class InvalidValueError(ScimError):
    scim_type = "invalidValue"


class InvalidVersionError(ScimError):
    scim_type = "invalidVers"


class InvalidCursorError(ScimError):
    scim_type = "invalidCursor"


class ExpiredCursorError(ScimError):
    scim_type = "expiredCursor"


class InvalidCountError(ScimError):
    scim_type = "invalidCount"


class SensitiveError(ScimError):
    status = 403
    scim_type = "sensitive"


class UnauthorizedError(ScimError):
    status = 401


class ForbiddenError(ScimError):
    status = 403


class NotFoundError(ScimError):
    status = 404


class MethodNotAllowedError(ScimError):
    status = 405


class PreconditionFailedError(ScimError):
    status = 412


class PayloadTooLargeError(ScimError):
    status = 413


class UnsupportedMediaTypeError(ScimError):
    status = 415


class TooManyRequestsError(ScimError):
    """Requests come too fast; `retry_after` says for how many seconds to wait."""

    status = 429

    def __init__(self, detail: str, *, retry_after: int = 1) -> None:
        super().__init__(detail)
        self.retry_after = retry_after


class NotImplementedScimError(ScimError):
    status = 501


class UnavailableError(ScimError):
    status = 503
