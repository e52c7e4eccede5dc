"""Where a Tenant URL may lead.

Whoever may type a URL that a server fetches can make it knock on doors inside the
house. Our own endpoint is always open. Other servers on this machine are while nobody
but this machine reaches us. Everything else is for the operator to allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from urllib.parse import urlsplit

from envoy_console.config import Config
from envoy_console.entra import urls
from envoy_console.entra.addresses import Address, is_loopback, is_public
from envoy_console.entra.urls import DEFAULT_PORTS, RefusedError, Url

SCIM_PATH = "/scim/v2"
ENVOY = Url("https", "app.envoy.com", 443, SCIM_PATH)
USUAL_PORTS = (443, 8443)
WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104


class Reach(Enum):
    """How far a target may lead."""

    OWN = "this server"
    LOOPBACK = "this machine"
    PUBLIC = "the internet"


@dataclass(frozen=True, slots=True)
class Target:
    """A SCIM endpoint that may be dialled."""

    tenant_url: str  # as the administrator typed it
    base: Url  # where the resources are; its authority goes into `Host`
    dialled: Url  # where connections go; differs from `base` for ourselves only
    reach: Reach
    is_compliant: bool  # the Tenant URL carries aadOptscim062020

    def admits(self, address: Address) -> bool:
        """Whether the name of the host may stand for `address`."""
        if self.reach is Reach.OWN:
            return True
        if self.reach is Reach.LOOPBACK:
            return is_loopback(address)
        return is_public(address)


def judge(tenant_url: str, settings: Config) -> Target:
    """Say where `tenant_url` leads, or raise RefusedError with a remedy."""
    text = tenant_url.strip()
    url, is_compliant = urls.parse(text)
    if _is_ourselves(url, settings):
        ours, dialled = _as_others_see_us(settings), _where_we_listen(settings)
        return Target(text, ours, dialled, Reach.OWN, is_compliant)
    reach = Reach.LOOPBACK if url.is_loopback else Reach.PUBLIC
    _require_permission(url, settings)
    return Target(text, url, url, reach, is_compliant)


def _is_ourselves(url: Url, settings: Config) -> bool:
    if url in (ENVOY, _as_others_see_us(settings)):
        return True
    is_our_port = url.is_loopback and url.port == settings.port
    return is_our_port and url.scheme == "http" and url.path == SCIM_PATH


def _as_others_see_us(settings: Config) -> Url:
    parts = urlsplit(settings.external_url)
    port = parts.port or DEFAULT_PORTS[parts.scheme]
    return Url(parts.scheme, parts.hostname or "", port, SCIM_PATH)


def _where_we_listen(settings: Config) -> Url:
    """Our own address, with no proxy in between."""
    host = settings.host.strip("[]")
    return Url("http", WILDCARDS.get(host, host), settings.port, SCIM_PATH)


def _require_permission(url: Url, settings: Config) -> None:
    is_at_home = url.is_loopback and _serves_this_machine_only(settings)
    if not is_at_home and not _is_listed(url, settings):
        raise RefusedError(
            f"This server may not connect to {url.authority}. Use "
            "https://app.envoy.com/scim/v2, which it answers itself, or have its "
            f"operator add {url.host_and_port} to SIM_ALLOW_HOSTS and start it anew."
        )
    if not url.is_loopback:
        _require_safety(url)


def _require_safety(url: Url) -> None:
    if url.scheme != "https":
        raise RefusedError(
            f"The Secret Token may not travel to {url.host} in the clear. Use https://."
        )
    if url.address and not is_public(url.address):
        raise RefusedError(
            f"{url.host} is not a public address. Use the public name of the endpoint."
        )


def _serves_this_machine_only(settings: Config) -> bool:
    """Whether nobody else reaches us: not directly, and not by a proxy or a tunnel,
    which listens for us under another name.
    """
    others = urlsplit(settings.external_url).hostname or ""
    names = (settings.host, others, *settings.trusted_hosts)
    return not settings.trusted_proxy and all(
        Url("http", name.strip("[]"), settings.port, "").is_loopback for name in names
    )


def _is_listed(url: Url, settings: Config) -> bool:
    listed = settings.sim_allow_hosts
    if url.host_and_port in listed:
        return True
    return url.bracketed_host in listed and url.port in USUAL_PORTS
