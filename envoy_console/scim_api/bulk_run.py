"""Carrying out the operations of a bulk request, by the verbs of `/Users`, `/Groups`.

Each operation has a savepoint of its own, so that one that fails leaves the others
alone. Only POSTs that need one another in a circle share one.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from typing import Protocol
from urllib.parse import quote

from sqlalchemy.engine import Connection

from envoy_console import config
from envoy_console.directory.fields import Document
from envoy_console.directory.records import Record, Versions
from envoy_console.models.transactions import Work, savepoint
from envoy_console.scim.bulk import BulkRequest, Operation, Result
from envoy_console.scim.bulk_order import Together, in_order
from envoy_console.scim.bulk_references import not_created, resolved, without
from envoy_console.scim.errors import (
    MethodNotAllowedError,
    NotFoundError,
    ScimError,
    UnavailableError,
)
from envoy_console.scim_api import groups, users, wire


class Endpoint(Protocol):
    """What the modules `users` and `groups` have in common."""

    def creation(self, body: Document) -> Work[Record]: ...
    def replacement(
        self, resource_id: str, body: Document, versions: Versions = None
    ) -> Work[Record]: ...
    def modification(
        self, resource_id: str, message: Document, versions: Versions = None
    ) -> Work[Record]: ...
    def deletion(self, resource_id: str, versions: Versions = None) -> Work[None]: ...


ENDPOINTS: dict[str, Endpoint] = {"Users": users, "Groups": groups}


class BulkRun:
    """One run through the operations; if the database asks for another, make a new one.

    `_at` is the operation that is being carried out, `_ids` what became of the
    bulkIds: the id of the new resource, or None where it could not be created.
    """

    _at: Operation

    def __init__(self, tx: Connection, deadline: float) -> None:
        self._tx = tx
        self._deadline = deadline
        self._ids: dict[str, str | None] = {}
        self._results: list[Result] = []
        self._errors = 0

    def results_of(self, asked: BulkRequest) -> list[Result]:
        """Carry out the operations, until as many failed as may."""
        for together in in_order(asked.operations):
            self._carry_out(together)
            if asked.fail_on_errors and self._errors >= asked.fail_on_errors:
                break
        return self._results

    def _carry_out(self, together: Together) -> None:
        self._at = together[0]
        try:
            self._check_time()
            with savepoint(self._tx):
                self._results += self._done(together)
        except ScimError as error:
            self._refuse(together, error)

    def _check_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise UnavailableError(
                "The time for one bulk request is up, and this operation was not "
                "begun. Send it again, together with fewer others."
            )

    def _done(self, together: Together) -> list[Result]:
        if self._at.method == "POST":
            return self._create(together)
        return [self._change(self._at)]

    def _refuse(self, together: Together, error: ScimError) -> None:
        """Note that an operation failed, and with it those that cannot do without."""
        for operation in together:
            if operation.method == "POST":
                self._ids[operation.bulk_id] = None
            its_own = operation is self._at
            cause = error if its_own else not_created(self._at.bulk_id)
            self._results.append(
                Result(operation, cause.status, self._known_url(operation), error=cause)
            )
        self._errors += len(together)

    def _known_url(self, operation: Operation) -> str | None:
        if operation.method != "POST":
            with suppress(ScimError):
                return _url(resolved(operation.path, self._ids))
        return None

    def _create(self, circle: Together) -> list[Result]:
        """Create resources less their links to what is not there yet; then link them."""
        pending = {operation.bulk_id for operation in circle}
        made: dict[Operation, Record] = {}
        incomplete = []
        for operation in circle:
            if not pending.isdisjoint(operation.refers_to):
                incomplete.append(operation)
            made[operation] = self._add(operation, pending)
            pending.discard(operation.bulk_id)
        for operation in incomplete:
            made[operation] = self._complete(operation, made[operation].id)
        return [
            Result(one, 201, _url(one.path, record.id), record.etag)
            for one, record in made.items()
        ]

    def _add(self, operation: Operation, pending: Collection[str]) -> Record:
        self._at = operation
        endpoint, resource_id = _target(operation.path)
        if resource_id:
            raise MethodNotAllowedError(
                "POST is for /Users and /Groups, without an id."
            )
        record = endpoint.creation(self._body(operation, pending))(self._tx)
        self._ids[operation.bulk_id] = record.id
        return record

    def _complete(self, operation: Operation, resource_id: str) -> Record:
        self._at = operation
        endpoint, _ = _target(operation.path)
        return endpoint.replacement(resource_id, self._body(operation))(self._tx)

    def _change(self, operation: Operation) -> Result:
        path = resolved(operation.path, self._ids)
        endpoint, resource_id = _target(path)
        if not resource_id:
            raise MethodNotAllowedError(
                f"{operation.method} is for one resource, like /Users/{{id}}."
            )
        versions = wire.read_versions(operation.version, "version")
        if operation.method == "DELETE":
            endpoint.deletion(resource_id, versions)(self._tx)
            return Result(operation, 204, _url(path))
        is_put = operation.method == "PUT"
        verb = endpoint.replacement if is_put else endpoint.modification
        record = verb(resource_id, self._body(operation), versions)(self._tx)
        return Result(operation, 200, _url(path), record.etag)

    def _body(self, operation: Operation, pending: Collection[str] = ()) -> Document:
        if not operation.refers_to:
            return operation.data
        body: Document = resolved(without(operation.data, pending), self._ids)
        return body


def _target(path: str) -> tuple[Endpoint, str]:
    """Return the endpoint that a path is about, and the id in it, if there is one."""
    name, _, resource_id = path.strip("/").partition("/")
    if name not in ENDPOINTS:
        raise NotFoundError(
            f"There is no endpoint “{path[:64]}”; operations go to /Users and /Groups."
        )
    return ENDPOINTS[name], resource_id


def _url(path: str, *rest: str) -> str:
    """Return the URL of a path, which for an operation that failed may be any text."""
    return "/".join([config.current().scim_url, quote(path.strip("/")), *rest])
