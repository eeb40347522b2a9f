"""Whether an article page may be read: its host's robots.txt says.

Feeds are exempt: a person chose them, and they are published to be polled. A page that may not be read stops no alert:
rules then read what the feed says of the article.
"""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from monitor.collect.turns import host_of
from monitor.errors import CollectError
from storage import hosts
from storage.hosts import Robots

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.sandbox import Sandbox
    from storage.database import Database

ROBOTS_ACCEPT = "text/plain, */*;q=0.1"
_LIMIT = 500_000  # characters; RFC 9309 asks for 500 KiB at least
_LONGEST_DELAY = 30.0  # seconds; some ask for a day, and mean that they want no crawlers
_DELAYS_KEPT = 10_000  # hosts
_KEPT = timedelta(hours=24)
_SPREAD = timedelta(hours=2)
_UNREACHABLE = timedelta(minutes=30)  # until it is tried again; its pages are given up sooner
# Nobody knows what it forbids: RFC 9309 counts it as everything. Other failures (refused, no document) as nothing.
_UNKNOWN_KINDS = {"timeout", "dns", "refused", "protocol", "tls"}

Answer = Literal["yes", "no", "wait"]


class RobotsGate:
    """Says whether an article page may be read. Serves one event loop; what it learned stands in the database.

    `agent` is a whole User-Agent; files are read for the name before its version.
    """

    def __init__(self, database: Database, fetcher: Fetcher, sandbox: Sandbox, agent: str) -> None:
        self._database = database
        self._fetcher = fetcher
        self._sandbox = sandbox
        self._agent = agent.partition("/")[0].strip()
        self._locks: dict[str, asyncio.Lock] = {}
        self._delays: dict[str, float] = {}  # seconds
        self._free_at: dict[str, float] = {}  # the loop's time from which the next page may be asked for

    async def verdict(self, url: str, now: datetime) -> Answer:
        """Whether the page may be read. "wait": its host does not say now. Raises StorageError."""
        host = host_of(url)
        async with self._locks.setdefault(host, asyncio.Lock()):  # its pages come together, and it is fetched once
            robots = await self._robots(url, host, now)
            if not robots.text:
                return "wait" if robots.text is None else "yes"
            try:
                said = await self._sandbox.robots(robots.text.encode(), agent=self._agent, urls=[url])
            except CollectError:
                # No honest file is that hard to read. To try it again with every page would cost a child each time.
                await asyncio.to_thread(self._keep, host, Robots("", robots.until), now)
                return "yes"
        self._note_delay(host, said.delay)
        return "yes" if all(said.allowed) else "no"

    def delay(self, url: str) -> float:
        """Seconds to wait before this page is asked for, by its host's Crawl-delay; the turn is taken with that."""
        host, now = host_of(url), asyncio.get_running_loop().time()
        pause = self._delays.get(host)
        if not pause:
            return 0.0
        start = max(now, self._free_at.get(host, 0.0))
        self._free_at[host] = start + pause
        return start - now

    async def _robots(self, url: str, host: str, now: datetime) -> Robots:
        known = await asyncio.to_thread(self._known, host, now)
        if known and known.until > now:
            return known
        robots = await self._fetched(url, known, now)
        await asyncio.to_thread(self._keep, host, robots, now)
        return robots

    async def _fetched(self, url: str, known: Robots | None, now: datetime) -> Robots:
        parts = urlsplit(url)
        spread = _SPREAD * (len(parts.netloc) % 10 / 10)  # so that those of a morning are not all due the next morning
        try:
            fetched = await self._fetcher.fetch(f"{parts.scheme}://{parts.netloc}/robots.txt", accept=ROBOTS_ACCEPT)
        except CollectError as error:
            if not _is_unknown(error):
                return Robots("", now + _KEPT + spread)
            return Robots(known.text if known else None, now + _UNREACHABLE)
        return Robots(fetched.body.decode("utf-8", "replace")[:_LIMIT].replace("\0", ""), now + _KEPT + spread)

    def _known(self, host: str, now: datetime) -> Robots | None:
        with self._database.read() as connection:
            return hosts.robots_of(connection, host, now)

    def _keep(self, host: str, robots: Robots, now: datetime) -> None:
        with self._database.write() as connection:
            hosts.keep_robots(connection, host, robots, now)

    def _note_delay(self, host: str, delay: float | None) -> None:
        if len(self._delays) > _DELAYS_KEPT:
            self._delays.clear()
            self._free_at.clear()
        self._delays[host] = min(delay or 0.0, _LONGEST_DELAY)


def _is_unknown(error: CollectError) -> bool:
    if error.status is not None:
        return error.status == 429 or error.status >= 500
    return error.kind in _UNKNOWN_KINDS
