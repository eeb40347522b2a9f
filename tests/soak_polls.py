"""A hundred thousand polls by one process, weighed: `python -m tests.soak_polls --polls 100000`.

A hundred feeds on loopback are polled again and again: most unchanged, some with news, and some that answer with what
goes wrong out there. After a warm-up neither memory nor the number of open files may grow.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import tempfile
import time
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from math import inf
from pathlib import Path
from typing import TYPE_CHECKING

from monitor.collect.collecting import Collecting
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.collect.tools import Tools
from monitor.settings import Allowed, NetworkSettings, PollingSettings
from storage import feeds
from storage.database import open_database
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

FEEDS = 100
ENTRIES = 5
NEWS = 20  # every so many polls a feed has something new
WARM_UP = 0.2  # of all polls: caches fill, and children are renewed for the first time
START = datetime(2026, 3, 2, tzinfo=UTC)
STEP = timedelta(hours=30)  # from one round to the next: longer than any wait that a failure brings
GROWTH_MB, FILES = 10.0, 5  # allowed

# What the last feeds answer instead: each in its own way, for ever.
_FAILURES = (
    b"HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", b"HTTP/1.1 404 No\r\nContent-Length: 2\r\n\r\nno",
    b"banana\r\n\r\n", b"", b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n<rss>",
    b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",
    b"HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n<p>hello</p>",
    b"HTTP/1.1 301 Gone\r\nLocation: /0\r\nContent-Length: 0\r\n\r\n",
    b"HTTP/1.1 302 Round\r\nLocation: /98\r\nContent-Length: 0\r\n\r\n",
)


@dataclass(frozen=True, slots=True)
class Weight:
    """What the process held after so many polls. Its children are not counted: they are renewed."""

    polls: int
    mb: float
    files: int
    children: int


def weigh(polls: int) -> Weight:
    """Of this process, now."""
    status = Path("/proc/self/status").read_text()
    rss = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS:"))
    files = sum(1 for _ in Path("/proc/self/fd").iterdir()) - 1  # the one that lists them
    children = 0
    for task in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            children += len(task.read_text().split())
    return Weight(polls, rss / 1024, files, children)


def document(feed: int, newest: int) -> bytes:
    """The feed when so many articles were ever in it."""
    items = "".join(f"<item><title>Council of town {feed} meets, number {number}</title><guid>{feed}-{number}</guid>"
                    f"<link>http://127.0.0.1/{feed}/{number}</link><description>They met again.</description>"
                    f"<pubDate>{format_datetime(START + number * STEP, usegmt=True)}</pubDate></item>"
                    for number in range(newest, newest - ENTRIES, -1))
    return f"<?xml version='1.0'?><rss version='2.0'><channel><title>{feed}</title>{items}</channel></rss>".encode()


class Site:
    """A feed for each number, and how often each was asked."""

    def __init__(self) -> None:
        self.asked = [0] * FEEDS

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                feed = int(head.split()[1][1:])
                writer.write(self._answer(feed, head))
                await writer.drain()
                if FEEDS - feed <= len(_FAILURES):
                    break
        writer.close()

    def _answer(self, feed: int, head: bytes) -> bytes:
        self.asked[feed] += 1
        if FEEDS - feed <= len(_FAILURES):
            return _FAILURES[FEEDS - feed - 1]
        newest = ENTRIES + (self.asked[feed] + feed) // NEWS
        tag = f'"{feed}-{newest}"'.encode()
        if tag in head:
            return b"HTTP/1.1 304 Not Modified\r\nETag: " + tag + b"\r\n\r\n"
        body = document(feed, newest)
        return b"HTTP/1.1 200 OK\r\nETag: %s\r\nContent-Type: application/rss+xml\r\nContent-Length: %d\r\n\r\n%s" % (
            tag, len(body), body)


@asynccontextmanager
async def polling(folder: Path, port: int, clock: list[datetime]) -> AsyncIterator[tuple[Collecting, Tools]]:
    """Everything that polls, over a database on disk."""
    network = NetworkSettings(allow=(Allowed("127.0.0.1", port),), host_gap=0.0, per_host=20, starts_per_second=1e6)
    database, sandbox = open_database(f"sqlite:///{folder}/soak.db"), Sandbox()
    tools = Tools(database, Fetcher(network), sandbox, PollingSettings(fetch_pages=False), lambda: clock[0])
    with database.write() as connection:
        wanted = [WantedFeed(f"http://127.0.0.1:{port}/{number}", f"Outlet {number}") for number in range(FEEDS)]
        feeds.sync(connection, wanted, clock[0])
    collecting = Collecting(tools)
    yield collecting, tools
    await collecting.aclose()
    await sandbox.aclose()
    database.close()


async def soak(folder: Path, polls: int) -> list[Weight]:
    """So many polls, in rounds of all feeds; what the process held after each twentieth of them, and before."""
    server = await asyncio.start_server(Site().serve, "127.0.0.1", 0)
    clock, weights, done = [START], [weigh(0)], 0
    async with server, polling(folder, server.sockets[0].getsockname()[1], clock) as (collecting, tools):
        while done < polls:
            clock[0] += STEP
            with tools.database.write() as connection:
                feeds.make_due(connection, clock[0])
            polled, _ = await collecting.round(inf, lambda _, __: None)
            assert polled.polled, "nothing was polled, although everything was due"
            done += polled.polled
            if done >= (len(weights) * polls) // 20:
                weights.append(weigh(done))
    return weights


def growth(weights: Sequence[Weight]) -> tuple[float, int]:
    """After the warm-up: by how many MB it was exceeded, and how far apart the numbers of open files were."""
    warm = weights[max(1, int(len(weights) * WARM_UP)):]
    files = [weight.files for weight in warm]
    return max(weight.mb for weight in warm) - warm[0].mb, max(files) - min(files)


def main() -> int:
    """One soak; 0 where nothing grew."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak_polls", description=__doc__)
    parser.add_argument("--polls", type=int, default=100_000)
    wanted = parser.parse_args()
    begun = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        weights = asyncio.run(soak(Path(folder), wanted.polls))
    for weight in weights:
        sys.stdout.write(f"{weight.polls:>8} polls: {weight.mb:7.1f} MB, {weight.files:>4} files open, "
                         f"{weight.children} children\n")
    mb, files = growth(weights)
    sys.stdout.write(f"in {time.monotonic() - begun:.0f} s; grown by {mb:.1f} MB (allowed {GROWTH_MB:g}), "
                     f"files +-{files} (allowed {FILES})\n")
    return int(mb > GROWTH_MB or files > FILES)


if __name__ == "__main__":
    sys.exit(main())
