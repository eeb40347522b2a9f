"""How connections are made: httpx over aiohttp, whose C parser answers at a sixth of the CPU of httpx's own transport.

What aiohttp would do by itself is closed here: it connects only to addresses that the guard has approved, asks once
(its own second try would be a second visit at once), keeps no cookie and no connection, and sends an address as it is.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.abc import AbstractResolver
from httpx_aiohttp import AiohttpTransport
from yarl import URL

from monitor.collect.guard import addresses_for, check_address
from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx
    from aiohttp.abc import ResolveResult
    from aiohttp.client_proto import ResponseHandler

    from monitor.settings import Allowed

_ADDRESSES_TRIED = 3
_HEADERS = 256  # sites were seen to send a hundred
_HEADER_BYTES = 32_768  # content security policies of 10 kB are about
_HEADERS_END = re.compile(rb"\n\r?\n")


class _Known(AbstractResolver):
    """Answers with the addresses that were already looked up and checked."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        return [
            {"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}
            for address in self._addresses
        ]

    async def close(self) -> None:
        """Nothing is held."""


class _NoCookies(aiohttp.DummyCookieJar):
    """Keeps no cookie, and reads none: 32 kB of quotation marks and backslashes keep aiohttp's parser busy for 7 ms."""

    def update_cookies_from_headers(self, *_: object, **__: object) -> None:
        return


class _Wire(asyncio.Protocol):
    """Stands between a connection and aiohttp, which forgets an answer when what follows it is no HTTP.

    The end of the headers is passed on by itself, so that they have been read before anything behind them can fail;
    and whoever waits for a body is told when the connection ends, which aiohttp leaves out after such a failure.
    """

    def __init__(self, reader: ResponseHandler) -> None:
        self._reader = reader
        self._last: bytes | None = b""  # what may be the beginning of the headers' end; None after it
        self._ended = False
        self.body: aiohttp.StreamReader | None = None
        self.lost: Exception | None = None  # why the connection ended, where it was not closed in good order

    def watch(self, body: aiohttp.StreamReader) -> None:
        """Tell whoever reads `body` when the connection has ended before it did."""
        self.body = body
        if self._ended and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("the connection ended"))

    def data_received(self, data: bytes) -> None:
        if self._last is not None:
            joined = self._last + data
            end = _HEADERS_END.search(joined)
            cut = end.end() - len(self._last) if end else 0
            self._last = None if end else joined[-2:]
            if 0 < cut < len(data):
                self._reader.data_received(data[:cut])
                data = data[cut:]
        self._reader.data_received(data)

    def eof_received(self) -> None:
        self._reader.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost = exc
        self._ended = True
        self._reader.connection_lost(exc)
        if self.body is not None:
            self.watch(self.body)

    def pause_writing(self) -> None:
        self._reader.pause_writing()

    def resume_writing(self) -> None:
        self._reader.resume_writing()


class _Request(aiohttp.ClientRequest):
    """A request that puts a _Wire into its connection."""

    wire: _Wire | None = None

    async def send(self, conn: aiohttp.connector.Connection) -> aiohttp.ClientResponse:
        assert conn.protocol is not None
        assert conn.transport is not None
        self.wire = _Wire(conn.protocol)
        conn.transport.set_protocol(self.wire)
        return await super().send(conn)


class GuardedTransport(AiohttpTransport):
    """The transport of one request: a session of its own, so that nothing outlives it and no deadline can leak.

    Raises FetchError for everything that fails before the answer's headers have come.
    """

    def __init__(self, context: ssl.SSLContext, allow: Sequence[Allowed]) -> None:
        super().__init__(verify=context, trust_env=False)
        self._allow = allow
        self._sockets: list[socket.socket] = []
        self._wire: _Wire | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`. Each of the addresses that are tried gets its share of the time to connect."""
        host = request.url.raw_host.decode("ascii")
        port = request.url.port or (443 if request.url.scheme == "https" else 80)
        addresses = (await addresses_for(host, port, self._allow))[:_ADDRESSES_TRIED]
        request.extensions["timeout"]["connect"] /= len(addresses)
        self.client = self._session(request, host, addresses)
        return await super().handle_async_request(request)

    async def aclose(self) -> None:
        """End every connection now: over TLS a server could otherwise hold its end for half a minute more."""
        await super().aclose()
        for opened in self._sockets:
            with contextlib.suppress(OSError):  # it has been closed, which is as it should be
                opened.shutdown(socket.SHUT_RDWR)

    def left_over(self) -> bytes:
        """What had arrived when reading failed: aiohttp keeps it, and raises before it hands it out."""
        body = self._wire.body if self._wire is not None else None
        if body is None:
            return b""
        body.set_exception(None)  # type: ignore[arg-type] # there is no other way to what has come
        return body.read_nowait()

    def broken(self) -> Exception | None:
        """Why the connection ended, where it was not closed in good order."""
        return self._wire.lost if self._wire is not None else None

    def _session(self, request: httpx.Request, host: str, addresses: Sequence[str]) -> aiohttp.ClientSession:
        verbatim = URL(str(request.url), encoded=True)  # yarl would rewrite its escapes
        named = [(name.decode("ascii"), value.decode()) for name, value in request.headers.raw]

        async def send(asked: aiohttp.ClientRequest, call: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
            assert isinstance(asked, _Request)
            asked.url = verbatim
            asked.headers.clear()
            asked.headers.extend(named)  # as they were written: httpx hands their names over in lower case
            try:
                answer = await call(asked)
            except (aiohttp.ClientError, OSError, ValueError) as error:
                raise translated(host, error) from error  # translated here, so that nobody tries again
            assert asked.wire is not None
            self._wire = asked.wire
            self._wire.watch(answer.content)
            return answer

        connector = aiohttp.TCPConnector(
            ssl=self.ssl_context,
            resolver=_Known(addresses),
            use_dns_cache=False,
            happy_eyeballs_delay=None,
            socket_factory=self._opener(host, addresses),
            force_close=True,
        )
        return aiohttp.ClientSession(
            connector=connector,
            request_class=_Request,
            cookie_jar=_NoCookies(),
            middlewares=[send],
            max_headers=_HEADERS,
            max_field_size=_HEADER_BYTES,
        )

    def _opener(self, host: str, approved: Sequence[str]) -> aiohttp.SocketFactoryType:
        # The last look, at the very address that is connected to: an address in figures passes by the resolver.
        def opened(info: aiohttp.AddrInfoType) -> socket.socket:
            family, kind, protocol, _, address = info
            if address[0] not in approved:
                check_address(host, str(address[0]), int(address[1]), self._allow)
            self._sockets.append(socket.socket(family, kind, protocol))
            return self._sockets[-1]

        return opened


def translated(host: str, error: BaseException) -> FetchError:
    """What aiohttp reports, in our words. Its own texts may hold the address, and with it a password."""
    failed = _cause(error, ssl.SSLError)
    if failed is not None:
        return _insecure(host, failed)
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return FetchError("timeout", f"{host} did not answer when called")
    if isinstance(error, aiohttp.ClientConnectorError):
        if isinstance(error.os_error, ConnectionResetError | ConnectionAbortedError):
            return _insecure(host, error)  # it took the connection, and hung up while the keys were agreed on
        return FetchError("refused", f"{host} does not take connections: check the address and its port")
    if isinstance(error, ValueError):
        return FetchError("address", "the address cannot be read: check it for typing errors")
    return FetchError("protocol", f"{host}: the answer broke off, or was not valid HTTP")


def _insecure(host: str, failed: BaseException) -> FetchError:
    if isinstance(failed, ssl.SSLCertVerificationError):
        return FetchError("tls", f"the certificate of {host} is not valid ({failed.verify_message})")
    return FetchError("tls", f"no secure connection to {host} could be made: check whether the site uses https")


def _cause(error: BaseException | None, kind: type[BaseException]) -> BaseException | None:
    while error is not None and not isinstance(error, kind):
        error = error.__cause__ or error.__context__
    return error
