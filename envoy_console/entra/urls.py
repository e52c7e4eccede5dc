"""The grammar of a Tenant URL, and what is said to one that does not keep to it.

Parsers disagree about strange URLs: what one calls a path is a host to another. So one
strict grammar reads the URL, and what it read is dialled; nothing reads it again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from envoy_console.entra.addresses import Address, is_loopback

LONGEST = 2048
DEFAULT_PORTS = {"http": 80, "https": 443}

GRAMMAR = re.compile(
    r"(?P<scheme>https?)://"
    r"(?P<host>\[[0-9a-f:.]+\]|[a-z0-9.-]+)"
    r"(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>(?:/(?:[a-z0-9._~!$&'()*+,;=:@-]|%[0-9a-f]{2})*)*)"
    r"(?:\?(?P<flag>aadOptscim062020))?",
    re.IGNORECASE | re.ASCII,
)
LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")  # names may not end so: it is an address

MISTAKES = tuple(
    (re.compile(pattern, re.IGNORECASE | re.ASCII), remedy)
    for pattern, remedy in (
        (r"^$", "Enter a Tenant URL, such as https://app.envoy.com/scim/v2."),
        (
            r"[^\x21-\x7e]",
            "The Tenant URL holds a space, a control character or a letter outside "
            "ASCII. Type it with plain letters, digits and punctuation.",
        ),
        (r"^(?!https?://)", "The Tenant URL must start with https://."),
        (r"\\", "The Tenant URL holds a backslash. Use / instead."),
        (
            r"^\w+://[^/?#]*@",
            "The Tenant URL holds a user name before its host. Remove everything up to "
            "the @; the Secret Token has a field of its own.",
        ),
        (r"#", "The Tenant URL holds a #. Remove it and what follows it."),
        (
            r"\?(?!aadOptscim062020$)",
            "Only ?aadOptscim062020 may follow the path of the Tenant URL. Remove "
            "everything else from the question mark on.",
        ),
    )
)


class RefusedError(Exception):
    """A Tenant URL may not be dialled; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Url:
    """A URL that the grammar has read. An IPv6 host has no brackets here."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def authority(self) -> str:
        """What the `Host` header says."""
        is_usual = self.port == DEFAULT_PORTS[self.scheme]
        return self.bracketed_host if is_usual else self.host_and_port

    @property
    def bracketed_host(self) -> str:
        return f"[{self.host}]" if ":" in self.host else self.host

    @property
    def host_and_port(self) -> str:
        return f"{self.bracketed_host}:{self.port}"

    @property
    def address(self) -> Address | None:
        """The address, where the host is one and not a name."""
        try:
            return ip_address(self.host)
        except ValueError:
            return None

    @property
    def is_loopback(self) -> bool:
        return self.host == "localhost" or (
            self.address is not None and is_loopback(self.address)
        )

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(text: str) -> tuple[Url, bool]:
    """Return the URL, and whether it carries the flag for the compliant dialect."""
    if len(text) > LONGEST:
        raise RefusedError(
            f"The Tenant URL is longer than {LONGEST} characters. Shorten it."
        )
    for mistake, remedy in MISTAKES:
        if mistake.search(text):
            raise RefusedError(remedy)
    if not (parts := GRAMMAR.fullmatch(text)):
        raise RefusedError(
            "The Tenant URL cannot be understood. It must look like "
            "https://scim.example.org/scim/v2."
        )
    scheme = parts["scheme"].lower()
    port = int(parts["port"] or DEFAULT_PORTS[scheme])
    if not 0 < port < 65536:
        raise RefusedError(
            f"{port} is not a port. Use a number from 1 to 65535 in the Tenant URL."
        )
    url = Url(scheme, _host(parts["host"].lower()), port, parts["path"].rstrip("/"))
    return url, parts["flag"] is not None


def _host(text: str) -> str:
    try:
        if text.startswith("["):
            return str(IPv6Address(text[1:-1]))
        labels = text.split(".")
        if NUMBER.fullmatch(labels[-1]):
            return str(IPv4Address(text))
    except ValueError:
        labels = [""]
    if len(text) > 253 or not all(LABEL.fullmatch(label) for label in labels):
        raise RefusedError(
            f"{text} is neither the name of a host nor an IP address. Write a name such "
            "as scim.example.org, or an address in full, such as 127.0.0.1."
        )
    return text
