"""How connections are made: httpx's transport over connections that the address guard has approved.

Also the translation of what httpx raises into FetchError.
"""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

import httpcore
import httpx

from monitor.collect.guard import addresses_for
from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from monitor.settings import Allowed

_ADDRESSES_TRIED = 3


class _Backend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that the guard has seen, and to exactly those."""

    def __init__(self, allow: Sequence[Allowed]) -> None:
        self._allow = allow
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        addresses = (await addresses_for(host, port, self._allow))[:_ADDRESSES_TRIED]
        share = None if timeout is None else timeout / len(addresses)
        for address in addresses[:-1]:
            try:
                return await self._plain.connect_tcp(address, port, share, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout):
                continue  # the host's next address may answer
        return await self._plain.connect_tcp(addresses[-1], port, share, local_address, socket_options)


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's transport over a pool with the guarded backend: httpx offers no public way to give it one."""

    def __init__(self, context: ssl.SSLContext, allow: Sequence[Allowed]) -> None:
        super().__init__(verify=context, trust_env=False)
        # Where a later httpx keeps its pool elsewhere, this fails at once instead of connecting unguarded.
        if type(self._pool) is not httpcore.AsyncConnectionPool:
            raise TypeError("this release of httpx is not known to the address guard")
        self._pool = httpcore.AsyncConnectionPool(ssl_context=context, network_backend=_Backend(allow))


def translated(host: str, error: Exception) -> FetchError:
    """What httpx reports, in our words. Its own texts may hold the address, and with it a password."""
    failed = _cause(error, ssl.SSLError)
    if failed is not None:
        return _insecure(host, failed)
    if isinstance(error, httpx.TimeoutException):
        when = "when called" if isinstance(error, httpx.ConnectTimeout) else "in time"
        return FetchError("timeout", f"{host} did not answer {when}")
    if isinstance(error, httpx.ConnectError):
        return FetchError("refused", f"{host} does not take connections: check the address and its port")
    if isinstance(error, httpx.InvalidURL | httpx.UnsupportedProtocol):
        return FetchError("address", "the address cannot be read: check it for typing errors")
    return FetchError("protocol", f"{host} broke off or answered in no form that a browser would understand")


def _insecure(host: str, failed: BaseException) -> FetchError:
    if isinstance(failed, ssl.SSLCertVerificationError):
        return FetchError("tls", f"the certificate of {host} is not valid ({failed.verify_message})")
    return FetchError("tls", f"no secure connection to {host} could be made: check whether the site uses https")


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
