"""What this endpoint can do, in its own words (RFC 7643 §5 to §7, RFC 7644 §4)."""

from __future__ import annotations

from typing import Any

from flask import Response, request

from envoy_console import config
from envoy_console.scim import messages
from envoy_console.scim.errors import ForbiddenError, NotFoundError
from envoy_console.scim.schemas import (
    RESOURCE_TYPES,
    SCHEMAS,
    resource_type_to_json,
    schema_to_json,
)
from envoy_console.scim_api import wire
from envoy_console.scim_api.blueprint import bp
from envoy_console.scim_api.bulk import MAX_OPERATIONS

SERVICE_PROVIDER_CONFIG = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"


@bp.get("/ServiceProviderConfig")
@bp.get("/serviceConfiguration")
def service_provider_config() -> Response:
    """Announce exactly what is served and enforced."""
    _refuse_filter()
    settings = config.current()
    return wire.scim_response(
        {
            "schemas": [SERVICE_PROVIDER_CONFIG],
            "documentationUri": "https://datatracker.ietf.org/doc/html/rfc7644",
            "patch": {"supported": True},
            "bulk": {
                "supported": True,
                "maxOperations": MAX_OPERATIONS,
                "maxPayloadSize": settings.max_body,
            },
            "filter": {"supported": True, "maxResults": settings.scim_page_limit},
            "changePassword": {"supported": False},
            "sort": {"supported": True},
            "pagination": {
                "cursor": True,
                "index": True,
                "defaultPaginationMethod": "index",
                "defaultPageSize": settings.scim_page_size,
                "maxPageSize": settings.scim_page_limit,
                "cursorTimeout": int(settings.cursor_lifetime.total_seconds()),
            },
            "etag": {"supported": True},
            "authenticationSchemes": [
                {
                    "type": "oauthbearertoken",
                    "name": "OAuth Bearer Token",
                    "description": "The OAUTH BEARER TOKEN of the integration page.",
                    "specUri": "https://datatracker.ietf.org/doc/html/rfc6750",
                    "primary": True,
                },
                {
                    "type": "oauth2",
                    "name": "OAuth 2.0 Client Credentials",
                    "description": "An access token for the client of the integration "
                    f"page, from {settings.oauth_token_url}.",
                    "specUri": "https://datatracker.ietf.org/doc/html/rfc6749",
                },
            ],
            "meta": {
                "resourceType": "ServiceProviderConfig",
                "location": f"{settings.scim_url}/ServiceProviderConfig",
            },
        }
    )


@bp.get("/ResourceTypes")
def list_resource_types() -> Response:
    """Users and groups."""
    base = config.current().scim_url
    return _listed([resource_type_to_json(kind, base) for kind in RESOURCE_TYPES])


@bp.get("/ResourceTypes/<name>")
def get_resource_type(name: str) -> Response:
    """One of them."""
    for kind in RESOURCE_TYPES:
        if kind.name == name:
            found = resource_type_to_json(kind, config.current().scim_url)
            return wire.scim_response(found)
    raise NotFoundError(
        f"There is no resource type “{name[:64]}”: only User and Group."
    )


@bp.get("/Schemas")
def list_schemas() -> Response:
    """Every schema; Entra reads this when its configuration page opens."""
    base = config.current().scim_url
    return _listed([schema_to_json(schema, base) for schema in SCHEMAS])


@bp.get("/Schemas/<urn>")
def get_schema(urn: str) -> Response:
    """One schema by its URN."""
    for schema in SCHEMAS:
        if schema.urn.lower() == urn.lower():
            return wire.scim_response(schema_to_json(schema, config.current().scim_url))
    raise NotFoundError(
        f"There is no schema “{urn[:128]}”. /Schemas lists those there are."
    )


def _refuse_filter() -> None:
    """A client must not take a whole list for a filtered one (RFC 7644 §4)."""
    if "filter" in request.args:
        raise ForbiddenError("What describes the endpoint cannot be filtered.")


def _listed(found: list[dict[str, Any]]) -> Response:
    _refuse_filter()
    return wire.scim_response(
        messages.list_response(
            found, total=len(found), start_index=1, items_per_page=len(found)
        )
    )
