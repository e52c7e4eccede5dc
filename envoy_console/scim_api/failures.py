"""Failures under `/scim/` in SCIM's shape (RFC 7644 §3.12), routing errors included."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import HTTPException, SecurityError

from envoy_console import config
from envoy_console.models.transactions import UnknownOutcomeError
from envoy_console.scim import messages
from envoy_console.scim.errors import (
    ForbiddenError,
    InvalidSyntaxError,
    MethodNotAllowedError,
    NotFoundError,
    PayloadTooLargeError,
    ScimError,
    TooManyRequestsError,
    UnauthorizedError,
    UnavailableError,
    UnsupportedMediaTypeError,
)
from envoy_console.scim_api.wire import scim_response

UNKNOWN_HOST = (
    "This server does not go by that name. Set EXTERNAL_URL to the address that people "
    "use, or add the name to TRUSTED_HOSTS."
)
UNKNOWN_OUTCOME = (
    "The database went away while it was storing this, and may or may not have stored "
    "it. Look for it shortly, before you send it again."
)
CHALLENGE = 'Bearer realm="SCIM"'


def init_app(app: Flask) -> None:
    """Render every ScimError that a view or a hook raises."""
    app.register_error_handler(ScimError, answer)


def answer(error: ScimError) -> Response:
    """Return the response for a SCIM error."""
    if exchange := g.get("exchange"):
        exchange.detail = error.detail
    response = scim_response(messages.error_body(error), error.status)
    if isinstance(error, UnauthorizedError):
        response.headers["WWW-Authenticate"] = _challenge()
    if isinstance(error, UnavailableError):
        response.headers["Retry-After"] = "2"
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.retry_after)
    return response


def _challenge() -> str:
    """A client that sent no token made no error yet (RFC 6750 §3.1)."""
    if "Authorization" not in request.headers:
        return CHALLENGE
    return f'{CHALLENGE}, error="invalid_token"'


def answer_http(error: HTTPException) -> Response:
    """Return the response for what Flask itself refuses."""
    response = answer(_as_scim(error))
    if allow := error.get_response().headers.get("Allow"):
        response.headers["Allow"] = allow
    return response


def answer_unavailable(error: Exception) -> Response:
    """Return 503 for a database that cannot serve just now."""
    log_unavailable(error)
    if isinstance(error, UnknownOutcomeError):
        return answer(UnavailableError(UNKNOWN_OUTCOME))
    return answer(
        UnavailableError(
            "The directory is busy. Nothing was changed; try again shortly."
        )
    )


def log_unavailable(error: Exception) -> None:
    """Note why the database cannot serve, without what was asked of it."""
    reason = getattr(error, "orig", None) or error
    said = str(reason).partition("\n")[0]
    current_app.logger.warning(
        "database unavailable: %s: %s", type(reason).__name__, said
    )


def answer_unexpected(error: Exception) -> Response:
    """Return 500 without saying more than the id under which the log has the rest."""
    current_app.logger.error("unexpected failure under /scim/", exc_info=error)
    failure = ScimError("Something went wrong on our side. The log has the details.")
    failure.status = 500
    return answer(failure)


def _as_scim(error: HTTPException) -> ScimError:
    match error.code:
        case 403:
            return ForbiddenError("This is not allowed.")
        case 404:
            return NotFoundError(
                "There is no such endpoint. The Tenant URL ends in /scim/v2; "
                "resources are at /Users and /Groups below it."
            )
        case 405:
            return MethodNotAllowedError("This endpoint does not take that method.")
        case 413:
            most = config.current().max_body
            return PayloadTooLargeError(
                f"A request body may have at most {most:,} bytes (maxPayloadSize)."
            )
        case 415:
            return UnsupportedMediaTypeError("Send application/scim+json.")
    if isinstance(error, SecurityError):
        return InvalidSyntaxError(UNKNOWN_HOST)
    failure = InvalidSyntaxError(str(error.description or "The request is malformed."))
    failure.status = error.code or 400
    return failure
