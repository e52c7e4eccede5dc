"""Which certificate may sign: one whose fingerprint was saved, and no other.

The certificate that comes with a response proves nothing by itself, since everybody can
send one. It is only a way to look up which saved fingerprint is meant.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from cryptography.hazmat.primitives import hashes

from envoy_console.signed_xml import x509
from envoy_console.sso.names import ds
from envoy_console.sso.refusals import RefusedError

# how long the hex of a fingerprint is, and what it was made with
ALGORITHMS = {40: "sha1", 64: "sha256"}


def pinned(signature: Any, fingerprints: Iterable[str]) -> x509.Certificate:
    """Return the certificate of a signature if its fingerprint is one of these."""
    found = signature.findall(
        f"{ds('KeyInfo')}/{ds('X509Data')}/{ds('X509Certificate')}"
    )
    if len(found) != 1:
        raise RefusedError("The signature does not carry exactly one certificate.")
    try:
        der, certificate = read(found[0])
    except ValueError as error:
        raise RefusedError("The signature's certificate cannot be read.") from error
    if not any(_is_of(fingerprint, der) for fingerprint in fingerprints):
        raise RefusedError(
            "The response is signed with another certificate than the one whose "
            f"fingerprint is saved. This one's is {hashlib.sha1(der).hexdigest().upper()}."  # noqa: S324
        )
    return certificate


def read(node: Any) -> tuple[bytes, x509.Certificate]:
    """Return what an X509Certificate holds, as bytes and read; raises ValueError."""
    der = base64.b64decode("".join((node.text or "").split()), validate=True)
    try:
        return der, x509.load_der_x509_certificate(der)
    except x509.InvalidVersion as error:  # which is no ValueError
        raise ValueError(str(error)) from error


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the fingerprint (SHA-256) of a certificate, as it is kept."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def _is_of(fingerprint: str, der: bytes) -> bool:
    made = hashlib.new(ALGORITHMS[len(fingerprint)], der).hexdigest()
    return hmac.compare_digest(made, fingerprint)
