"""Writers and readers that keep the service busy and note what they were told."""

from __future__ import annotations

import contextlib
import itertools
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from tests.faults.history import History, Resource, State
from tests.faults.wire import Answer, CutError, Wire
from tests.messages import CORE_GROUP, CORE_USER, ENTERPRISE, patch, replace

PAUSE = 0.01  # seconds between the requests of a client: others use the machine too
UNCHANGED = b"Nothing was changed"
CUT = "cut"  # what is noted in place of a status when there was no answer
DEPARTMENT = f"{ENTERPRISE}:department"


class Writer:
    """Creates, changes and deletes users and groups of its own, one after the other."""

    def __init__(self, number: int, wire: Wire, history: History) -> None:
        self._number, self._wire, self._history = number, wire, history
        self._numbers = itertools.count()
        self.stopping = threading.Event()

    def run(self) -> None:
        """Go on until told to stop."""
        try:
            while not self.stopping.is_set():
                self._round(next(self._numbers))
        except Exception as error:
            self._history.complaints.append(f"a writer fell over: {error!r}")

    def _round(self, n: int) -> None:
        """Three users, two of them changed; a group of two, joined by the third."""
        prefix = f"w{self._number}-{n}"
        users = [self._create_user(f"{prefix}-{m}@contoso.example") for m in range(3)]
        known = [user for user in users if user.id]
        for k, user in enumerate(known[:2]):
            self._promote(user, n + k + 1)
        members = frozenset(user.id for user in known[:2])
        group = self._create_group(f"Group {prefix}", members)
        if group.id and len(known) == 3:
            self._join(group, known[2].id)
        if n % 3 == 0 and group.id:
            self._delete(group)

    def _create_user(self, name: str) -> Resource:
        state = ("Title 0", "Department 0")
        body = {
            "schemas": [CORE_USER, ENTERPRISE],
            "userName": name,
            "displayName": name,
            "active": True,
            "title": state[0],
            "emails": [{"type": "work", "value": name, "primary": True}],
            ENTERPRISE: {"department": state[1]},
        }
        return self._create(Resource("User", name), state, "userName", body)

    def _create_group(self, name: str, members: frozenset[str]) -> Resource:
        body = {
            "schemas": [CORE_GROUP],
            "displayName": name,
            "members": [{"value": member} for member in sorted(members)],
        }
        return self._create(Resource("Group", name), members, "displayName", body)

    def _create(self, made: Resource, state: State, key: str, body: Any) -> Resource:
        """Create it. Without an answer, ask again and expect to be told of a conflict."""
        if self.stopping.is_set():
            return made
        self._history.resources.append(made)
        path, again = f"/{made.kind}s", False
        while answer := self._write(made, state, "POST", path, body):
            if answer.status == 201:
                made.id = answer.json["id"]
                self._acknowledge(made, state)
            elif answer.status == 409 and again:
                self._find(made, state, f'{key} eq "{made.name}"')
            elif answer.status == 503 or self._was_cut(answer):
                again = True
                continue
            return made
        return made

    def _find(self, made: Resource, state: State, condition: str) -> None:
        """Look for what was stored without our being told."""
        asked = f"/{made.kind}s?filter={quote(condition)}"
        found = self._sent("GET", asked)
        while found.status in (0, 503) and not self.stopping.is_set():
            found = self._sent("GET", asked)
        if found.status != 200:
            return
        resources = found.json.get("Resources", [])
        if len(resources) != 1:
            self._history.complaints.append(
                f"{made.name} exists (409), but a filter finds {len(resources)} of it"
            )
            return
        made.id = resources[0]["id"]
        self._history.converged += made.doubtful
        self._history.denied += not made.doubtful
        self._acknowledge(made, state)

    def _promote(self, user: Resource, rank: int) -> None:
        state = (f"Title {rank}", f"Department {rank}")
        body = patch(replace("title", state[0]), replace(DEPARTMENT, state[1]))
        self._change(user, state, "PATCH", body)

    def _join(self, group: Resource, member: str) -> None:
        assert isinstance(group.state, frozenset)
        body = patch({"op": "add", "path": "members", "value": [{"value": member}]})
        self._change(group, group.state | {member}, "PATCH", body)

    def _delete(self, group: Resource) -> None:
        self._change(group, None, "DELETE", None)

    def _change(self, one: Resource, state: State, method: str, body: Any) -> None:
        if one.unanswered or self.stopping.is_set():
            return
        path = f"/{one.kind}s/{one.id}"
        answer = self._write(one, state, method, path, body)
        if answer and answer.status in (200, 204):
            self._acknowledge(one, state)

    def _write(
        self, one: Resource, state: State, method: str, path: str, body: Any
    ) -> Answer | None:
        """Send a write once the service listens; None if it is to be given up."""
        if one.unanswered and self.stopping.is_set():
            return None
        one.unanswered = [state]
        began = time.monotonic()
        answer = self._sent(method, path, body)
        took = time.monotonic() - began
        self._history.writes[CUT if self._was_cut(answer) else answer.status] += 1
        one.doubtful = one.doubtful or UNCHANGED not in answer.body
        if answer.status == 503:
            self._history.slowest_refusal = max(self._history.slowest_refusal, took)
            if not answer.retry_after:
                self._history.complaints.append("a 503 without Retry-After")
        if 400 <= answer.status < 500 and answer.status != 409:
            self._history.complaints.append(f"{method} answered {answer.status}")
        return answer

    def _sent(self, method: str, path: str, body: Any = None) -> Answer:
        """Send it as soon as somebody listens; status 0 when there was no answer."""
        while True:
            time.sleep(PAUSE)
            try:
                return self._wire.ask(method, path, body)
            except ConnectionRefusedError:
                if self.stopping.is_set():
                    return Answer(0, False, b"")
            except CutError:
                return Answer(0, False, b"")

    @staticmethod
    def _was_cut(answer: Answer) -> bool:
        return answer.status == 0

    @staticmethod
    def _acknowledge(one: Resource, state: State) -> None:
        one.acknowledged.append(state)
        one.unanswered, one.doubtful = [], False


class Reader:
    """Asks for the same user time and again, as Entra matches."""

    def __init__(self, wire: Wire, history: History) -> None:
        self._wire, self._history = wire, history
        self.stopping = threading.Event()

    def run(self) -> None:
        """Go on until told to stop."""
        condition = quote('userName eq "w0-0-0@contoso.example"')
        while not self.stopping.is_set():
            time.sleep(2 * PAUSE)
            try:
                answer = self._wire.ask("GET", f"/Users?filter={condition}")
                self._history.reads[answer.status] += 1
            except (CutError, ConnectionRefusedError):
                self._history.reads[CUT] += 1


@contextlib.contextmanager
def running(wire: Wire, writers: int = 4) -> Iterator[History]:
    """Keep `writers` and a reader busy; yield what they note while they do."""
    history = History()
    clients: list[Writer | Reader] = [
        Writer(number, wire, history) for number in range(writers)
    ]
    clients.append(Reader(wire, history))
    threads = [threading.Thread(target=client.run) for client in clients]
    for thread in threads:
        thread.start()
    try:
        yield history
    finally:
        for client in clients:
            client.stopping.set()
        for thread in threads:
            thread.join()
