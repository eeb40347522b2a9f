"""The newspapers of the made-up day on loopback: a page for each article, and a feed for each outlet.

Feeds come from here, or from a stricter server that is a program of its own where a checkout has it beside it.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

from tests.raid_day_news import name
from tests.running import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.raid_day_news import Report

FEED_SERVER = Path(__file__).resolve().parents[2] / "shared" / "rigs" / "feed_server.py"
MORNING = datetime(2025, 9, 16, 14, tzinfo=UTC)  # ten o'clock on a Tuesday: it is one in the texts
_PAGE = """<!doctype html><html lang="{language}">
<head><meta charset="utf-8"><title>{title} | {outlet}</title></head><body>
<header><a href="/">{outlet}</a><nav><a href="/sports">Sports</a> <a href="/weather">Weather</a></nav></header>
<main><article><h1>{title}</h1>
{text}
</article></main><footer>{outlet}, 2025</footer></body></html>"""


class Feeds(Protocol):
    """Where the outlets' feeds are."""

    @property
    def port(self) -> int:
        """On 127.0.0.1."""

    def address(self, outlet: str) -> str:
        """Of an outlet's feed."""

    def publish(self, report: Report, link: str) -> None:
        """The article is in the feed of its outlet from now on."""


@dataclass(slots=True)
class Press:
    """The pages, and feeds of our own. `out` are the articles published so far, with the time on their clocks."""

    reports: Sequence[Report]
    port: int = 0
    out: list[tuple[Report, datetime]] = field(default_factory=list)

    def link(self, report: Report) -> str:
        """The address of its page."""
        return f"http://127.0.0.1:{self.port}{report.path}"

    def address(self, outlet: str) -> str:
        """Of an outlet's feed."""
        return f"http://127.0.0.1:{self.port}/live/{name(outlet)}.xml"

    def publish(self, report: Report, link: str) -> None:
        """The article is in the feed of its outlet from now on."""
        assert link == self.link(report)
        self.out.append((report, MORNING + timedelta(minutes=report.minute)))

    def document(self, path: str) -> tuple[str, str] | None:
        """Type and text of a page or feed."""
        if path.startswith("/live/"):
            own = [(report, at) for report, at in self.out if path == f"/live/{name(report.outlet)}.xml"]
            return "application/rss+xml", self._feed(own)
        return next((("text/html", page(report)) for report in self.reports if report.path == path), None)

    def _feed(self, own: Sequence[tuple[Report, datetime]]) -> str:
        items = "".join(
            f"<item><title>{escape(report.title)}</title><link>{self.link(report)}</link>"
            f"<guid isPermaLink='false'>{report.path}</guid><pubDate>{format_datetime(at, usegmt=True)}</pubDate>"
            f"<description>{escape(report.paragraphs[0])}</description></item>" for report, at in reversed(own))
        return f"<?xml version='1.0'?><rss version='2.0'><channel><title>Live</title>{items}</channel></rss>"


def page(report: Report) -> str:
    """The article as its outlet shows it."""
    text = "\n".join(f"<p>{escape(paragraph)}</p>" for paragraph in report.paragraphs)
    return _PAGE.format(language=report.language, title=escape(report.title), outlet=escape(report.outlet), text=text)


@contextmanager
def pressing(reports: Sequence[Report]) -> Iterator[Press]:
    """Pages and feeds, served until the block ends."""
    press = Press(reports)

    class Visit(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = press.document(self.path)
            kind, text = found or ("text/html", "<h1>Not found</h1>")
            body = text.encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Visit) as server:
        server.daemon_threads = True
        press.port = server.server_address[1]
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        yield press
        server.shutdown()
        thread.join()


@dataclass(frozen=True, slots=True)
class Server:
    """The stricter server: feeds go through its control, pages stay ours."""

    port: int

    def address(self, outlet: str) -> str:
        """Of an outlet's live feed."""
        return f"http://127.0.0.1:{self.port}/live/{name(outlet)}.xml"

    def publish(self, report: Report, link: str) -> None:
        """Ask it to publish."""
        asked = {"feed": name(report.outlet), "title": report.title, "link": link, "guid": report.path,
                 "body": "\n".join(report.paragraphs)}
        opener = build_opener(ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{self.port}/__control/publish?{urlencode(asked)}", timeout=30) as answer:
            answer.read()


@contextmanager
def feed_server(folder: Path, speed: float) -> Iterator[Server]:
    """The stricter server as a program of its own, its clock as fast as the bot's; nobody goes where nobody may be."""
    ready, log = folder / "feeds.json", folder / "feeds.jsonl"
    command = [sys.executable, str(FEED_SERVER), "--port", "0", "--ready-file", str(ready), "--log", str(log),
               "--speed", str(speed), "--quiet"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
        try:
            wait_until(ready.exists)
            yield Server(json.loads(ready.read_text())["port"])
        finally:
            process.terminate()
    strays = [line for line in log.read_text().splitlines() if '"canary": true' in line]
    assert not strays, strays
