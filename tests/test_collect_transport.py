"""What connections do: one visit a request, to a checked address, and nothing left open afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from monitor.collect import transport
from monitor.collect.fetch import Fetcher
from monitor.errors import FetchError
from monitor.settings import PROJECT_ADDRESS, Allowed, NetworkSettings
from tests.loopback import anonymous_tls

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    from tests.loopback import Loopback

    Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
STAGES = {
    "nothing": b"",
    "headers": b"HTTP/1.1 200 OK\r\nContent-Le",
    "body": PLAIN + b"<rs",
    "chunk": CHUNKED + b"9\r\n<rss>",
    "endless": b"HTTP/1.1 200 OK\r\n\r\n<rss>",
}


def body_of(loopback: Loopback, path: str) -> tuple[bytes, bool]:
    """The body at `path`, and whether it is whole."""
    document = asyncio.run(Fetcher(loopback.network).fetch(loopback.url(path)))
    return document.body, document.whole


def refusal(settings: NetworkSettings, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        asyncio.run(Fetcher(settings).fetch(url))
    return caught.value


def connections_to(port: int) -> int:
    """How many sockets of this process are connected to `port`."""
    return sum(peer_port(int(descriptor.name)) == port for descriptor in DESCRIPTORS.iterdir())


def peer_port(descriptor: int) -> int | None:
    try:
        opened = socket.socket(fileno=descriptor)
    except OSError:  # a file, or the listing itself, which is closed by now
        return None
    try:
        return int(opened.getpeername()[1])
    except (OSError, IndexError):  # a socket that listens, or one of another kind
        return None
    finally:
        opened.detach()


DESCRIPTORS = Path("/proc/self/fd")
needs_proc = pytest.mark.skipif(not DESCRIPTORS.is_dir(), reason="open connections are counted in /proc")


@contextlib.asynccontextmanager
async def answering(serve: Serve) -> AsyncIterator[int]:
    """The port of a server on this loop, whose connections all end before it does."""
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)
    await asyncio.sleep(0)


@needs_proc
@pytest.mark.parametrize("stage", STAGES)
def test_deadlines_leave_nothing_open(loopback: Loopback, stage: str) -> None:
    """Wherever in its answer a server falls silent, no connection outlives fifty deadlines."""
    loopback.raw("/stall", STAGES[stage], stall=True)

    async def strike() -> tuple[set[str], int]:
        fetcher = Fetcher(replace(loopback.network, total_timeout=0.3, per_host=50))
        asked = (fetcher.fetch(loopback.url("/stall")) for _ in range(50))
        failed = await asyncio.gather(*asked, return_exceptions=True)
        await asyncio.sleep(0)  # a transport closes its socket on the loop's next turn
        return {getattr(error, "kind", "") for error in failed}, connections_to(loopback.port)

    assert ({"timeout"}, 0) == asyncio.run(strike())


@contextlib.contextmanager
def holding(answer: bytes | None) -> Iterator[int]:
    """The port of a server that answers over TLS, hears nothing afterwards and never hangs up; None: no handshake."""
    stopped, tls = threading.Event(), anonymous_tls(ssl.PROTOCOL_TLS_SERVER)

    def serve() -> None:
        with listener.accept()[0] as taken, contextlib.suppress(ssl.SSLError):
            if answer is not None:
                with tls.wrap_socket(taken, server_side=True) as secure:
                    secure.recv(65_536)
                    secure.sendall(answer)
                    stopped.wait(10)
            stopped.wait(10)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()[1]
        stopped.set()
        thread.join()


@needs_proc
@pytest.mark.parametrize("answer", [None, b"", PLAIN, PLAIN + b"<rss>"], ids=["handshake", "silence", "body", "whole"])
def test_a_secure_connection_ends_with_its_fetch(answer: bytes | None) -> None:
    """A server that does not say goodbye over TLS holds no connection once the fetch is over."""

    async def left_open(port: int) -> int:
        fetcher = Fetcher(NetworkSettings(allow=(Allowed("127.0.0.1", port),), total_timeout=0.3))
        fetcher._context = anonymous_tls(ssl.PROTOCOL_TLS_CLIENT)
        with contextlib.suppress(FetchError):
            await fetcher.fetch(f"https://127.0.0.1:{port}/")
        await asyncio.sleep(0.05)
        return connections_to(port)

    with holding(answer) as port:
        assert 0 == asyncio.run(left_open(port))


def test_a_server_that_cannot_prove_its_name_is_refused() -> None:
    """Certificates are looked at, always."""
    with holding(PLAIN + b"<rss>") as port:
        error = refusal(NetworkSettings(allow=(Allowed("127.0.0.1", port),)), f"https://127.0.0.1:{port}/")
    assert "tls" == error.kind


def test_a_server_that_hangs_up_is_visited_once(loopback: Loopback) -> None:
    """No second request follows at once, whatever HTTP allows."""
    loopback.raw("/feed", b"")
    assert "protocol" == refusal(loopback.network, loopback.url("/feed")).kind
    assert ["/feed"] == [request.target for request in loopback.requests]


def test_headers_go_out_as_they_are_written(loopback: Loopback) -> None:
    """With their capital letters, each once, and with the wish to close."""
    loopback.answer("/feed", "x")
    body_of(loopback, "/feed")
    assert ["Host", "User-Agent", "Accept", "Accept-Encoding", "Connection"] == loopback.requests[0].headers.keys()
    assert "close" == loopback.requests[0].headers["Connection"]


def test_the_agent_is_the_project_and_where_it_lives(loopback: Loopback) -> None:
    """Publishers read a name, a version and an address."""
    loopback.answer("/feed", "x")
    body_of(loopback, "/feed")
    name, _, where = loopback.requests[0].headers["User-Agent"].partition(" ")
    assert ("Dateline/0.1", f"(+{PROJECT_ADDRESS})") == (name, where)


@pytest.mark.parametrize("etag", ['"caf\xe9"', '"a\x01b"', "x" * 2_000])
def test_a_validator_that_cannot_go_back_unchanged_is_none(loopback: Loopback, etag: str) -> None:
    """What would have to be altered is neither kept nor sent."""
    loopback.answer("/feed", "x", headers={"ETag": etag})

    async def twice() -> str | None:
        fetcher = Fetcher(loopback.network)
        await fetcher.fetch(loopback.url("/feed"), etag=etag)
        return (await fetcher.fetch(loopback.url("/feed"))).etag

    assert None is asyncio.run(twice())
    assert None is loopback.requests[0].headers["If-None-Match"]


@pytest.mark.parametrize(("sent", "expected"), [
    (PLAIN + b"<rss></rss>", (b"<rss>", True)),
    (CHUNKED + b"5\r\n<rss>\r\nbroken\r\n", (b"<rss>", False)),
    (CHUNKED + b"5\r\n<rss>\r\n", (b"<rss>", False)),
    (CHUNKED + b"5\r\n<rss>\r\n0\r\n\r\nmore", (b"<rss>", True)),
    (b"HTTP/1.1 200 OK\nContent-Length: 5\n\n<rss></rss>", (b"<rss>", True)),
], ids=["longer than said", "broken chunk", "no last chunk", "more behind it", "bare line feeds"])
def test_what_came_before_nonsense_is_kept(loopback: Loopback, sent: bytes, expected: tuple[bytes, bool]) -> None:
    """An answer is read up to where it stops making sense, and at once."""
    loopback.raw("/feed", sent)
    assert expected == body_of(loopback, "/feed")


def test_headers_that_arrive_in_pieces_are_read() -> None:
    """Also where the cut goes through the empty line at their end."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for piece in (PLAIN[:-3], PLAIN[-3:-1], PLAIN[-1:] + b"<r", b"ss>nonsense"):
            writer.write(piece)
            await asyncio.sleep(0.01)
        writer.transport.abort()

    async def fetched() -> bytes:
        async with answering(serve) as port:
            fetcher = Fetcher(NetworkSettings(allow=(Allowed("127.0.0.1", port),)))
            return (await fetcher.fetch(f"http://127.0.0.1:{port}/")).body

    assert b"<rss>" == asyncio.run(fetched())


@pytest.mark.parametrize("head", [b"X: y\r\n" * 5_000, b"X: " + b"y" * 1_000_000 + b"\r\n"], ids=["many", "long"])
def test_headers_are_bounded(loopback: Loopback, head: bytes) -> None:
    """Neither thousands of them nor a megabyte in one are read."""
    loopback.raw("/feed", b"HTTP/1.1 200 OK\r\n" + head + b"Content-Length: 0\r\n\r\n")
    assert "protocol" == refusal(loopback.network, loopback.url("/feed")).kind


def test_the_next_address_is_tried(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where one of a host's addresses is dead, another may answer."""
    loopback.answer("/feed", "x")
    answers = [(2, 1, 6, "", (address, loopback.port)) for address in ("127.0.0.3", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers)
    settings = replace(loopback.network, allow=(Allowed("127.0.0.0/8", loopback.port),))
    url = f"http://news.example:{loopback.port}/feed"
    assert b"x" == asyncio.run(Fetcher(settings).fetch(url)).body


def test_connections_go_to_what_was_checked_and_nowhere_else(
    loopback: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the address stands in the link in figures, which needs no resolver."""
    loopback.answer("/feed", "x")

    async def checked(*_: object) -> list[str]:
        return ["127.0.0.1"]

    monkeypatch.setattr(transport, "addresses_for", checked)
    assert b"x" == asyncio.run(Fetcher(NetworkSettings()).fetch(f"http://127.0.0.9:{loopback.port}/feed")).body


def test_the_environment_names_no_proxy(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy would resolve names behind the guard's back."""
    loopback.answer("/feed", "x")
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert (b"x", True) == body_of(loopback, "/feed")
