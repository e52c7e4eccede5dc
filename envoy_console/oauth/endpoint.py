"""The token endpoint: OAuth 2.0 client credentials (RFC 6749 §4.4), beside the token.

Microsoft asks new gallery apps for it. Authlib speaks the protocol; what a client is
and what it may do is the business of `directory/`.
"""

from __future__ import annotations

import logging
from typing import Any

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.rfc6749 import (
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Error,
    OAuth2Request,
)
from authlib.oauth2.rfc6749.grants import ClientCredentialsGrant
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from flask import Blueprint, Flask, Request, Response, jsonify, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from envoy_console import config
from envoy_console.directory import clients, token_text
from envoy_console.directory.throttle import ThrottledError
from envoy_console.extensions import csrf
from envoy_console.models.transactions import UNAVAILABLE, read, write

FORM = "application/x-www-form-urlencoded"
GRANT = "client_credentials"
SCOPE = "scim"
TLS_URL = "https://localhost/oauth/token"
METHODS = ["client_secret_basic", "client_secret_post"]

bp = Blueprint("oauth", __name__)


class Applicant(ClientMixin):  # type: ignore[misc]  # Authlib ships no types
    """Whoever says that it is a client of ours; for a stranger, `found` is None."""

    def __init__(self, client_id: str) -> None:
        self.client_id = client_id
        with read() as tx:
            self.found = clients.find(tx, client_id)

    def check_client_secret(self, secret: str) -> bool:
        """Judge the secret. A right one always gets in: 256 bits cannot be guessed."""
        if clients.is_secret(self.found, secret):
            return True
        source = request.remote_addr or ""
        write(lambda tx: clients.count_wrong_secret(tx, self.client_id, source=source))
        return False

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == GRANT


class TokenRequest(FlaskOAuth2Request):  # type: ignore[misc]
    """A token request as RFC 6749 §3.2 wants it: all of it in the body."""

    def __init__(self, asked: Request) -> None:
        # Authlib refuses plain http by this URL. Here that is for EXTERNAL_URL and the
        # proxy in front to decide, as it is for the SCIM endpoint.
        OAuth2Request.__init__(self, asked.method, TLS_URL, headers=asked.headers)
        self._request = asked
        self.payload = BasicOAuth2Payload(asked.form.to_dict())


class Server(AuthorizationServer):  # type: ignore[misc]
    """Authlib's server, with our way of reading a request and our sentences."""

    def create_oauth2_request(self, _request: Any) -> TokenRequest:
        return TokenRequest(request)

    def authenticate_client(
        self, asked: TokenRequest, methods: list[str], endpoint: str = "token"
    ) -> Applicant:
        try:
            client: Applicant = super().authenticate_client(asked, methods, endpoint)
        except InvalidClientError as error:
            raise _unknown_client() from error
        except ValueError as error:  # not base64, or not UTF-8 within
            raise InvalidRequestError(
                "The Authorization header cannot be read."
            ) from error
        return client

    def handle_error_response(self, asked: Any, error: OAuth2Error) -> Response:
        response: Response = super().handle_error_response(asked, error)
        if response.status_code == 401:
            response.headers["WWW-Authenticate"] = 'Basic realm="OAuth"'
        return response


class Grant(ClientCredentialsGrant):  # type: ignore[misc]
    """The only grant there is."""

    TOKEN_ENDPOINT_AUTH_METHODS = METHODS


def init_app(app: Flask) -> None:
    """Open the token endpoint; a client's secret stands in for a CSRF token there."""
    # Authlib logs each token that it issues, in the clear, at this level
    logging.getLogger("authlib").setLevel(logging.INFO)
    app.register_blueprint(bp)
    csrf.exempt(bp)


@bp.post("/oauth/token")
def token() -> ResponseReturnValue:
    """Exchange a client's secret for an access token."""
    _check_form()
    response: Response = server.create_token_response()
    return response


@bp.get("/.well-known/oauth-authorization-server")
def metadata() -> ResponseReturnValue:
    """Describe the token endpoint (RFC 8414)."""
    settings = config.current()
    return jsonify(
        issuer=settings.external_url,
        token_endpoint=settings.oauth_token_url,
        token_endpoint_auth_methods_supported=METHODS,
        grant_types_supported=[GRANT],
        response_types_supported=[],
        scopes_supported=[SCOPE],
    )


@bp.errorhandler(OAuth2Error)
def refuse(error: OAuth2Error) -> Response:
    """Answer as RFC 6749 §5.2 says."""
    response: Response = server.handle_error_response(None, error)
    return response


@bp.errorhandler(ThrottledError)
def slow_down(error: ThrottledError) -> Response:
    """Answer whoever keeps sending wrong secrets."""
    failure = InvalidClientError(str(error), status_code=429)
    response = refuse(failure)
    response.headers["Retry-After"] = str(round(error.retry_after.total_seconds()) or 1)
    return response


def refuse_for_now(_error: Exception) -> Response:
    """Answer 503 while the database cannot serve."""
    failure = OAuth2Error("Try again shortly.", status_code=503)
    failure.error = "temporarily_unavailable"
    response = refuse(failure)
    response.headers["Retry-After"] = "2"
    return response


for kind in UNAVAILABLE:
    bp.register_error_handler(kind, refuse_for_now)


@bp.errorhandler(HTTPException)
def refuse_http(error: HTTPException) -> Response:
    """Answer what Flask itself refuses, such as a body too large."""
    failure = InvalidRequestError("This request cannot be read.")
    failure.status_code = error.code or 400
    return refuse(failure)


def _check_form() -> None:
    """Refuse what Authlib would let pass (RFC 6749 §2.3, §3.2, §5.2)."""
    if request.mimetype != FORM:
        raise InvalidRequestError(f"Send the parameters in the body, as {FORM}.")
    repeated = [name for name in request.form if len(request.form.getlist(name)) > 1]
    if repeated:
        raise InvalidRequestError("A parameter is there more than once.")
    if "client_secret" in request.form and "Authorization" in request.headers:
        raise InvalidRequestError("Send the client secret in one place only.")
    if not request.form.get("grant_type"):
        raise InvalidRequestError("grant_type is missing: it is client_credentials.")
    if request.form["grant_type"] != GRANT:
        raise OAuth2Error(
            f"The only grant_type here is {GRANT}.", error="unsupported_grant_type"
        )


def _unknown_client() -> InvalidClientError:
    """Return the one error for a wrong id and a wrong secret."""
    return InvalidClientError(
        "This is not the id and the secret of a client. Copy both from the page of "
        "Microsoft Azure SCIM; rotate the secret if it is lost.",
        status_code=401,
    )


def _new_token(**_: Any) -> dict[str, Any]:
    lifetime = config.current().access_token_lifetime
    return {
        "access_token": token_text.generate(),
        "token_type": "Bearer",
        "expires_in": int(lifetime.total_seconds()),
        "scope": SCOPE,
    }


def _save(made: dict[str, Any], asked: TokenRequest) -> None:
    found, source = asked.client.found, request.remote_addr or ""
    try:
        write(lambda tx: clients.grant(tx, found, made["access_token"], source=source))
    except clients.UnknownClientError as error:
        raise _unknown_client() from error


server = Server(query_client=Applicant, save_token=_save)
server.scopes_supported = [SCOPE]
server.register_token_generator(GRANT, _new_token)
server.register_grant(Grant)
