"""Basic SAML Configuration, and Attributes & Claims, of an app."""

from __future__ import annotations

import re
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import web_addresses
from envoy_console.entra import audit
from envoy_console.entra.errors import EntraError
from envoy_console.entra.saml import certificates
from envoy_console.models.base import table
from envoy_console.models.entra_saml import EntraSaml

saml = table(EntraSaml)

# of which none is an IPv6 address
NAMED = re.compile(r"[A-Za-z0-9.-]+(:[0-9]+)?")
# what can be sent as the Unique User Identifier (Name ID), by the attribute's name
NAME_IDS = {
    "userPrincipalName": "user.userprincipalname",
    "mail": "user.mail",
}


class SamlSettingError(EntraError):
    """A setting that cannot be so; `field` is which."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


def find(tx: Connection, app: Any) -> Any | None:
    """Return the app's settings, once SAML was chosen."""
    return tx.execute(sa.select(saml).where(saml.c.app_id == app.id)).first()


def ready(tx: Connection, app: Any) -> Any:
    """Return the settings of an app that people can be sent to."""
    found = find(tx, app)
    if found is None or not (found.identifier and found.reply_url):
        raise EntraError(
            f"Single sign-on to {app.name} is not configured. Enter its Identifier and "
            "its Reply URL first."
        )
    return found


def choose(tx: Connection, app: Any, *, actor: str) -> None:
    """Choose SAML as the single sign-on method; a certificate comes with it."""
    if find(tx, app) is None:
        tx.execute(saml.insert().values(app_id=app.id, company_id=app.company_id))
        certificates.ensure(tx, app, actor=actor)


def save_basic(
    tx: Connection,
    app: Any,
    *,
    identifier: str,
    reply_url: str,
    sign_on_url: str,
    actor: str,
) -> None:
    """Save the Basic SAML Configuration."""
    values = {
        "identifier": _checked_identifier(identifier.strip()),
        "reply_url": _checked_url(reply_url.strip(), "reply_url"),
        "sign_on_url": _checked_url(sign_on_url.strip(), "sign_on_url", optional=True),
    }
    tx.execute(saml.update().where(saml.c.app_id == app.id).values(values))
    detail = ", ".join(f"{name}: {value}" for name, value in values.items() if value)
    _write_down(tx, app, actor, detail)


def save_name_id(tx: Connection, app: Any, name_id: str, *, actor: str) -> None:
    """Choose what is sent as the Unique User Identifier (Name ID)."""
    if name_id not in NAME_IDS:
        raise SamlSettingError("Choose one of the attributes on offer.", "name_id")
    tx.execute(saml.update().where(saml.c.app_id == app.id).values(name_id=name_id))
    _write_down(tx, app, actor, f"name_id: {NAME_IDS[name_id]}")


def _checked_identifier(text: str) -> str:
    if not re.fullmatch(r"[!-~]{1,2048}", text):
        raise SamlSettingError(
            "Enter the Entity ID, which Envoy shows on the page of SAML.", "identifier"
        )
    return text


def _checked_url(url: str, field: str, *, optional: bool = False) -> str:
    if optional and not url:
        return ""
    if not _can_be_named(url):
        raise SamlSettingError(
            "Enter an absolute address such as https://app.example.org/saml/acs.", field
        )
    return url


def _can_be_named(url: str) -> bool:
    """Tell whether it is an address whose origin the policy of a page can name."""
    parts = web_addresses.parts_of(url)
    return parts is not None and bool(NAMED.fullmatch(parts.netloc))


def _write_down(tx: Connection, app: Any, actor: str, detail: str) -> None:
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.APPS,
        activity="Update single sign-on settings",
        detail=detail,
    )
