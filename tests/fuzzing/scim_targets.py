"""What the SCIM endpoint reads: JSON, filters, paths, resources, PATCH and Bulk."""

from __future__ import annotations

import contextlib
import copy
import json
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy.dialects import postgresql, sqlite

from envoy_console.directory import search, searchable
from envoy_console.scim import bulk, bulk_order, filters, patch, paths, strict_json
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import (
    InvalidFilterError,
    InvalidPathError,
    InvalidSyntaxError,
    ScimError,
)
from envoy_console.scim.matching import matches
from envoy_console.scim.resources import read_resource
from envoy_console.scim.schemas import GROUP, USER
from tests.faults import hostile
from tests.fuzzing.printing import filter_text, path_text
from tests.fuzzing.target import Target, as_text, bent_json
from tests.messages import BULK_REQUEST, CORE_GROUP, CORE_USER, ENTERPRISE, PATCH_OP

SQL = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}
SAMPLES = Path(__file__).parents[1] / "samples"
MANY = 50  # operations of a bulk request

ANN = {
    "userName": "ann",
    "emails": [{"type": "work", "value": "w@example.com", "primary": True}],
    ENTERPRISE: {"manager": {"value": "7"}},
}
TEAM = {"displayName": "Engineers"}
WORDS = (
    *hostile.NAMES,
    *("eq", "ne", "co", "sw", "ew", "pr", "gt", "ge", "lt", "le", "and", "or", "not"),
    *("true", "null", "1e9", "1e999", "-0", "9007199254740993", "\\u0000", "\\ud800"),
    *(f"{ENTERPRISE}:", f"{CORE_USER}:", "$ref", "primary", "type", "value", "display"),
    *("displayName", "schemas", "Operations", "op", "path", "add", "remove", "replace"),
    *("2026-01-31T08:00:00Z", "٣", "İ", "ß", "\u2028", "meta.created", "bulkId:"),
    *(PATCH_OP, BULK_REQUEST, CORE_GROUP),
)


def check_json(body: bytes) -> None:
    """A body is refused, or another reader sees the same in it and can send it on."""
    with contextlib.suppress(InvalidSyntaxError):
        value = strict_json.loads(body)
        assert orjson.loads(body) == value
        assert strict_json.loads(orjson.dumps(value)) == value


def check_filter(data: bytes) -> None:
    """A filter is refused, or SQL can be made of it and it can be written down."""
    text = as_text(data)
    for kind, other in (
        (searchable.USERS, searchable.GROUPS),
        (searchable.GROUPS, searchable.USERS),
    ):
        for strict in (False, True):
            with contextlib.suppress(InvalidFilterError):
                node = filters.parse_filter(
                    text, kind.type, Dialect(strict=strict), others=[other.type]
                )
                _assert_reads_alike(node, kind.type, other.type)
                search.unique(node, kind)
                for name, dialect in SQL.items():
                    search.where(node, kind, "c-1", name).compile(dialect=dialect)


def _assert_reads_alike(node: filters.Node, *kinds: Any) -> None:
    kind, *others = kinds
    try:
        again = filters.parse_filter(
            filter_text(node), kind, Dialect(strict=True), others=others
        )
    except InvalidFilterError as error:
        # written out, a filter at the limits may be beyond them
        assert "at most" in error.detail, error.detail
        return
    assert again == node


def check_path(data: bytes) -> None:
    """A path is refused, or can be written down and asked of a value."""
    text = as_text(data)
    for kind in (USER, GROUP):
        for strict in (False, True):
            with contextlib.suppress(InvalidPathError, InvalidFilterError):
                path = paths.parse_path(text, kind, Dialect(strict=strict))
                written = path_text(path)
                assert len(written) > filters.MAX_LENGTH or path == paths.parse_path(
                    written, kind, Dialect(strict=True)
                )
                if isinstance(path, paths.Path) and path.filter:
                    matches(path.filter, {"value": "x", "type": "work"})


def check_patch(body: bytes) -> None:
    """A PATCH is refused, or leaves a sound document; what it was given stays as it was."""
    for kind, before, schema, linked in (
        (USER, ANN, CORE_USER, frozenset[str]()),
        (GROUP, TEAM, CORE_GROUP, frozenset({"members"})),
    ):
        for strict in (False, True):
            with contextlib.suppress(ScimError):
                message, given = strict_json.load_object(body), copy.deepcopy(before)
                sent = copy.deepcopy(message)
                try:
                    outcome = patch.apply(
                        given, message, kind, Dialect(strict=strict), linked=linked
                    )
                finally:
                    assert given == before
                    assert message == sent
                _assert_sound(outcome.document, kind, schema)


def check_resource(body: bytes) -> None:
    """A resource is refused, or the document that is kept of it is a sound one."""
    for kind, schema in ((USER, CORE_USER), (GROUP, CORE_GROUP)):
        for strict in (False, True):
            with contextlib.suppress(ScimError):
                message = strict_json.load_object(body)
                document = read_resource(message, kind, Dialect(strict=strict))
                _assert_sound(document, kind, schema)


def _assert_sound(document: dict[str, Any], kind: Any, schema: str) -> None:
    try:
        again = read_resource(
            {"schemas": [schema], **document}, kind, Dialect(strict=True)
        )
    except ScimError as error:
        raise AssertionError(error.detail) from error
    assert again == document


def check_bulk(body: bytes) -> None:
    """A bulk request is refused, or each of its operations has its turn once."""
    with contextlib.suppress(ScimError):
        message = strict_json.load_object(body)
        asked = bulk.read_request(message, Dialect(), max_operations=MANY)
        turns = [one for some in bulk_order.in_order(asked.operations) for one in some]
        assert sorted(one.number for one in turns) == [*range(len(asked.operations))]


def _sent(part: str) -> tuple[bytes, ...]:
    """Return what is sent in the samples that have this part."""
    samples = (json.loads(file.read_bytes()) for file in sorted(SAMPLES.glob("*.json")))
    return tuple(json.dumps(each[part]).encode() for each in samples if part in each)


_BULK = json.dumps(
    {
        "schemas": [BULK_REQUEST],
        "failOnErrors": 1,
        "Operations": [
            {
                "method": "POST",
                "path": "/Groups",
                "bulkId": "g",
                "data": {"displayName": "x", "members": [{"value": "bulkId:u"}]},
            },
            {"method": "POST", "path": "/Users", "bulkId": "u", "data": ANN},
            {"method": "DELETE", "path": "/Users/bulkId:u"},
        ],
    }
).encode()

TARGETS = {
    "json": Target(
        check_json,
        (
            b'{"a": [1, -2.5e3, true, null, "\\u00e9\\ud83d\\ude00"]}',
            b'{"A": 9007199254740991, "b": {"c": [[]]}}',
            b'{"a": 1, "A": 2}',
        ),
        WORDS,
        bend=bent_json,
    ),
    "filter": Target(
        check_filter,
        (
            b'userName eq "ann@contoso.example"',
            b'emails[type eq "work"].value eq "ann@contoso.example"',
            b'emails[type eq "work" and value co "@"] or not (active eq true)',
            b'(meta.created gt "2026-01-31T08:00:00Z" and title pr) or name.givenName sw "A"',
            b'members[value eq "1" or type eq "User"] and displayName ew "s"',
            f"{ENTERPRISE}:manager.displayName ne null".encode(),
            b'department eq "x" and groups.display eq "Y" and externalId eq 1',
        ),
        WORDS,
        filters.MAX_LENGTH + 200,
    ),
    "path": Target(
        check_path,
        (
            b'emails[type eq "work"].value',
            b"name.givenName",
            f"{ENTERPRISE}:manager.value".encode(),
            ENTERPRISE.encode(),
            b'members[value eq "1"]',
            b'addresses[type eq "work" and not (primary eq true)].country',
        ),
        WORDS,
        filters.MAX_LENGTH + 200,
    ),
    "patch": Target(check_patch, _sent("message"), WORDS, bend=bent_json),
    "resource": Target(check_resource, _sent("body"), WORDS, bend=bent_json),
    "bulk": Target(check_bulk, (_BULK,), WORDS, bend=bent_json),
}
