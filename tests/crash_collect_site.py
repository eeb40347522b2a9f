"""Newspapers on loopback that see a bot die: feeds with an ETag, and a page for each article.

The site kills the bot itself where it dies over an answer: it knows better than anybody how much of it was sent.
"""

from __future__ import annotations

import os
import random
import signal
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FEEDS = 5
FIRST, LATER = 6, 3  # articles of each feed: in it from the start, and in half of the feeds from the second life on
BY_ANSWER = ("fetch.headers", "fetch.body", "page.fetched")  # the points at which the site kills
PATIENCE = 20.0  # seconds in which the one who ordered a life says who it is


@dataclass(slots=True)
class Site:
    """`out` articles are in each feed, in every second one `LATER` more; dates are near `now`."""

    now: datetime
    port: int = 0
    more: bool = False
    point: str = ""  # where the bot is killed, the `left`-th time it comes there
    left: int = 0
    asked: list[str] = field(default_factory=list)  # the paths, in the order they came
    _pid: int = 0
    _known: threading.Event = field(default_factory=threading.Event)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def feeds(self) -> list[str]:
        """The addresses of the feeds."""
        return [f"http://127.0.0.1:{self.port}/feed/{feed}" for feed in range(FEEDS)]

    def born(self, pid: int) -> None:
        """Who is to be killed; 0: nobody any more."""
        self._pid = pid
        self._known.set()

    def doom(self, point: str, nth: int) -> None:
        """From now on, kill there."""
        self._known.clear()
        self.point, self.left, self.asked = point, nth, []

    def titles(self) -> list[str]:
        """The headlines of everything that is out."""
        return [title(feed, number) for feed in range(FEEDS) for number in self._numbers(feed)]

    def _numbers(self, feed: int) -> Sequence[int]:
        return range(FIRST + LATER * (self.more and feed % 2))

    def document(self, path: str) -> tuple[str, str] | None:
        """Kind and text of a feed or page."""
        room, _, name = path.strip("/").partition("/")
        if room == "feed":
            return "application/rss+xml", self._feed(int(name))
        if room == "page":
            feed, _, number = name.partition("-")
            return "text/html", page(int(feed), int(number))
        return None

    def _feed(self, feed: int) -> str:
        items = "".join(
            f"<item><title>{title(feed, number)}</title><guid isPermaLink='false'>{feed}-{number}</guid>"
            f"<link>http://127.0.0.1:{self.port}/page/{feed}-{number}</link>"
            f"<pubDate>{format_datetime(self.now - timedelta(minutes=30 - number), usegmt=True)}</pubDate>"
            f"<description>{words(feed, number, 20)}</description></item>" for number in reversed(self._numbers(feed)))
        return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Feed {feed}</title>{items}</channel></rss>"

    def kills(self, *points: str) -> bool:
        """Whether the bot has come to its end at one of these points; then it is killed."""
        with self._lock:
            if self.point not in points:
                return False
            self.left -= 1
            if self.left:
                return False
        self._known.wait(PATIENCE)
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)
        return True


def title(feed: int, number: int) -> str:
    """The headline of an article; no other one has it."""
    return f"Lantern {feed}x{number} {words(feed, number, 6)}"


def words(feed: int, number: int, many: int) -> str:
    """Words of no language, so that no two articles are of one story."""
    dice = random.Random(f"{feed}-{number}")
    return " ".join("".join(dice.choice("bdfgklmnprst") + dice.choice("aeiou") for _ in range(4)) for _ in range(many))


def page(feed: int, number: int) -> str:
    """The article as its outlet shows it."""
    text = "".join(f"<p>The lantern of {words(feed, number, 50 + paragraph)}.</p>" for paragraph in range(4))
    return (f"<!doctype html><html lang='en'><head><title>{title(feed, number)}</title></head><body><article>"
            f"<h1>{title(feed, number)}</h1>{text}</article></body></html>")


@contextmanager
def serving() -> Iterator[Site]:
    """A site, until the block ends."""
    site = Site(datetime.now(UTC))

    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            found = site.document(self.path)
            kind, text = found or ("text/plain", "")
            body, tag = text.encode(), f'"{len(text)}"'
            known = bool(found) and self.headers["If-None-Match"] == tag
            self.send_response(304 if known else 200 if found else 404)
            self.send_header("Content-Type", kind)
            self.send_header("ETag", tag)
            if not known:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(ConnectionError):
                self._send(b"" if known else body)

        def _send(self, body: bytes) -> None:
            feed = self.path.startswith("/feed/")
            if feed and site.kills("fetch.headers"):
                return
            self.wfile.write(body[:len(body) // 2])
            if feed and site.kills("fetch.body"):
                return
            self.wfile.write(body[len(body) // 2:])
            if self.path.startswith("/page/"):
                site.kills("page.fetched")

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        site.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield site
        server.shutdown()
        thread.join()
