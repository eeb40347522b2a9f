"""The demo site: invented newspapers on a loopback port, so that the bot can be shown without account or network.

Everything is rendered once at start and served from memory by the standard library's threading server; the demo
fetches a few dozen documents, so nothing faster is needed.
"""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

from monitor.demo import pages
from monitor.demo.articles import load_outlets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime
    from email.message import Message

    from monitor.demo.articles import Outlet

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class DemoFeed:
    """A feed of the demo site, with what config.toml would say about it."""

    url: str
    outlet: str
    home: str


@dataclass(frozen=True, slots=True)
class Site:
    """A running demo site; `url` has no trailing slash."""

    url: str
    feeds: tuple[DemoFeed, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A rendered document with its validators."""

    body: bytes
    content_type: str
    modified: datetime
    etag: str


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, *, now: datetime) -> Iterator[Site]:
    """Serve the demo newspapers as they stand at `now` (aware UTC) until the block ends; port 0 takes a free one.

    Raises OSError where the port is taken.
    """
    documents: dict[str, Document] = {}
    server = _Server((host, port), documents)
    base = f"http://{host}:{server.server_address[1]}"
    outlets = load_outlets()
    documents |= _render(outlets, base, now)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="demo-site", daemon=True)
    thread.start()
    try:
        feeds = (DemoFeed(base + pages.feed_path(outlet), outlet.name, outlet.home) for outlet in outlets)
        yield Site(base, tuple(feeds))
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _render(outlets: tuple[Outlet, ...], base: str, now: datetime) -> dict[str, Document]:
    """Every document of the site by path. A `page_missing` article has no page, so that its address answers 404."""
    documents = {
        "/": _document(pages.front(outlets, base), HTML, now),
        "/robots.txt": _document("User-agent: *\nAllow: /\n", "text/plain", now),
    }
    for outlet in outlets:
        found = pages.entries(outlet, outlets, base, now)
        render = pages.rss if outlet.format == "rss" else pages.atom
        media = f"{pages.FEED_TYPES[outlet.format]}; charset=utf-8"
        documents[pages.feed_path(outlet)] = _document(render(outlet, found, base), media, found[0].at)
        documents[f"/{outlet.id}/"] = _document(pages.front((outlet,), base), HTML, now)
        for article in outlet.articles:
            if not article.page_missing:
                text = pages.page(outlet, article, base, now)
                documents[pages.article_path(outlet, article)] = _document(text, HTML, article.published_at(now))
    return documents


def _document(text: str, content_type: str, modified: datetime) -> Document:
    body = text.encode()
    return Document(body, content_type, modified.replace(microsecond=0), f'"{hashlib.sha256(body).hexdigest()[:20]}"')


class _Server(ThreadingHTTPServer):
    # A fetcher may hold a connection open; the demo must end all the same.
    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], documents: Mapping[str, Document]) -> None:
        super().__init__(address, _Reader)
        self.documents = documents


class _Reader(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds an idle connection may stay open

    def do_GET(self) -> None:
        document = self.server.documents.get(self.path.partition("?")[0])
        if document is None:
            self._answer(404, b"<!doctype html><title>Not found</title><h1>This page does not exist</h1>", HTML)
        elif _unchanged(document, self.headers):
            self._answer(304, b"", document.content_type, document)
        else:
            self._answer(200, document.body, document.content_type, document)

    def do_HEAD(self) -> None:
        self.do_GET()

    def _answer(self, status: int, body: bytes, content_type: str, document: Document | None = None) -> None:
        self.send_response(status)
        if document is not None:
            self.send_header("ETag", document.etag)
            self.send_header("Last-Modified", format_datetime(document.modified, usegmt=True))
        if status != 304:
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Stay silent: the demo's output is the digest."""


def _unchanged(document: Document, headers: Message) -> bool:
    """Whether the client's copy is current; an ETag, where given, decides alone (RFC 9110, 13.1.3)."""
    if etags := headers.get("If-None-Match"):
        return document.etag in etags
    try:
        since = parsedate_to_datetime(headers.get("If-Modified-Since") or "")
    except ValueError:
        return False
    return document.modified <= (since if since.tzinfo else since.replace(tzinfo=UTC))
