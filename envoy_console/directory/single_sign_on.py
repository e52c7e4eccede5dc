"""“SAML” of a company: install, Save, uninstall. Whom to believe is a global admin's say.

The identity provider is known by the fingerprints of its signing certificates: two at
most, so that a certificate can be rolled over without a gap.
"""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from envoy_console import web_addresses
from envoy_console.directory import audit, employee_sessions, sessions
from envoy_console.directory.actors import Actor
from envoy_console.directory.errors import RuleError
from envoy_console.models import Account, Employee, SingleSignOn
from envoy_console.models.base import now, table
from envoy_console.scim.folding import fold

CERTIFICATES_AT_MOST = 2
LOGIN_HOST = re.compile(r"([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?")
FINGERPRINT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")

settings = table(SingleSignOn)
accounts = table(Account)
employees = table(Employee)


class NotInstalledError(RuleError):
    """SAML is not installed in this company."""


class BadSettingError(RuleError):
    """A setting cannot be so; `field` is which."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, slots=True)
class Settings:
    """What is saved on the page of SAML."""

    fingerprints: str
    idp_url: str
    issuer: str = ""
    required: bool = False
    idp_initiated: bool = False
    creates: bool = False
    allows_sha1: bool = False


def find(tx: Connection, company_id: str) -> Any | None:
    """Return the company's row, saved or not, if SAML is installed."""
    query = sa.select(settings).where(settings.c.company_id == company_id)
    return tx.execute(query).first()


def ready(tx: Connection, company_id: str) -> Any | None:
    """Return the company's row if people can sign in this way."""
    found = find(tx, company_id)
    return found if found is not None and found.saved_at is not None else None


def install(tx: Connection, actor: Actor) -> None:
    """Install SAML; installing twice changes nothing."""
    if find(tx, actor.company_id) is not None:
        return
    tx.execute(
        settings.insert().values(
            company_id=actor.company_id,
            installed_by_name=actor.label,
            installed_at=now(),
        )
    )
    audit.record(tx, actor, "installed", "SAML")


def save(tx: Connection, actor: Actor, wanted: Settings) -> None:
    """Save what is wanted, and write down what of it is new."""
    old = _required_row(tx, actor.company_id)
    values = {
        **asdict(wanted),
        "fingerprints": _checked_fingerprints(wanted.fingerprints),
        "idp_url": _checked_url(wanted.idp_url),
        "issuer": _checked_issuer(wanted.issuer),
    }
    mine = settings.c.company_id == actor.company_id
    tx.execute(settings.update().where(mine).values(**values, saved_at=now()))
    changed = [name for name, value in values.items() if getattr(old, name) != value]
    audit.record(tx, actor, "saved SAML", ", ".join(_in_words(values, changed)))
    if values["required"] and not old.required:
        sessions.end_passwords_of_others(tx, actor.company_id)


def uninstall(tx: Connection, actor: Actor) -> None:
    """Forget the identity provider; whom it let in is signed out."""
    _required_row(tx, actor.company_id)
    tx.execute(settings.delete().where(settings.c.company_id == actor.company_id))
    sessions.end_single_sign_on(tx, actor.company_id)
    employee_sessions.end_all(tx, actor.company_id)
    audit.record(tx, actor, "uninstalled", "SAML")


def _required_row(tx: Connection, company_id: str) -> Any:
    query = sa.select(settings).where(settings.c.company_id == company_id)
    found = tx.execute(query.with_for_update()).first()
    if found is None:
        raise NotInstalledError("SAML is not installed. Install it first.")
    return found


def _checked_fingerprints(text: str) -> str:
    """Return the fingerprints in lower case, in the order given, without colons."""
    found = list(dict.fromkeys(text.lower().replace(":", "").replace(",", " ").split()))
    if not found or not all(FINGERPRINT.fullmatch(each) for each in found):
        raise BadSettingError(
            "Enter a fingerprint of 40 (SHA-1) or 64 (SHA-256) hexadecimal digits. "
            "Entra calls it Thumbprint.",
            "fingerprints",
        )
    if len(found) > CERTIFICATES_AT_MOST:
        raise BadSettingError(
            f"Enter at most {CERTIFICATES_AT_MOST} fingerprints.", "fingerprints"
        )
    return " ".join(found)


def _checked_url(text: str) -> str:
    url = text.strip()
    if not _is_login_address(url):
        raise BadSettingError(
            "Enter an address such as https://login.example.org/saml2. Entra calls it "
            "Login URL.",
            "idp_url",
        )
    return url


def _is_login_address(url: str) -> bool:
    parts = web_addresses.parts_of(url)
    return (
        parts is not None
        and bool(LOGIN_HOST.fullmatch(parts.netloc))
        and not parts.fragment
    )


def _checked_issuer(text: str) -> str:
    issuer = text.strip()
    if len(issuer) > web_addresses.LONGEST or not issuer.isprintable():
        raise BadSettingError("This cannot be the name of an issuer.", "issuer")
    return issuer


WORDS = {
    "required": ("Required is on", "Required is off"),
    "idp_initiated": ("IdP-initiated sign-in on", "IdP-initiated sign-in off"),
    "creates": ("just-in-time creation on", "just-in-time creation off"),
    "allows_sha1": ("SHA-1 signatures allowed", "SHA-1 signatures refused"),
}
NAMES = {"fingerprints": "fingerprint", "idp_url": "address", "issuer": "issuer"}


def _in_words(values: dict[str, Any], changed: list[str]) -> list[str]:
    """Return what changed, as the audit shows it."""
    return [
        WORDS[name][0 if values[name] else 1]
        if name in WORDS
        else f"{NAMES[name]} {values[name]}"
        for name in changed
    ] or ["nothing new"]


def company_of(tx: Connection, who: str) -> str | None:
    """Return the company that `who` signs in to this way: its id, or an email address.

    None where there is none, or more than one.
    """
    who = who.strip()
    is_ready = settings.c.saved_at.is_not(None)
    by_id = sa.select(settings.c.company_id).where(
        is_ready, settings.c.company_id == who.lower()
    )
    if found := tx.execute(by_id).scalar():
        return str(found)
    key = fold(who)
    of_account = sa.exists().where(
        accounts.c.company_id == settings.c.company_id, accounts.c.email_key == key
    )
    of_employee = sa.exists().where(
        employees.c.company_id == settings.c.company_id,
        (employees.c.user_name_key == key) | (employees.c.work_email_key == key),
    )
    query = sa.select(settings.c.company_id).where(is_ready, of_account | of_employee)
    companies = tx.execute(query.limit(2)).scalars().all()
    return companies[0] if len(companies) == 1 else None
