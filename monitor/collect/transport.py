"""How connections are made: httpx over aiohttp, whose C parser answers at a sixth of the CPU of httpx's own transport.

Of aiohttp these are the connection and the parser, without its session: what that does by itself (ask a second time at
once, keep cookies and connections, write addresses and headers anew) would have to be closed, and costs a third of an
unchanged poll. A connection is made only to addresses that the guard has approved, and ends with its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
import ssl
from typing import TYPE_CHECKING

import aiohttp
from aiohttp.client_proto import ResponseHandler
from aiohttp.http_exceptions import HttpProcessingError
from httpx_aiohttp import AiohttpTransport

from monitor.collect.guard import addresses_for
from monitor.errors import FetchError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import httpx
    from aiohttp.http import RawResponseMessage
    from aiohttp.typedefs import RawHeaders

    from monitor.settings import Allowed

_ADDRESSES_TRIED = 3
_HEADERS = 256  # sites were seen to send a hundred
_HEADER_BYTES = 32_768  # content security policies of 10 kB are about
_CONTROL = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")
_HEADERS_END = re.compile(rb"\n\r?\n")


class _Wire(ResponseHandler):
    """A connection. aiohttp's own forgets an answer when what follows it is no HTTP.

    The end of the headers is passed on by itself, so that they have been read before anything behind them can fail;
    and whoever waits for a body is told when the connection ends, which aiohttp leaves out after such a failure.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self.set_response_params(
            read_until_eof=True, auto_decompress=False, max_field_size=_HEADER_BYTES, max_headers=_HEADERS)
        self._last: bytes | None = b""  # what may be the beginning of the headers' end; None after it
        self._ended = False
        self.body: aiohttp.StreamReader | None = None
        self.lost: BaseException | None = None  # why the connection ended, where it was not closed in good order

    async def answer(self) -> RawResponseMessage:
        """The status and headers; the body is in `body`, and the connection ends when it is complete."""
        message, body = await self.read()
        while message.code < 200 and message.code != 101:  # "wait a moment"
            message, body = await self.read()
        self.body = body
        self._tell_end()
        self.body.on_eof(self.close)
        return message

    def data_received(self, data: bytes) -> None:
        if self._last is not None:
            joined = self._last + data
            end = _HEADERS_END.search(joined)
            cut = end.end() - len(self._last) if end else 0
            self._last = None if end else joined[-2:]
            if 0 < cut < len(data):
                super().data_received(data[:cut])
                data = data[cut:]
        super().data_received(data)

    def connection_lost(self, exc: BaseException | None) -> None:
        self.lost = exc
        self._ended = True
        super().connection_lost(exc)
        self._tell_end()

    def _tell_end(self) -> None:
        body = self.body
        if self._ended and body is not None and not body.is_eof() and body.exception() is None:
            body.set_exception(aiohttp.ClientPayloadError("the connection ended"))


class _Visit:
    """One request on a connection of its own: what httpx-aiohttp asks of a session, and then of its response."""

    reason = None

    def __init__(self, host: str, port: int, addresses: Sequence[str], context: ssl.SSLContext | None) -> None:
        self._host = host
        self._port = port
        self._addresses = addresses
        self._context = context
        self._sockets: list[socket.socket] = []
        self.head = b""
        self.share = 0.0  # seconds to connect to each of the addresses
        self.wire: _Wire | None = None
        self.status = 0
        self.raw_headers: RawHeaders = ()

    def request(self, **_: object) -> _Visit:
        """All that it says is known: the request goes out as it is written in `head`."""
        return self

    @property
    def content(self) -> aiohttp.StreamReader:
        """The body."""
        assert self.wire is not None
        assert self.wire.body is not None
        return self.wire.body

    async def __aenter__(self) -> _Visit:
        self.wire = wire = await self._connected()
        try:
            if wire.transport is not None:  # else it has ended already, and `answer` says why
                wire.transport.write(self.head)
            message = await wire.answer()
        except (aiohttp.ClientError, HttpProcessingError, OSError) as error:
            raise translated(self._host, error) from error
        self.status, self.raw_headers = message.code, message.raw_headers
        return self

    async def __aexit__(self, *_: object) -> None:
        """The transport ends with its request, and closes."""

    def close(self) -> None:
        """End every connection now: over TLS a server could otherwise hold its end for half a minute more."""
        if self.wire is not None:
            self.wire.close()
        for opened in self._sockets if self._context else ():
            with contextlib.suppress(OSError):  # it has been closed, which is as it should be
                opened.shutdown(socket.SHUT_RDWR)

    async def _connected(self) -> _Wire:
        failed = OSError()
        for address in self._addresses:
            try:
                async with asyncio.timeout(self.share):
                    return await self._connected_to(address)
            except OSError as error:
                failed = error
            except ValueError as error:
                raise translated(self._host, error) from error
        raise _unreached(self._host, failed) from failed

    async def _connected_to(self, address: str) -> _Wire:
        loop = asyncio.get_running_loop()
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        opened = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        self._sockets.append(opened)
        try:
            opened.setblocking(False)
            await loop.sock_connect(opened, (address, self._port))
        except (OSError, ValueError, asyncio.CancelledError):
            opened.close()
            raise
        name = self._host.rstrip(".") if self._context else None  # certificates know no dot at the end
        _, wire = await loop.create_connection(
            lambda: _Wire(loop), sock=opened, ssl=self._context, server_hostname=name)
        return wire


class GuardedTransport(AiohttpTransport):
    """The transport of one request: a connection of its own, so that nothing outlives it and no deadline can leak.

    Raises FetchError for everything that fails before the answer's headers have come.
    """

    def __init__(self, context: ssl.SSLContext, allow: Sequence[Allowed]) -> None:
        super().__init__(verify=context, trust_env=False)
        self._allow = allow
        self._visit: _Visit | None = None

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send `request`. Each of the addresses that are tried gets its share of the time to connect."""
        host = request.url.raw_host.decode("ascii")
        secure = request.url.scheme == "https"
        port = request.url.port or (443 if secure else 80)
        addresses = (await addresses_for(host, port, self._allow))[:_ADDRESSES_TRIED]
        self._visit = _Visit(host, port, addresses, self.ssl_context if secure else None)
        self._visit.head = _head(request)
        self._visit.share = request.extensions["timeout"]["connect"] / len(addresses)
        return await super().handle_async_request(request)

    def get_client(self) -> aiohttp.ClientSession:
        """What is asked for the answer."""
        return self._visit  # type: ignore[return-value] # it has all that is asked of a session

    async def aclose(self) -> None:
        """Nothing is left open, however far it came."""
        if self._visit is not None:
            self._visit.close()

    def left_over(self) -> bytes:
        """What had arrived when reading failed: aiohttp keeps it, and raises before it hands it out."""
        wire = self._wire
        if wire is None or wire.body is None:
            return b""
        wire.body.set_exception(None)  # type: ignore[arg-type] # there is no other way to what has come
        return wire.body.read_nowait()

    def broken(self) -> BaseException | None:
        """Why the connection ended, where it was not closed in good order."""
        return self._wire.lost if self._wire is not None else None

    @property
    def _wire(self) -> _Wire | None:
        return self._visit.wire if self._visit is not None else None


def _head(request: httpx.Request) -> bytes:
    lines = [
        b"%b %b HTTP/1.1" % (request.method.encode("ascii"), request.url.raw_path),
        *(b"%b: %b" % header for header in request.headers.raw),
        b"Connection: close",
    ]
    if any(map(_CONTROL.search, lines)):  # a line's end would begin a header of its own
        raise FetchError("address", "the address cannot be read: check it for typing errors")
    return b"\r\n".join(lines) + b"\r\n\r\n"


def _unreached(host: str, error: OSError) -> FetchError:
    if isinstance(error, ssl.SSLError | ConnectionResetError | ConnectionAbortedError):
        return _insecure(host, error)  # or it took the connection, and hung up while the keys were agreed on
    if isinstance(error, TimeoutError) and error.errno is None:
        return FetchError("timeout", f"{host} did not answer when called")
    return FetchError("refused", f"{host} does not take connections: check the address and its port")


def translated(host: str, error: BaseException) -> FetchError:
    """What aiohttp reports, in our words. Its own texts may hold the address, and with it a password."""
    failed = _cause(error, ssl.SSLError)
    if failed is not None:
        return _insecure(host, failed)
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
