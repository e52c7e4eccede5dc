"""Who is looking: the administrator behind the browser's session cookie."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from flask import Flask, request
from flask_login import current_user

from envoy_console.directory import sessions
from envoy_console.directory.actors import Actor
from envoy_console.directory.sessions import SignedIn
from envoy_console.extensions import login_manager
from envoy_console.models.transactions import read


@dataclass(frozen=True, slots=True)
class Administrator:
    """What Flask-Login wants to know; the cookie holds `secret_id` and nothing else."""

    secret_id: str
    account: SignedIn

    is_authenticated: ClassVar = True
    is_active: ClassVar = True
    is_anonymous: ClassVar = False

    def get_id(self) -> str:
        return self.secret_id


def init_app(app: Flask) -> None:
    """Let Flask-Login find administrators by their session, and templates ask who it is.

    They ask when they need to: the page that says that the database is away does not.
    """
    login_manager.user_loader(find)
    app.context_processor(lambda: {"current_user": current_user})


def find(secret_id: str) -> Administrator | None:
    """Return the administrator whose session this is, unless it has ended."""
    with read() as tx:
        account = sessions.session(tx, secret_id)
    return Administrator(secret_id, account) if account else None


def is_still_signed_in() -> bool:
    """Tell whether the session that let the request in opens anything any more."""
    return find(current_user.get_id()) is not None


def me() -> SignedIn:
    """Return the signed-in account; only for views that strangers cannot reach."""
    account: SignedIn = current_user.account
    return account


def acting() -> Actor:
    """Return the signed-in account as the author of a change."""
    return Actor.account(me(), source=source())


def source() -> str:
    """Return the address that the request came from."""
    return request.remote_addr or ""
