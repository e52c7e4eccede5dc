"""“Provisioning” of an app: its credentials, how they are proven, and its settings.

Credentials are saved only once the target has accepted them, as Entra does it. Until
then they are a draft in `last_test`: the worker dials with the draft, and a job that is
on goes on with what was saved.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console.entra import audit, jobs
from envoy_console.entra.errors import EntraError
from envoy_console.models import EntraApp, seals
from envoy_console.models.base import new_id, now, table
from envoy_console.models.seals import UnreadableError

apps = table(EntraApp)

SETTINGS_CHANGED = "Update provisioning setting or credentials"
STARTED = "Enable/start provisioning configuration"
STOPPED = "Disable/pause provisioning configuration"

SCOPES = {
    "assigned": "Sync only assigned users and groups",
    "all": "Sync all users and groups",
}

# settings as the audit logs name them
NAMES = {
    "notification_email": "Notification Email",
    "notifies": "Send an email notification when a failure occurs",
    "prevents_deletion": "Prevent accidental deletion",
    "deletion_threshold": "Accidental deletion threshold",
    "scope": "Scope",
    "deprovision": "Deprovisioning",
}


class CredentialsError(EntraError):
    """The Secret Token is missing."""


class KeyChangedError(CredentialsError):
    """The Secret Token is there, and no key of this server opens it."""

    def __init__(self) -> None:
        super().__init__(
            "The stored Secret Token can no longer be read: the server's key has "
            "changed. Enter the Secret Token again, test the connection and save."
        )


@dataclass(frozen=True, slots=True)
class Credentials:
    """Where a target is, and the token that opens it."""

    tenant_url: str
    token: str


@dataclass(frozen=True, slots=True)
class Trial:
    """Credentials that the worker is asked to try."""

    id: str
    app_id: str
    app_name: str
    draft: Mapping[str, str]

    @property
    def credentials(self) -> Credentials:
        """Raises KeyChangedError."""
        return _opened(
            self.app_id,
            self.draft["tenant_url"],
            base64.b64decode(self.draft["secret"]),
        )


def saved(app: Any) -> Credentials | None:
    """Return the credentials that the app's job uses; raises KeyChangedError."""
    if app.secret is None:
        return None
    return _opened(app.id, app.tenant_url, app.secret)


def drafted(app: Any) -> Credentials | None:
    """Return the credentials that were tested, or are, and not saved.

    Raises KeyChangedError.
    """
    draft = _draft(app)
    if draft is None:
        return None
    return _opened(app.id, draft["tenant_url"], base64.b64decode(draft["secret"]))


def is_readable(app: Any) -> bool:
    """Tell whether what is kept of the credentials can be opened."""
    try:
        saved(app)
        drafted(app)
    except KeyChangedError:
        return False
    return True


def completed(app: Any, tenant_url: str, token: str) -> Credentials:
    """Return what was typed; an empty token is the one kept for the same endpoint.

    A token is never sent to another place than it was given for, so a changed Tenant
    URL asks for it again.
    """
    if token:
        return Credentials(tenant_url, token)
    for kept in (drafted(app), saved(app)):
        if kept and _endpoint(kept.tenant_url) == _endpoint(tenant_url):
            return Credentials(tenant_url, kept.token)
    raise CredentialsError(
        "The Tenant URL has changed, so the stored token is not used for it. "
        "Enter the token of this endpoint."
        if app.secret is not None or drafted(app)
        else "Enter the OAUTH BEARER TOKEN that Envoy shows."
    )


def is_proven(app: Any, credentials: Credentials) -> bool:
    """Tell whether the target has accepted exactly these credentials."""
    if _is_same(credentials, saved, app):
        return True
    return bool(app.last_test and app.last_test["ok"]) and is_drafted(app, credentials)


def is_drafted(app: Any, credentials: Credentials) -> bool:
    """Tell whether these are the credentials that were tested and not saved."""
    return _is_same(credentials, drafted, app)


def begin_test(
    tx: Connection,
    app: Any,
    credentials: Credentials,
    *,
    actor: str,
    saves: bool = False,
) -> None:
    """Ask for a test; with `saves` the credentials are saved when it succeeds."""
    sealed = seals.seal(seals.ENTRA_TOKEN, app.id, credentials.token)
    test = {
        "id": new_id(),
        "ok": None,
        "at": now().isoformat(),
        "saves": saves,
        "actor": actor,
        "draft": {
            "tenant_url": credentials.tenant_url,
            "secret": base64.b64encode(sealed).decode(),
        },
    }
    _update(tx, app.id, last_test=test)


def trial(tx: Connection, app_id: str) -> Trial | None:
    """Return what the worker should try, if anything still waits for it."""
    app = _app(tx, app_id)
    if app is None or not app.last_test or app.last_test["ok"] is not None:
        return None
    draft = _draft(app)
    if draft is None:
        return None
    return Trial(app.last_test["id"], app.id, app.name, draft)


def conclude(
    tx: Connection, app_id: str, trial_id: str, verdict: Mapping[str, Any]
) -> None:
    """Keep what came of a trial: `ok`, `title`, `message` and what else is to be shown.

    What came of one that was overtaken by another is dropped.
    """
    app = _app(tx, app_id, locks=True)
    if app is None or not app.last_test or app.last_test["id"] != trial_id:
        return
    test = {**app.last_test, **verdict}
    _update(tx, app_id, last_test=test)
    if test["ok"] and test["saves"]:
        adopt(tx, _app(tx, app_id), actor=test["actor"])


def adopt(tx: Connection, app: Any, *, actor: str) -> None:
    """Save the tested credentials."""
    draft = _draft(app)
    if draft is None:
        return
    _update(
        tx,
        app.id,
        mode="automatic",
        tenant_url=draft["tenant_url"],
        secret=base64.b64decode(draft["secret"]),  # sealed for this app already
        saved_at=now(),
        last_test={**app.last_test, "draft": None, "saves": False},
    )
    _write_down(tx, app, actor, SETTINGS_CHANGED, "Admin Credentials")


def discard(tx: Connection, app: Any) -> None:
    """Forget credentials that were tested and not saved."""
    _update(tx, app.id, last_test=None)


def save(tx: Connection, app: Any, values: Mapping[str, Any], *, actor: str) -> None:
    """Keep the settings among `values` that differ from what is kept."""
    changed = {
        name: value for name, value in values.items() if getattr(app, name) != value
    }
    if not changed:
        return
    _update(tx, app.id, **changed)
    names = ", ".join(NAMES[name] for name in changed)
    _write_down(tx, app, actor, SETTINGS_CHANGED, names)


def switch(tx: Connection, app: Any, *, on: bool, actor: str) -> bool:
    """Set the Provisioning Status, and tell whether that changed anything."""
    if on == app.is_on:
        return False
    if on:
        jobs.start(tx, app.id)
    else:
        jobs.stop(tx, app.id)
    _write_down(tx, app, actor, STARTED if on else STOPPED, "")
    return True


def _draft(app: Any) -> Mapping[str, str] | None:
    return (app.last_test or {}).get("draft")


def _opened(app_id: str, tenant_url: str, blob: bytes) -> Credentials:
    try:
        return Credentials(tenant_url, seals.open_(seals.ENTRA_TOKEN, app_id, blob))
    except UnreadableError as error:
        raise KeyChangedError from error


def _is_same(
    credentials: Credentials, kept: Callable[[Any], Credentials | None], app: Any
) -> bool:
    try:
        return credentials == kept(app)
    except KeyChangedError:
        return False


def _endpoint(tenant_url: str) -> str:
    """Return a Tenant URL without the flag that chooses the dialect."""
    return tenant_url.partition("?")[0].rstrip("/")


def _app(tx: Connection, app_id: str, *, locks: bool = False) -> Any | None:
    query = sa.select(apps).where(apps.c.id == app_id)
    return tx.execute(query.with_for_update() if locks else query).first()


def _update(tx: Connection, app_id: str, **values: Any) -> None:
    tx.execute(apps.update().where(apps.c.id == app_id).values(**values))


def _write_down(
    tx: Connection, app: Any, actor: str, activity: str, detail: str
) -> None:
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.PROVISIONING,
        activity=activity,
        detail=detail,
    )
