"""A thousand feeds on loopback for benchmarks/collecting.py: `python -m benchmarks.collecting_feeds 1000 [FOLDER]`.

They are made up (a third RSS with summaries, a third RSS with articles, a third Atom with articles, in HTML with links:
25 entries, 17 to 55 kB), or made from the documents of a folder. Each has an ETag, and answers 304 to it until
something new is in. A line on standard input sets how many articles came out at which share of the feeds: `tenth 3`, or
`all 0`.
"""

from __future__ import annotations

import asyncio
import gzip
import json
import random
import sys
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import lru_cache
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.collecting_real import RealFeeds

if TYPE_CHECKING:
    from collections.abc import Callable

ENTRIES = 25
PORTS = 50  # hosts, to those who count by host and port: a thousand feeds are not all of one newspaper
START = datetime(2026, 11, 1, tzinfo=UTC)
_NEWS = """
council sheriff county budget vote school board library flood bridge agents raid warehouse detention policy jail
agreement hearing lawyers families neighbors church market harvest storm roads hospital nurses union teachers strike
court judge ruling appeal federal state mayor governor bill law permits housing rent river dam fire crews station
transit bus fare rally students university campus research grant museum festival parade team season coach record
farmers prices drought water rights tribe land mine energy wind solar plant jobs layoffs factory trade port ships
airport
"""
WORDS = tuple(_NEWS.split())


def sentence(dice: random.Random, words: int) -> str:
    """So many words, with a capital and a full stop."""
    return " ".join(dice.choices(WORDS, k=words)).capitalize() + "."


def paragraphs(dice: random.Random, number: int) -> str:
    """HTML as newsrooms write it: paragraphs with links, emphasis, a quotation, a picture."""
    found = [f'<p>{sentence(dice, 40)} <a href="/topic/{dice.choice(WORDS)}?ref=feed&amp;n=1">{dice.choice(WORDS)}</a> '
             f"{sentence(dice, 25)} <em>{dice.choice(WORDS)}</em> &#8220;{sentence(dice, 12)}&#8221;</p>"
             for _ in range(number)]
    return '<figure><img src="/images/a.jpg" alt="A picture"/></figure>' + "\n".join(found)


@lru_cache(maxsize=512)  # of one feed all entries are rendered again when one came in
def entry(feed: int, number: int) -> tuple[str, str, str, str, str]:
    """Title, path, summary, whole text and date of an article."""
    dice = random.Random(f"{feed}-{number}")
    title, path = sentence(dice, 9)[:-1], f"/news/{feed}/{number}-{'-'.join(dice.choices(WORDS, k=5))}"
    at = START + timedelta(hours=number, minutes=feed % 60)
    whole = paragraphs(dice, 2) if feed % 3 else f"<p>{sentence(dice, 45)}</p>"
    return title, path, sentence(dice, 45), whole, format_datetime(at) if feed % 3 < 2 else at.isoformat()


def made_up(feed: int, extra: int, base: str) -> tuple[bytes, int]:
    """The feed of the site `base` when so many articles came out since the first day, and how many it shows."""
    return _document(feed, ENTRIES + extra, base), ENTRIES


def _document(feed: int, newest: int, base: str) -> bytes:
    chosen = [(number, *entry(feed, number)) for number in range(newest, newest - ENTRIES, -1)]
    if feed % 3 == 2:
        items = "".join(
            f'<entry><title type="html">{escape(title)}</title><link rel="alternate" href="{base}{path}"/>'
            f"<id>tag:news.example,2026:{feed}-{number}</id><published>{at}</published><updated>{at}</updated>"
            f'<author><name>Staff</name></author><summary type="html">{escape(summary)}</summary>'
            f'<content type="html">{escape(whole)}</content></entry>'
            for number, title, path, summary, whole, at in chosen)
        return (f'<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed {feed}'
                f'</title><id>tag:news.example,2026:{feed}</id><link href="{base}/"/><updated>{chosen[0][-1]}</updated>'
                f"{items}</feed>").encode()
    items = "".join(
        f"<item><title>{escape(title)}</title><link>{base}{path}</link><guid isPermaLink='false'>{feed}-{number}</guid>"
        f"<pubDate>{at}</pubDate><dc:creator>Staff</dc:creator><category>News</category>"
        f"<description><![CDATA[{summary if feed % 3 else whole}]]></description>"
        + (f"<content:encoded><![CDATA[{whole}]]></content:encoded>" if feed % 3 else "") + "</item>"
        for number, title, path, summary, whole, at in chosen)
    return (f'<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/" '
            f'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel><title>Feed {feed}</title><link>{base}/'
            f"</link><description>News</description><language>en-us</language>{items}</channel></rss>").encode()


class Site:
    """What is served; `extra` is how many articles came out since the first day at every `step`-th feed."""

    def __init__(self, document: Callable[[int, int, str], tuple[bytes, int]]) -> None:
        self.step, self.extra = 10, 0
        self._document = document
        self.answers: dict[tuple[int, int], tuple[str, bytes]] = {}

    def measured(self, number: int) -> dict[str, float]:
        """Mean bytes and entries of so many feeds on the first day."""
        documents = [self._document(feed, 0, "http://127.0.0.1:12345") for feed in range(number)]
        return {"bytes": sum(len(body) for body, _ in documents) / number,
                "entries": sum(entries for _, entries in documents) / number}

    def answer(self, feed: int, base: str) -> tuple[str, bytes]:
        """ETag and body, as it is now."""
        extra = self.extra if feed % self.step == 0 else 0
        if (feed, extra) not in self.answers:
            body, _ = self._document(feed, extra, base)
            self.answers[feed, extra] = (f'"{feed}-{extra}"', gzip.compress(body, 6, mtime=0))
        return self.answers[feed, extra]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, kept as long as the client keeps it."""
        base = f"http://127.0.0.1:{writer.get_extra_info('sockname')[1]}"
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, _, rest = head.decode("latin-1").partition("\r\n")
                etag, body = self.answer(int(first.split()[1].rpartition("/")[2]), base)
                known = f"if-none-match: {etag}".lower() in rest.lower()
                writer.write(_reply(etag, b"" if known else body, known=known))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        writer.close()


def _reply(etag: str, body: bytes, *, known: bool) -> bytes:
    if known:
        return f"HTTP/1.1 304 Not Modified\r\nETag: {etag}\r\n\r\n".encode()
    return (f"HTTP/1.1 200 OK\r\nETag: {etag}\r\nContent-Type: application/xml\r\n"
            f"Content-Encoding: gzip\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


async def main() -> None:
    """Say where the feeds are and how large, then do as told until nobody tells anything more."""
    number, folders = int(sys.argv[1]), sys.argv[2:]
    site = Site(RealFeeds(Path(folders[0])).document if folders else made_up)
    servers = [await asyncio.start_server(site.serve, "127.0.0.1", 0, backlog=512) for _ in range(PORTS)]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    urls = [f"http://127.0.0.1:{ports[feed % PORTS]}/{feed}" for feed in range(number)]
    print(json.dumps({"urls": urls, **site.measured(number)}), flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        share, number = line.split()
        site.step, site.extra = {"all": 1, "tenth": 10}[share], int(number)
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
