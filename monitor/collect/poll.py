"""The shell round `plan`: fetch what is due, open it in the child process, store what that brought.

Polls go on beside the bot's rounds, so that a server that takes its thirty seconds holds up nobody's news: a round
takes what has come, and the next one takes the rest.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections import defaultdict
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from monitor.collect.beside import Beside
from monitor.collect.fetch import RESTING
from monitor.collect.moved import asked_at
from monitor.collect.outage import Weather
from monitor.collect.plan import unchanged, without_body
from monitor.collect.schedule import asks_whole
from monitor.collect.store import Outcome, state_of
from monitor.collect.tools import Tools
from monitor.collect.turns import host_of, in_turn
from monitor.collect.writer import Stored, Writer
from monitor.errors import CollectError, DocumentError
from storage import feeds, hosts

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.collect.fetch import Fetcher
    from monitor.collect.model import Fetched
    from monitor.collect.plan import FeedState
    from monitor.collect.sandbox import Sandbox
    from monitor.settings import PollingSettings
    from storage.database import Database
    from storage.feeds import Feed

log = logging.getLogger("dateline.collect")

# Feeds under way at once. One whose server says nothing holds its place for half a minute: with 5 % of such servers and
# 20 starts a second there are 30 of them, and the others still have room.
CONCURRENT = 100
PER_HOST = 2  # of them; more would only wait for the host's turn
WAITING = 1_000  # started and not yet under way: what 20 starts a second can begin before the next rounds
HOST_WAITING = 50  # of them: more of one host could not be asked before the next rounds either
_HEAVY_SECONDS = 0.5  # of processor time; a document that took so long to open goes to the slow lane next time
_CRASH = "reading this feed failed in a way we did not expect; it is tried again"


@dataclass(frozen=True, slots=True)
class Polled:
    """What polling brought, in numbers."""

    polled: int = 0
    failed: int = 0
    new_articles: int = 0

    def __add__(self, other: Polled) -> Polled:
        return Polled(self.polled + other.polled, self.failed + other.failed, self.new_articles + other.new_articles)


class Polls:
    """The polls under way. What one feed does is its own. Serves one event loop; end it with `aclose`."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._writer = Writer(tools.database, tools.polling)
        self._gate = asyncio.Semaphore(CONCURRENT)
        self._hosts: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(PER_HOST))
        self._open = 0  # polls that still have to be stored
        self._host_of: dict[object, str] = {}
        self.left = 0  # due, and not begun yet: their hosts have their turn later
        self.weather = Weather()
        self.beside: Beside[Stored | None] = Beside(tools.ended)

    async def start(self) -> int:
        """Begin to poll the feeds that are due and not under way; how many these are. Raises StorageError."""
        self._host_of = {key: host for key, host in self._host_of.items() if key in self.beside}
        due = await asyncio.to_thread(self._due)
        for feed, host in due:
            self._host_of[feed.id] = host
            self.beside.start(feed.id, self._poll(feed, host))
        return len(due)

    def take(self) -> Polled:
        """What has come since this was asked last. Raises StorageError."""
        ended = [stored for stored in self.beside.take() if stored]
        return Polled(len(ended), sum(not well for well, _ in ended), sum(new for _, new in ended))

    async def aclose(self) -> None:
        """End what has its answer, and drop the rest of what is under way: nothing of that is stored."""
        await self.beside.aclose()
        await self._writer.aclose()

    def _due(self) -> list[tuple[Feed, str]]:
        now = self._tools.clock()
        with self._tools.database.read() as connection:
            waiting = [(key, url) for key, url in feeds.due(connection, now)
                       if key not in self.beside and not self._tools.holds(key, host_of(url))]
            shut = {host for host in hosts.waiting(connection, now) if not self._tools.rests.knows(host)}
            turns = in_turn(waiting, per_host=HOST_WAITING, under_way=self._host_of.values(), shut=shut)
            turns = turns[:WAITING - len(self.beside)]
            self.left = sum(host_of(url) not in shut for _, url in waiting) - len(turns)
            found = {feed.id: feed for feed in feeds.by_ids(connection, [key for key, _ in turns])}
        return [(found[key], host) for key, host in turns if key in found]

    async def _poll(self, feed: Feed, host: str) -> Stored | None:
        """What was stored; None where its host rests, so that it was not asked and stays due."""
        self._open += 1
        try:
            # The host's place first: a place in the gate is not for waiting in.
            async with self._hosts[host], self._gate:
                outcome = await self._ask(feed)
            if outcome is None:
                return None
            return await self._writer.store(outcome, others=self._open)
        finally:
            self._open -= 1

    async def _ask(self, feed: Feed) -> Outcome | None:
        fraction = random.random()  # noqa: S311 - spreads polls over time; nobody gains by guessing it
        state = state_of(feed, self._tools.clock())
        asked = asked_at(state, self._tools.clock())
        try:
            fetched = await self._fetched(feed, state, asked)
            if unchanged(state, fetched):
                return Outcome(feed, fraction, self._tools.clock(), fetched, heavy=feed.heavy, asked=asked)
            return replace(await self._opened(feed, fetched, fraction), asked=asked)
        except CollectError as error:
            if error.kind == RESTING:
                return None
            heavy = feed.heavy or (isinstance(error, DocumentError) and error.kind == "timeout")
            rests = self._tools.rests.note(host_of(asked), error, self._tools.clock(), feed.id)
            return Outcome(feed, fraction, self._tools.clock(), failed=error, heavy=heavy, asked=asked,
                           ours=self.weather.ours(error), alone=not rests)
        except Exception:  # one feed's surprise is its own: its error is stored, and it is asked again later
            log.exception("a feed of %s failed in a way that nobody expected", feed.outlet)
            return Outcome(feed, fraction, self._tools.clock(), failed=CollectError("crash", _CRASH))

    async def _fetched(self, feed: Feed, state: FeedState, asked: str) -> Fetched:
        whole = state.validated_url is None or asks_whole(state, self._tools.clock())
        etag, last_modified = (None, None) if whole else (state.etag, state.last_modified)
        host, well = host_of(asked), state.failures == 0
        try:
            fetched = await self._tools.fetcher.fetch(
                asked, etag=etag, last_modified=last_modified, validated=state.validated_url or "",
                resting=partial(self._tools.holds, feed.id))
        except CollectError as error:
            if error.kind != RESTING:
                self.beside.answered(feed.id)
                self.weather.note(host, error, self._tools.clock(), well=well)
            raise
        self.beside.answered(feed.id)
        self._tools.rests.given(host_of(fetched.url), feed.id)
        self.weather.note(host, None, self._tools.clock(), well=well)
        return fetched

    async def _opened(self, feed: Feed, fetched: Fetched, fraction: float) -> Outcome:
        """The document, given a second chance in the slow lane where it takes long."""
        await self._writer.room()
        if not feed.heavy:
            try:
                return await self._read(feed, fetched, fraction, quick=True)
            except DocumentError as error:
                if error.kind != "timeout":
                    raise
        return await self._read(feed, fetched, fraction, quick=False)

    async def _read(self, feed: Feed, fetched: Fetched, fraction: float, *, quick: bool) -> Outcome:
        if feed.kind == "page":
            watched = await self._tools.sandbox.watch_page(
                fetched.body, url=fetched.url, content_type=fetched.content_type, selector=feed.selector, quick=quick)
            return Outcome(feed, fraction, self._tools.clock(), fetched, watched=watched, heavy=not quick)
        parsed = await self._tools.sandbox.parse_feed(
            fetched.body, url=fetched.url, content_type=fetched.content_type, quick=quick)
        return Outcome(feed, fraction, self._tools.clock(), without_body(fetched), parsed,
                       heavy=parsed.seconds > _HEAVY_SECONDS)


async def poll_feeds(
    database: Database, fetcher: Fetcher, sandbox: Sandbox, polling: PollingSettings, now: datetime
) -> Polled:
    """Poll every feed that is due, and wait for all of them. Raises StorageError."""
    tools = Tools(database, fetcher, sandbox, polling, lambda: now)
    polls = Polls(tools)
    try:
        await polls.start()
        while polls.beside:
            tools.ended.clear()
            await tools.ended.wait()
        return polls.take()
    finally:
        await polls.aclose()
