"""SAML signing certificates of an app: made for three years, one active, rolled over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from cryptography.hazmat.primitives import hashes
from sqlalchemy.engine import Connection

from envoy_console.entra import audit
from envoy_console.entra.errors import EntraError, UnknownError
from envoy_console.models import seals
from envoy_console.models.base import new_id, now, table
from envoy_console.models.entra_saml import EntraCertificate
from envoy_console.models.seals import UnreadableError
from envoy_console.signed_xml import rsa, serialization, x509

certificates = table(EntraCertificate)

LIFETIME = timedelta(days=3 * 365)
# the one that signs, and the one that is to follow it
AT_MOST = 2
SUBJECT = "Simulated Entra SSO certificate"


@dataclass(frozen=True, slots=True)
class Signer:
    """A certificate with its private key."""

    certificate: x509.Certificate
    key: rsa.RSAPrivateKey


def every(tx: Connection, app_id: str) -> list[Any]:
    """Return the app's certificates, the active one first."""
    query = sa.select(certificates).where(certificates.c.app_id == app_id)
    order = (certificates.c.active.desc(), certificates.c.id)
    return list(tx.execute(query.order_by(*order)).all())


def ensure(tx: Connection, app: Any, *, actor: str) -> None:
    """Have a certificate that signs."""
    if not every(tx, app.id):
        _add(tx, app, active=True)
        _write_down(tx, app, actor, "Add SAML signing certificate")


def add(tx: Connection, app: Any, *, actor: str) -> None:
    """Make the certificate that is to follow; it signs once it is made active."""
    if len(every(tx, app.id)) >= AT_MOST:
        raise EntraError(
            "There are two certificates already. Make the new one active and delete the "
            "old one first."
        )
    _add(tx, app, active=False)
    _write_down(tx, app, actor, "Add SAML signing certificate")


def activate(tx: Connection, app: Any, certificate_id: str, *, actor: str) -> None:
    """Sign with this certificate from now on."""
    wanted = required(tx, app.id, certificate_id)
    mine = certificates.c.app_id == app.id
    is_it = certificates.c.id == wanted.id
    tx.execute(certificates.update().where(mine).values(active=is_it))
    _write_down(
        tx, app, actor, "Make SAML signing certificate active", wanted.thumbprint
    )


def delete(tx: Connection, app: Any, certificate_id: str, *, actor: str) -> None:
    """Delete a certificate that does not sign."""
    wanted = required(tx, app.id, certificate_id)
    if wanted.active:
        raise EntraError("This certificate signs. Make the other one active first.")
    tx.execute(certificates.delete().where(certificates.c.id == wanted.id))
    _write_down(tx, app, actor, "Delete SAML signing certificate", wanted.thumbprint)


def required(tx: Connection, app_id: str, certificate_id: str) -> Any:
    """Return a certificate of the app, or raise UnknownError."""
    query = sa.select(certificates).where(
        certificates.c.app_id == app_id, certificates.c.id == certificate_id
    )
    found = tx.execute(query.with_for_update()).first()
    if found is None:
        raise UnknownError("There is no such certificate.")
    return found


def signer(row: Any) -> Signer:
    """Return a certificate with its key opened; raises EntraError where none opens it."""
    try:
        pem = seals.open_(seals.SAML_KEY, row.id, row.key)
    except UnreadableError as error:
        raise EntraError(
            "The private key of the signing certificate can no longer be read: the "
            "server's key has changed. On the Single sign-on page, add a certificate, "
            "make it active, and give it to the application."
        ) from error
    key = serialization.load_pem_private_key(pem.encode(), None)
    if not isinstance(key, rsa.RSAPrivateKey):
        raise TypeError("a SAML signing key is an RSA key")
    return Signer(x509.load_pem_x509_certificate(row.certificate.encode()), key)


def _add(tx: Connection, app: Any, *, active: bool) -> None:
    key, certificate = _made()
    certificate_id = new_id()
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
    tx.execute(
        certificates.insert().values(
            id=certificate_id,
            app_id=app.id,
            company_id=app.company_id,
            certificate=certificate.public_bytes(serialization.Encoding.PEM).decode(),
            key=seals.seal(seals.SAML_KEY, certificate_id, pem),
            thumbprint=certificate.fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303
            created_at=now(),
            expires_at=certificate.not_valid_after_utc,
            active=active,
        )
    )


def _made() -> tuple[rsa.RSAPrivateKey, x509.Certificate]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, SUBJECT)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now())
        .not_valid_after(now() + LIFETIME)
        .sign(key, hashes.SHA256())
    )
    return key, certificate


def _write_down(
    tx: Connection, app: Any, actor: str, activity: str, detail: str = ""
) -> None:
    audit.about_app(
        tx,
        app,
        actor=actor,
        category=audit.APPS,
        activity=activity,
        detail=detail,
    )
