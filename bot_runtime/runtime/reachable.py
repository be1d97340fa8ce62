"""Which addresses a dialog's calls may reach: the public internet, and the internal hosts that an operator lists. Pure.

Addresses are judged when a connection is made to them, not when a name is looked up, so a name that changes its mind
between the two gains nothing.
"""

from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final

_USUAL_PORTS: Final = {"http": 80, "https": 443}
_UNICAST6: Final = IPv6Network("2000::/3")
_NAT64: Final = IPv6Network("64:ff9b::/96")
# what `ipaddress` takes for public, and is not ours to call
_SPECIAL: Final = [
    *map(ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")),
]
# nobody's service: link-local holds the clouds' metadata, as do the last three
_NEVER: Final = [
    *map(ip_network, ("0.0.0.0/8", "169.254.0.0/16", "224.0.0.0/4", "240.0.0.0/4", "::/128", "fe80::/10", "ff00::/8")),
    *map(ip_network, ("100.100.100.200/32", "192.0.0.192/32", "fd00:ec2::254/128")),
]

Address = IPv4Address | IPv6Address


@dataclass(frozen=True, slots=True)
class Rules:
    """`listed`: hosts of `services.allow` in `bot.yaml`, as `host` (its usual port) or `host:port`.

    `loopback`: this very machine may be called on any port, for trying things out.
    """

    listed: Collection[str] = ()
    loopback: bool = False

    def is_listed(self, scheme: str, host: str, port: int) -> bool:
        usual = port == _USUAL_PORTS.get(scheme)
        shown = f"[{host}]" if ":" in host else host
        return f"{shown}:{port}" in self.listed or (usual and shown in self.listed)

    def takes_port(self, scheme: str, host: str, port: int) -> bool:
        """Whether that port may be asked for at all; which address it leads to is judged later."""
        local = self.loopback and (host == "localhost" or _is_loopback(host))
        return port in _USUAL_PORTS.values() or local or self.is_listed(scheme, host, port)

    def takes(self, address: str, *, listed: bool) -> bool:
        """Whether a connection to `address` may be made, for a host that is `listed` or not."""
        try:
            ip = plain(ip_address(address.partition("%")[0]))
        except ValueError:
            return False
        if any(ip in network for network in _NEVER):
            return False
        return listed or is_public(ip) or (self.loopback and ip.is_loopback)


def plain(ip: Address) -> Address:
    """The IPv4 address that an IPv6 one only wraps."""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped:
            return ip.ipv4_mapped
        if ip in _NAT64:
            return IPv4Address(int(ip) & 0xFFFFFFFF)
    return ip


def is_public(ip: Address) -> bool:
    """Global unicast, and nothing that hides another address."""
    if not ip.is_global or ip.is_multicast or any(ip in network for network in _SPECIAL):
        return False
    return isinstance(ip, IPv4Address) or ip in _UNICAST6


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
