"""Which addresses a source may have. An officer types them, and this machine stands inside.

Whoever may only name addresses must not reach what this machine alone can: itself, and the
networks behind it, but for those the operator named (``YITANG_SOURCE_NETWORKS``).
"""

from __future__ import annotations

import socket
from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING

from yitang.data.collection.errors import AddressRefused, SourceUnreachable

from .failures import NAME_UNKNOWN

if TYPE_CHECKING:
    import httpx  # loaded by whoever connects

Address = IPv4Address | IPv6Address
Networks = tuple[IPv4Network | IPv6Network, ...] | None  # None: the operator's own, anywhere


def networks_of(texts: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks that the setting names."""
    return tuple(ip_network(text) for text in texts)


def checked_addresses(host: str, networks: Networks) -> list[str]:
    """The addresses of ``host``, each of which may be asked; raises ``AddressRefused``."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        refused = SourceUnreachable(source=host, attempts=1, problem=NAME_UNKNOWN)
        refused.detail = str(error)
        raise refused from None
    addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
    for text in addresses:
        if networks is not None and not _is_allowed(ip_address(text), networks):
            raise AddressRefused(host=host, address=text)
    return addresses


def _is_allowed(address: Address, networks: tuple[IPv4Network | IPv6Network, ...]) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return (address.is_global and not address.is_multicast) or any(
        address in network for network in networks
    )


def guarded_client(networks: Networks) -> httpx.Client:
    """Reaches only what may be reached."""
    import httpx

    return httpx.Client(timeout=30, transport=guarded_transport(networks), trust_env=False)


def guarded_transport(
    networks: Networks, inner: httpx.BaseTransport | None = None
) -> httpx.BaseTransport:
    """Connects to the very address that was checked, redirects included.

    A name could mean a good address when it is looked up for the check and another one for the
    connection; so it is looked up once. Certificates are still held against the name.
    """
    import httpx

    connects = inner or httpx.HTTPTransport(retries=0)

    class Guarded(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            if networks is not None:
                host = request.url.host
                address = checked_addresses(host, networks)[0]
                request.url = request.url.copy_with(host=address)
                request.extensions = request.extensions | {"sni_hostname": host}
            return connects.handle_request(request)

        def close(self) -> None:
            connects.close()

    return Guarded()
