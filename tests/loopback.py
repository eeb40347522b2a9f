"""A small HTTP server on 127.0.0.1 for tests: each path has a script of answers, sent byte for byte."""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from http.client import parse_headers
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import TYPE_CHECKING

from monitor.settings import Allowed, NetworkSettings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from http.client import HTTPMessage


@dataclass(frozen=True, slots=True)
class Request:
    """What a client sent. `target` is the request target as it stood on the wire."""

    target: str
    headers: HTTPMessage


@dataclass(slots=True)
class Loopback:
    """The server as a test sees it: `requests` are those received so far."""

    port: int
    scripts: dict[str, list[bytes]] = field(default_factory=dict)
    stalling: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    stopped: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """The full address of `path`."""
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def network(self) -> NetworkSettings:
        """Network settings that let a Fetcher reach this server, and do not make it wait."""
        return NetworkSettings(allow=(Allowed("127.0.0.1", self.port),), host_gap=0.0, starts_per_second=1_000.0)

    def answer(
        self, path: str, body: bytes | str = b"", *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        """Add an answer to the script of `path`; its last answer repeats for ever."""
        payload = body.encode() if isinstance(body, str) else body
        fields = {"Content-Length": str(len(payload))} | dict(headers or {})
        head = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}", *(f"{name}: {text}" for name, text in fields.items())]
        self.raw(path, "\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + payload)

    def raw(self, path: str, answer: bytes, *, stall: bool = False) -> None:
        """Add an answer given byte for byte; with `stall` the connection is then held open in silence."""
        self.scripts.setdefault(path, []).append(answer)
        if stall:
            self.stalling.add(path)

    def next_answer(self, target: str) -> bytes:
        """The next answer of the script of `target`."""
        script = self.scripts.get(target, [b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"])
        return script.pop(0) if len(script) > 1 else script[0]


def anonymous_tls(side: int) -> ssl.SSLContext:
    """TLS without certificates, for one side of a connection on loopback: `side` is a constant ssl.PROTOCOL_TLS_...."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


class _DamagedTls(StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        secure = anonymous_tls(ssl.PROTOCOL_TLS_SERVER).wrap_socket(self.request, server_side=True)
        secure.recv(65_536)
        secure.sendall(self.server.loopback.next_answer("/"))
        with socket.socket(fileno=os.dup(secure.fileno())) as bare:
            bare.sendall(b"\x17\x03\x03\x00\x40" + b"?" * 64)
        self.server.loopback.stopped.wait(5)  # until the client has seen it; closing first could hide it
        secure.close()


class _Server(ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    loopback: Loopback


class _Handler(StreamRequestHandler):
    def handle(self) -> None:
        assert isinstance(self.server, _Server)
        loopback = self.server.loopback
        line = self.rfile.readline().decode("latin-1").split()
        if len(line) != 3:
            return
        loopback.requests.append(Request(line[1], parse_headers(self.rfile)))
        with contextlib.suppress(ConnectionError):  # a client that has seen enough may leave
            self.wfile.write(loopback.next_answer(line[1]))
        if line[1] in loopback.stalling:
            loopback.stopped.wait(30)


@contextlib.contextmanager
def serving(*, damaged_tls: bool = False, port: int = 0) -> Iterator[Loopback]:
    """A running server, stopped at the end; with `damaged_tls` a broken TLS record follows the answer of "/"."""
    with _Server(("127.0.0.1", port), _DamagedTls if damaged_tls else _Handler) as server:
        server.loopback = Loopback(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.loopback
        server.loopback.stopped.set()
        server.shutdown()
        thread.join()
