"""Polls and page reads together: a round begins what is due and takes what has come.

A round waits as long as everything is quick, and no longer than its patience: what is slow goes on beside it. The page
of an article is asked for as soon as its feed was stored, whatever other feeds are doing.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from monitor.collect.pages import Pages
from monitor.collect.poll import Polled, Polls
from storage import about

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from monitor.collect.tools import Tools
    from storage.database import Database

BAR_FROM = 50  # polls; fewer are done before anybody wonders


class Collecting:
    """Serves one event loop; end it with `aclose`."""

    def __init__(self, tools: Tools) -> None:
        self._tools = tools
        self._offline: datetime | None = None
        self._partly: datetime | None = None
        self._between = Polled(), 0  # what came since the last round
        self._polls = Polls(tools)
        self._pages = Pages(tools)

    async def round(self, patience: float, tell: Callable[[int, int], None]) -> tuple[Polled, int]:
        """Begin what is due, and wait for it for at most `patience` seconds; what has come since the last round, and
        how many pages were read. Raises StorageError.

        `tell` hears of a long list of polls how many are done, of how many.
        """
        end = asyncio.get_running_loop().time() + patience
        (polled, pages), self._between = self._between, (Polled(), 0)
        bar = _Bar(tell, len(self._polls.beside))
        bar.begin(await self._polls.start(), self._polls)
        await self._pages.start()
        while await self._one_ended(end):
            came, read = self._polls.take(), self._pages.take()
            polled, pages = polled + came, pages + read
            bar.show(self._polls)
            if came.new_articles or not self._pages.beside:
                await self._pages.start()
            if not self._polls.beside:
                bar.begin(await self._polls.start(), self._polls)
        await self._note_weather()
        return polled + self._polls.take(), pages + self._pages.take()

    async def news(self, until: float) -> bool:
        """Wait for an article or a page; False where none has come by then (the loop's time), or nothing is under way.
        """
        while await self._one_ended(until):
            came, read = self._polls.take(), self._pages.take()
            self._between = self._between[0] + came, self._between[1] + read
            if came.new_articles or read:
                return True
        return False

    async def aclose(self) -> None:
        """Store what has its answer already, and drop the rest of what is under way, which stays due.

        An answer that was thrown away would be asked for again after a restart, with the validators of before.
        """
        await asyncio.gather(self._polls.aclose(), self._pages.aclose())

    async def _note_weather(self) -> None:
        """When our own network failed, whether others could be reached, and when it came back, for notes to the admins.
        """
        since, partly = self._polls.weather.since, self._polls.weather.partly
        if partly and partly != self._partly:
            await asyncio.to_thread(_note, self._tools.database, "partly_since", partly)
        self._partly = partly
        if since != self._offline:
            key, at = ("offline_since", since) if since else ("online_again", self._tools.clock())
            await asyncio.to_thread(_note, self._tools.database, key, at)
        self._offline = since

    async def _one_ended(self, end: float) -> bool:
        """Wait until a poll or page has ended, also one of before the call; False where none is under way, or the time
        is over.
        """
        if not self._polls.beside and not self._pages.beside and not self._tools.ended.is_set():
            return False
        try:
            async with asyncio.timeout_at(end):
                await self._tools.ended.wait()
        except TimeoutError:
            return False
        self._tools.ended.clear()  # not before the wait: what ended meanwhile would be news only at the next round
        return True


@dataclass(slots=True)
class _Bar:
    """How far a long list of polls has come: its end is all that are due from the beginning, not only those begun."""

    tell: Callable[[int, int], None]
    begun: int
    total: int = 0

    def begin(self, more: int, polls: Polls) -> None:
        """Note that so many were begun."""
        self.begun += more
        self.total = max(self.total, self.begun + polls.left)
        self.show(polls)

    def show(self, polls: Polls) -> None:
        """Tell it, of a list that is long."""
        if self.total > BAR_FROM:
            self.tell(self.begun - len(polls.beside), self.total)


def _note(database: Database, key: str, at: datetime) -> None:
    with database.write() as connection:
        about.note_time(connection, key, at)
