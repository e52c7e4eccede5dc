"""Between HTTP and the SCIM core: bodies in, resources out, ETags both ways."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from flask import Response
from gunicorn.http.errors import ParseException
from werkzeug.datastructures import Headers
from werkzeug.exceptions import RequestEntityTooLarge

from envoy_console import config, here
from envoy_console.directory.records import Record, Versions
from envoy_console.scim import resources, strict_json
from envoy_console.scim.errors import (
    InvalidSyntaxError,
    InvalidValueError,
    UnsupportedMediaTypeError,
)
from envoy_console.scim.resources import Selection
from envoy_console.scim.schemas import ResourceType

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

SCIM_JSON = "application/scim+json"
QUERY = frozenset(
    {
        "filter",
        "sortBy",
        "sortOrder",
        "startIndex",
        "count",
        "cursor",
        "attributes",
        "excludedAttributes",
    }
)
ACCEPTED = (SCIM_JSON, "application/json")
VERSION = re.compile(r'(?:W/)?"([0-9]{1,18})"')
VERSIONS = re.compile(rf"{VERSION.pattern}(?:\s*,\s*{VERSION.pattern})*")


def read_body() -> dict[str, Any]:
    """Return the JSON object of the request; raises 413, 415, invalidSyntax."""
    request = here.request()
    if request.mimetype not in ACCEPTED:
        raise UnsupportedMediaTypeError(
            f"Send the body as {SCIM_JSON}; this one is “{request.mimetype[:64]}”."
        )
    if encoding := request.headers.get("Content-Encoding"):
        raise UnsupportedMediaTypeError(
            f"Send the body as it is, without the Content-Encoding “{encoding[:64]}”."
        )
    return strict_json.load_object(read_bytes())


def read_bytes() -> bytes:
    """Read the whole body, or refuse it; one in chunks does not say how long it is."""
    request, most = here.request(), config.current().max_body
    request.max_content_length = most + 1  # so that one byte too many can be seen
    try:
        body = request.get_data()
    except (OSError, ParseException):
        raise InvalidSyntaxError("The body could not be read to its end.") from None
    if len(body) > most:
        raise RequestEntityTooLarge
    return body


def query() -> dict[str, str]:
    """Return the parameters of the URL; werkzeug's own dictionary makes an exception for
    each that is looked for and not there.
    """
    return here.request().args.to_dict()


def refuse_repeated() -> None:
    """Of two filters, either could be meant; so neither is guessed at."""
    for name, values in here.request().args.lists():
        if len(values) > 1 and name in QUERY:
            raise InvalidSyntaxError(
                f"{name} is given {len(values)} times; once is enough."
            )


def read_selection(resource_type: ResourceType) -> Selection | None:
    """Return which attributes the URL asks for, or None for the default ones."""
    args = query()
    return resources.parse_selection(
        args.get("attributes"), args.get("excludedAttributes"), resource_type
    )


def versions_to_change() -> Versions:
    """Return the versions that `If-Match` allows a change of; None allows any."""
    return read_versions(here.request().headers.get("If-Match"), "If-Match")


def read_versions(text: str | None, name: str) -> Versions:
    """Return the versions in a list of ETags; None, for no text or `*`, means any."""
    if text is None or text.strip() == "*":
        return None
    if not VERSIONS.fullmatch(text.strip()):
        raise InvalidValueError(f'{name} must hold an ETag such as W/"3", or *.')
    return frozenset(int(version) for version in VERSION.findall(text))


def is_unchanged(record: Record) -> bool:
    """Tell whether `If-None-Match` names the version that the client has."""
    header = here.request().headers.get("If-None-Match", "")
    return header.strip() == "*" or str(record.version) in VERSION.findall(header)


def meta(record: Record, resource_type: ResourceType, location: str) -> dict[str, str]:
    """Return the `meta` attribute of a resource (RFC 7643 §3.1)."""
    return {
        "resourceType": resource_type.name,
        "created": instant(record.created_at),
        "lastModified": instant(record.updated_at),
        "location": location,
        "version": record.etag,
    }


class Whole(Response):
    """SCIM JSON, with all the headers that it needs. Others werkzeug copies and mends
    before they are sent, which takes as long as finding a user.
    """

    def __init__(
        self, body: bytes, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(body, status, headers, content_type=SCIM_JSON)

    def get_wsgi_headers(self, environ: WSGIEnvironment) -> Headers:
        return self.headers


def scim_response(
    body: Mapping[str, Any], status: int = 200, headers: Mapping[str, str] | None = None
) -> Response:
    """Return `body` as SCIM JSON."""
    return Whole(orjson.dumps(body), status, headers)


def resource_headers(record: Record, location: str, status: int) -> dict[str, str]:
    """Return the headers of an answer that holds one resource."""
    new = {"Location": location} if status == 201 else {}
    return {"ETag": record.etag, **new}


def empty_response(record: Record | None = None) -> Response:
    """Return 204, with the new ETag where a resource remains."""
    headers = {"ETag": record.etag} if record else None
    return Response(status=204, headers=headers)


def not_modified(record: Record) -> Response:
    """Return 304 for a version that the client already has."""
    return Response(status=304, headers={"ETag": record.etag})


def instant(moment: datetime) -> str:
    """Return a moment in UTC as a dateTime of milliseconds (RFC 7643 §2.3.5)."""
    # shorter than strftime by a factor of five, and a list of 100 does it 200 times
    return moment.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
