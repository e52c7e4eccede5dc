"""Secrets at rest, AES-GCM, bound to what they are for: Secret Tokens to their app, so
that one app's is of no use in another, and private keys to their certificate.

They are opened for the worker that sends them, to compare one with what was typed, and
to sign; no page ever shows one again.
"""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from envoy_console import config

NONCE = 12
TOKEN, KEY = "entra-secret-token", "entra-saml-key"


def seal(owner_id: str, text: str, *, kind: str = TOKEN) -> bytes:
    """Return `text` sealed for the app, or the certificate, that owns it."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), _bound_to(owner_id, kind))


def open_(owner_id: str, blob: bytes, *, kind: str = TOKEN) -> str:
    """Return what was sealed for its owner."""
    nonce, sealed = blob[:NONCE], blob[NONCE:]
    return _cipher().decrypt(nonce, sealed, _bound_to(owner_id, kind)).decode()


def _cipher() -> AESGCM:
    return AESGCM(config.current().token_key)


def _bound_to(owner_id: str, kind: str) -> bytes:
    return f"{kind}:{owner_id}".encode()
