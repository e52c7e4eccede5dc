"""Secret Tokens at rest: AES-GCM, bound to the app, so one app's is of no use in another.

They are opened for the worker that sends them and to compare one with what was typed;
no page ever shows one again.
"""

from __future__ import annotations

import os

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from envoy_console import config

NONCE = 12


def seal(app_id: str, text: str) -> bytes:
    """Return `text` sealed for the app."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher().encrypt(nonce, text.encode(), _bound_to(app_id))


def open_(app_id: str, blob: bytes) -> str:
    """Return what was sealed for the app."""
    nonce, sealed = blob[:NONCE], blob[NONCE:]
    return _cipher().decrypt(nonce, sealed, _bound_to(app_id)).decode()


def _cipher() -> AESGCM:
    return AESGCM(config.current().token_key)


def _bound_to(app_id: str) -> bytes:
    return f"entra-secret-token:{app_id}".encode()
