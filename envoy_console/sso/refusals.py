"""Why a SAML response is not believed."""

from __future__ import annotations


class RefusedError(Exception):
    """A response breaks a rule of the policy; the text says which, for an administrator."""
