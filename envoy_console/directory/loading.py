"""Load a directory from a file: one SCIM resource a line (NDJSON), all or nothing.

First every line is read and checked, so that what is wrong is told before anything is
written; what was read waits in a temporary file. Then the rows go in, many to a
statement. Ids are given
anew, and references follow: a member or manager named by the `id` that a line of the
file carries means that line. Lines with the same group `displayName` are one group,
so that a group may have more members than a line can hold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

import orjson
from sqlalchemy.engine import Connection

from envoy_console.directory import employees, groups
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.directory.fields import Document
from envoy_console.models.base import new_id
from envoy_console.scim import resources, strict_json
from envoy_console.scim.dialects import Dialect
from envoy_console.scim.errors import InvalidSyntaxError, ScimError
from envoy_console.scim.folding import fold
from envoy_console.scim.patch import LinkOperation, Outcome
from envoy_console.scim.schemas import CORE_GROUP, ENTERPRISE, GROUP, USER

AT_ONCE = 500
SHOWN_AT_MOST = 20


class LoadError(RuleError):
    """Lines of the file that cannot be loaded, each with its number and the reason."""

    def __init__(self, problems: list[str]) -> None:
        more = len(problems) - SHOWN_AT_MOST
        shown = problems[:SHOWN_AT_MOST] + ([f"… and {more} more."] if more > 0 else [])
        super().__init__("\n".join(["Nothing was loaded.", *shown]))


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many went in."""

    users: int
    groups: int


@dataclass(frozen=True, slots=True)
class Line:
    """One resource of the file; `old_id` is the id that the file knows it by."""

    number: int
    is_user: bool
    old_id: str | None
    document: Document

    @property
    def key(self) -> str:
        """What makes it one and the same resource."""
        if self.is_user:
            return f"User {fold(self.document['userName'])}"
        return f"Group {fold(self.document['displayName'])}"


class Sheaf:
    """Lines that were read and found sound, waiting on the disk."""

    def __init__(self, file: IO[bytes]) -> None:
        self.count = 0
        self._file = file

    def add(self, line: Line) -> None:
        self.count += 1
        self._file.write(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))

    def __iter__(self) -> Iterator[Line]:
        self._file.seek(0)
        return (Line(**orjson.loads(text)) for text in self._file)


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first reading learns: the new ids, and all that is wrong."""

    users: Sheaf
    groups: Sheaf
    ids: dict[str, str] = field(default_factory=dict)  # by the key of a line
    renamed: dict[str, str] = field(default_factory=dict)  # by the id in the file
    problems: list[str] = field(default_factory=list)

    def note(self, line: Line) -> None:
        if line.is_user and line.key in self.ids:
            raise InvalidSyntaxError("An earlier line has the same userName.")
        own = self.ids.setdefault(line.key, new_id())
        if line.old_id and self.renamed.setdefault(line.old_id, own) != own:
            raise InvalidSyntaxError("An earlier line has the same id.")
        (self.users if line.is_user else self.groups).add(line)

    def follow(self, reference: str) -> str:
        """Return the id that a reference in the file means in the directory."""
        return self.renamed.get(reference, reference)


@contextmanager
def surveyed(file: Path) -> Iterator[Survey]:
    """Read and check every line, before any transaction; raises LoadError."""
    with TemporaryFile() as users, TemporaryFile() as groups:
        survey = Survey(Sheaf(users), Sheaf(groups))
        _take(survey, file)
        yield survey


def load(
    tx: Connection, actor: Actor, survey: Survey, *, location_id: str | None
) -> Loaded:
    """Add the users and groups of a file; raises LoadError, and then adds none."""
    _add(tx, actor, survey, location_id)
    return Loaded(survey.users.count, len(survey.ids) - survey.users.count)


def _add(tx: Connection, actor: Actor, survey: Survey, location_id: str | None) -> None:
    users = iter(survey.users)
    while batch := list(islice(users, AT_ONCE)):
        _add_users(tx, actor, batch, survey, location_id)
    for add in (_add_group, _add_members):  # a group may hold a later one
        for line in survey.groups:
            _told_by_line(add, tx, actor, line, survey)


def _take(survey: Survey, file: Path) -> None:
    for number, text in _numbered(file):
        try:
            survey.note(_line(number, text))
        except ScimError as error:
            survey.problems.append(f"Line {number}: {error.detail}")
    if survey.problems:
        raise LoadError(survey.problems)


def _add_users(
    tx: Connection,
    actor: Actor,
    batch: list[Line],
    survey: Survey,
    location_id: str | None,
) -> None:
    people = {}
    for line in batch:
        _follow_manager(line.document, survey)
        people[survey.ids[line.key]] = line.document
    try:
        employees.create_many(tx, actor, people, location_id=location_id)
    except ScimError as error:
        first, last = batch[0].number, batch[-1].number
        raise LoadError([f"Lines {first} to {last}: {error.detail}"]) from error


def _follow_manager(document: Document, survey: Survey) -> None:
    manager = document.get(ENTERPRISE, {}).get("manager", {})
    if "value" in manager:
        manager["value"] = survey.follow(manager["value"])


def _told_by_line(
    add: Callable[[Connection, Actor, Line, Survey], None],
    tx: Connection,
    actor: Actor,
    line: Line,
    survey: Survey,
) -> None:
    try:
        add(tx, actor, line, survey)
    except ScimError as error:
        raise LoadError([f"Line {line.number}: {error.detail}"]) from error


def _add_group(tx: Connection, actor: Actor, line: Line, survey: Survey) -> None:
    group_id = survey.ids[line.key]
    if not groups.exists(tx, actor.company_id, group_id):
        document = {k: v for k, v in line.document.items() if k != "members"}
        groups.create(tx, actor, document, group_id=group_id)


def _add_members(tx: Connection, actor: Actor, line: Line, survey: Survey) -> None:
    members = [member["value"] for member in line.document.get("members", ())]
    ids = tuple(survey.follow(reference) for reference in members)
    joining = LinkOperation("add", "members", ids)
    group_id = survey.ids[line.key]
    groups.change(tx, actor, group_id, lambda old: Outcome(old, [joining]))


def _numbered(file: Path) -> Iterator[tuple[int, bytes]]:
    with file.open("rb") as opened:
        for number, text in enumerate(opened, start=1):
            if text.strip():
                yield number, text.strip()


def _line(number: int, text: bytes) -> Line:
    body = strict_json.load_object(text)
    schemas = body.get("schemas")
    is_user = not (isinstance(schemas, list) and CORE_GROUP in schemas)
    old_id = body.get("id")
    return Line(
        number,
        is_user,
        old_id if isinstance(old_id, str) else None,
        resources.read_resource(body, USER if is_user else GROUP, Dialect()),
    )
