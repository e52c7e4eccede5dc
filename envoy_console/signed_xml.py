"""The libraries of signed XML and of certificates, loaded by whoever first needs them.

They take some 5 MiB of a process, for those who sign in by SAML or set it up.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from envoy_console import late

if TYPE_CHECKING:
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa
    from lxml import etree
    from minisignxml import config as signing_config
    from minisignxml import sign as signing
    from minisignxml import verify as verifying
else:
    x509 = late.module("cryptography.x509")
    serialization = late.module("cryptography.hazmat.primitives.serialization")
    rsa = late.module("cryptography.hazmat.primitives.asymmetric.rsa")
    etree = late.module("lxml.etree")
    signing_config = late.module("minisignxml.config")
    signing = late.module("minisignxml.sign")
    verifying = late.module("minisignxml.verify")

__all__ = [
    "etree",
    "maker",
    "rsa",
    "serialization",
    "signing",
    "signing_config",
    "verifying",
    "x509",
]


def maker(namespace: str, prefix: str | None) -> Any:
    """Return lxml's maker of elements in a namespace."""
    names = {prefix: namespace}
    return late.Late(
        lambda: import_module("lxml.builder").ElementMaker(
            namespace=namespace, nsmap=names
        )
    )
