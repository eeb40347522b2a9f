"""The address guard: which machines a document may be fetched from.

Feeds and their links come from strangers, so a name may lead to a router, a database or a cloud's metadata service.
The check stands between resolving and connecting, on the very address that is then used: checked anywhere else,
a name could answer differently the second time.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
import threading
from functools import lru_cache
from typing import TYPE_CHECKING

from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

    from monitor.settings import Allowed

# Python 3.11 calls these global, yet each leads inside or nowhere: protocol assignments, the 6to4 relay, Teredo and its
# neighbours, 6to4 (which wraps any IPv4 address), and addresses for documentation.
_REFUSED = tuple(
    ipaddress.ip_network(network)
    for network in ("192.0.0.0/24", "192.88.99.0/24", "2001::/23", "2002::/16", "3fff::/20")
)
# All public IPv6 is in here; NAT64 (64:ff9b::/96, 64:ff9b:1::/48), site-local (fec0::/10) and ::/96 are not.
_PUBLIC_V6 = ipaddress.ip_network("2000::/3")
_REMEMBERED = 1_000  # addresses taken apart; most hosts have the same one at every poll


async def addresses_for(host: str, port: int, allow: Sequence[Allowed]) -> list[str]:
    """The addresses of `host`, every one of them checked.

    Raises FetchError "dns" where the name does not resolve, "address" where any address may not be reached.
    """
    found = await _resolve(host, port)
    for address in found:
        check_address(host, address, port, allow)
    return found


def check_address(host: str, address: str, port: int, allow: Sequence[Allowed]) -> None:
    """Raises FetchError "address" where `address`, to which `host` resolved, may not be reached."""
    if not may_connect(host, address, port, allow):
        raise FetchError("address", _refusal(host, address, port))


def may_connect(host: str, address: str, port: int, allow: Sequence[Allowed]) -> bool:
    """Whether `address`, to which `host` resolved, is public or excepted for this port."""
    parsed = _unmapped(address)
    return is_public(parsed) or any(_excepts(rule, host, parsed, port) for rule in allow)


@lru_cache(_REMEMBERED)
def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether the address belongs to the public internet, by stricter rules than `is_global`."""
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if address.version == 6 and address not in _PUBLIC_V6:
        return False
    return not any(address in network for network in _REFUSED if network.version == address.version)


async def _resolve(host: str, port: int) -> list[str]:
    if _in_figures(host):
        return [host]
    try:
        return await _looked_up(host, port)
    except (OSError, ValueError) as error:
        raise FetchError("dns", _unresolved(host, error)) from error


def _in_figures(host: str) -> bool:
    try:
        _unmapped(host)
    except ValueError:
        return False
    return True


async def _looked_up(host: str, port: int) -> list[str]:
    """The addresses that the system's resolver knows.

    In a daemon thread of its own: a look-up may hang for half a minute, nothing can stop it, and at its end an event
    loop waits for the threads of its executor.
    """
    loop = asyncio.get_running_loop()
    found: asyncio.Future[list[str]] = loop.create_future()

    def settle(addresses: list[str], error: Exception | None) -> None:
        if found.done():  # the deadline struck first
            return
        if error is None:
            found.set_result(addresses)
        else:
            found.set_exception(error)

    def look_up() -> None:
        addresses, failed = _addresses(host, port)
        with contextlib.suppress(RuntimeError):  # the loop has closed in the meantime
            loop.call_soon_threadsafe(settle, addresses, failed)

    threading.Thread(target=look_up, name="dateline-dns", daemon=True).start()
    return await found


def _addresses(host: str, port: int) -> tuple[list[str], Exception | None]:
    try:
        # The system's resolver also reads "2130706433" and "127.1": loopback in disguise comes out as itself.
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, ValueError) as error:
        return [], error
    return list(dict.fromkeys(str(answer[4][0]) for answer in answers)), None


@lru_cache(_REMEMBERED)
def _unmapped(address: str) -> IPv4Address | IPv6Address:
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


def _excepts(rule: Allowed, host: str, address: IPv4Address | IPv6Address, port: int) -> bool:
    if rule.port != port:
        return False
    network = _network(rule.host)
    if network is None:
        return rule.host.rstrip(".").lower() == host.rstrip(".").lower()
    return network.version == address.version and address in network


@lru_cache(_REMEMBERED)
def _network(text: str) -> IPv4Network | IPv6Network | None:
    try:
        return ipaddress.ip_network(text, strict=False)
    except ValueError:
        return None


def _refusal(host: str, address: str, port: int) -> str:
    where = f"{host} is" if host == address else f"{host} leads to {address},"
    entry = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    return (
        f"{where} a private address, which Dateline does not visit; "
        f'if you mean it, add "{entry}" to [network] allow in config.toml'
    )


def _unresolved(host: str, error: OSError | ValueError) -> str:
    if isinstance(error, socket.gaierror) and error.errno == socket.EAI_AGAIN:
        return f"the name {host} could not be looked up just now: check this machine's network connection"
    return f"the name {host} does not resolve: check the address for typing errors"
