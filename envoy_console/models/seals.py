"""Secrets at rest: AES-GCM, each bound to what it is and to whom it belongs, so that one
owner's is of no use to another.

The first key of TOKEN_KEY seals, and all of them open; `resealing` moves what is kept
from the others to the first.
"""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from envoy_console import config

NONCE = 12

SCIM_TOKEN = "scim-token"  # noqa: S105
ENTRA_TOKEN = "entra-secret-token"  # noqa: S105
SAML_KEY = "entra-saml-key"
AUDIT_KEY = "audit-key"


class UnreadableError(Exception):
    """No key of this server opens it: TOKEN_KEY has changed, or the value has."""


def seal(kind: str, owner_id: str, text: str) -> bytes:
    """Return `text` sealed as a `kind` of secret for its owner."""
    settings, nonce = config.current(), os.urandom(NONCE)
    cipher = AESGCM(settings.token_key)
    return nonce + cipher.encrypt(nonce, text.encode(), _bound_to(kind, owner_id))


def open_(kind: str, owner_id: str, blob: bytes) -> str:
    """Return what was sealed for its owner; raises UnreadableError."""
    settings = config.current()
    for key in (settings.token_key, *settings.former_token_keys):
        if (text := _opened(key, kind, owner_id, blob)) is not None:
            return text
    raise UnreadableError(f"no key opens the {kind} of {owner_id}")


def is_sealed_anew(kind: str, owner_id: str, blob: bytes) -> bool:
    """Tell whether the key that seals now has sealed it."""
    return _opened(config.current().token_key, kind, owner_id, blob) is not None


def _opened(key: bytes, kind: str, owner_id: str, blob: bytes) -> str | None:
    nonce, sealed = blob[:NONCE], blob[NONCE:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound_to(kind, owner_id)).decode()
    except (InvalidTag, ValueError):  # a blob that was cut off has no nonce
        return None


def _bound_to(kind: str, owner_id: str) -> bytes:
    return f"{kind}:{owner_id}".encode()
