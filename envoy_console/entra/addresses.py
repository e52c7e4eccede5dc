"""Which IP addresses lead to the internet, and which back into this machine.

Python's own `is_global` will not do: it calls NAT64, 6to4, multicast and Azure's wire
server global, and what it says differs between its versions.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_network

Address = IPv4Address | IPv6Address

LOOPBACK = (ip_network("127.0.0.0/8"), ip_network("::1/128"))

# All of IPv6 that is given to the internet. Outside of it are, among others, IPv4 in
# disguise (::ffff:0:0/96, 64:ff9b::/96), fc00::/7, fe80::/10, fec0::/10 and ff00::/8.
GLOBAL_UNICAST = ip_network("2000::/3")

NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",  # private
        "100.64.0.0/10",  # a carrier's NAT
        "127.0.0.0/8",  # loopback
        "168.63.129.16/32",  # Azure's wire server
        "169.254.0.0/16",  # link-local, and the clouds' metadata
        "172.16.0.0/12",  # private
        "192.0.0.0/24",  # IETF protocols
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",  # private
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
        "2001::/23",  # IETF protocols, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4: IPv4 in disguise
        "3fff::/20",  # documentation
    )
)


def is_loopback(address: Address) -> bool:
    return any(address in network for network in LOOPBACK)


def is_public(address: Address) -> bool:
    """Whether a connection to `address` leaves for the internet."""
    if address.version == 6 and address not in GLOBAL_UNICAST:
        return False
    return not any(address in network for network in NOT_PUBLIC)
