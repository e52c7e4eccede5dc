"""A check, done by the worker.

Whatever is made at the endpoint stands in the check's row before it is made, so a
worker that takes over from a killed one removes that first, and begins anew.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Any

from envoy_console import config
from envoy_console.entra import dialling, targets
from envoy_console.entra.client import DEADLINE
from envoy_console.entra.endpoint_check import examination, records
from envoy_console.entra.endpoint_check.ledger import Ledger
from envoy_console.entra.endpoint_check.records import LeaseLostError
from envoy_console.entra.endpoint_check.wire import Wire
from envoy_console.entra.transport import Transport
from envoy_console.entra.urls import RefusedError
from envoy_console.models import seals
from envoy_console.models.base import new_id
from envoy_console.models.seals import UnreadableError
from envoy_console.models.transactions import read, write

EVERY = 5.0  # seconds between two renewals of the lease

INTERRUPTED = (
    "The worker stopped in the middle of the check again and again. Look into its log, "
    "then start the check anew."
)

UNREADABLE = (
    "The token of this check can no longer be read: the server's key has changed. "
    "Enter the token again at the application's Admin Credentials, if it is one's, "
    "then start the check anew."
)


def run(check_id: str) -> bool:
    """Do a check that waits; True when it is over and its token has no more use."""
    holder = new_id()
    check = write(lambda tx: records.claim(tx, check_id, holder))
    if check is not None:
        hold = Hold(check_id, holder)
        with suppress(LeaseLostError):
            _work(check, hold)
    with read() as tx:
        left = records.of(tx, check_id)
    return left is None or left.done_at is not None


class Hold:
    """The worker's hold on a check, renewed with everything that it writes down."""

    def __init__(self, check_id: str, holder: str) -> None:
        self.check_id, self.holder = check_id, holder
        self._held_at = time.monotonic()
        self._is_orphaned = False

    def keep(self, made: list[dict[str, Any]]) -> None:
        """Write down what the check has made by now."""
        self._renew(made=made)

    def beat(self) -> None:
        """Renew the lease now and then: a slow endpoint is no dead worker."""
        if time.monotonic() - self._held_at >= EVERY:
            self._renew()

    def check_is_gone(self) -> bool:
        """Tell whether nobody wants the check any more: its app was deleted, say."""
        with read() as tx:
            self._is_orphaned = records.of(tx, self.check_id) is None
        return self._is_orphaned

    def _renew(self, **values: Any) -> None:
        if self._is_orphaned:
            return
        write(lambda tx: records.hold(tx, self.check_id, self.holder, **values))
        self._held_at = time.monotonic()


def _work(check: Any, hold: Hold) -> None:
    if check.attempts > records.MOST_ATTEMPTS + 1:  # nor could one be tidied up
        return _conclude(hold, INTERRUPTED)
    ledger = Ledger(hold.keep, check.made)
    try:
        token = seals.open_(seals.ENTRA_TOKEN, check.id, check.secret)
        with wired(check.tenant_url, token, ledger, hold=hold) as wire:
            _examine(check, wire, hold)
    except RefusedError as error:
        _conclude(hold, str(error))
    except UnreadableError:
        _conclude(hold, UNREADABLE)


def _examine(check: Any, wire: Wire, hold: Hold) -> None:
    try:
        wire.tidy_all()
        if check.attempts > records.MOST_ATTEMPTS:
            return _conclude(hold, INTERRUPTED)
        write(lambda tx: records.forget(tx, check))
        for progress in examination.examine(wire):
            _keep(check, wire, hold, progress)
        wire.tidy_all()
        _conclude(hold, None)
    except LeaseLostError:
        if hold.check_is_gone():
            wire.tidy_all()
        raise


def _keep(check: Any, wire: Wire, hold: Hold, progress: examination.Progress) -> None:
    reached = {
        "done": progress.done,
        "planned": progress.planned,
        "stage": progress.stage,
        "requests": wire.requests,
    }

    def keep(tx: Any) -> None:
        records.hold(tx, check.id, hold.holder, **reached)
        records.add(tx, check, progress.findings)

    write(keep)


def _conclude(hold: Hold, problem: str | None) -> None:
    write(lambda tx: records.conclude(tx, hold.check_id, hold.holder, problem=problem))


@contextmanager
def wired(
    tenant_url: str, token: str, ledger: Ledger, *, hold: Hold | None = None
) -> Iterator[Wire]:
    """Lend a wire to an endpoint; raises RefusedError where it may not lead there."""
    target = targets.judge(tenant_url, config.current())
    transport = Transport(
        target, token, deadline=DEADLINE, ssl_context=None, resolve=dialling.resolve
    )
    with closing(transport):
        yield Wire(transport, ledger, beat=hold.beat if hold else lambda: None)
