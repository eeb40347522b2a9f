"""A bot with rules and without feeds, to which articles come by hand: for tests of what changes its rules."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from monitor.cycle import opened, run_cycle
from monitor.settings import (
    ChannelSettings,
    DeliverySettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)
from monitor.slack.printer import Printer
from monitor.slack.render.preview import to_terminal
from storage import articles, feeds
from storage.articles import NewEntry
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
    from pathlib import Path

    from monitor.cycle import House

ALERTS, ADMINS = "C0ALERTS", "C0ADMINS"
START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
FEED = "https://ledger.example/feed"
BUS = """\
[topics]
buses = 'Buses'
[[rule]]
id = 'bus'
topics = ['buses']
query = 'bus'
[[rule.example]]
expect = 'match'
text = 'The bus came.'
[[rule.example]]
expect = 'no match'
text = 'The tram came.'
"""
TRAM = "[[rule]]\nid = 'tram'\ntopics = ['buses']\nquery = 'tram'\n"


@dataclass(slots=True)
class Bot:
    """A running bot without feeds: articles are put into its database, and what it posts is kept."""

    house: House
    folder: Path
    posted: list[Mapping[str, Any]] = field(default_factory=list)
    count: int = 0
    heard: int = 0

    async def article(self, text: str) -> bool:
        """A new article arrives, a round runs: whether somebody is told of it."""
        self.count += 1
        now, title = self.house.clock(), f"Story {self.count}"
        new = NewEntry(f"e{self.count}", f"u{self.count}", f"https://ledger.example/{self.count}", title, "", text, now,
                       "", "", quiet=False, fetch_page=False)
        with self.house.database.write() as connection:
            feeds.sync(connection, [WantedFeed(FEED, "Ledger", "")], now)
            articles.store_entries(connection, feeds.active(connection)[0], [new], now)
        await run_cycle(self.house)
        return any(title in body["text"] for body in self.posted if body["channel"] == ALERTS)

    async def told(self, rounds: int = 2) -> list[str]:
        """What the admins hear about rules since this was asked last, so many rounds from now, as a terminal shows it.
        """
        for _ in range(rounds):
            await run_cycle(self.house)
            if self.house.comparing:
                await asyncio.wait([self.house.comparing])
        new, self.heard = self.posted[self.heard:], len(self.posted)
        return [to_terminal(body, 120) for body in new
                if body["channel"] == ADMINS and "note:rules" in body["metadata"]["event_payload"]["delivery_id"]]


def ticking() -> Iterator[datetime]:
    """A clock that moves a second whenever it is asked."""
    now = START
    while True:
        now += timedelta(seconds=1)
        yield now


def rule_folder(parent: Path) -> Path:
    """A rule folder with two files."""
    made = parent / "team-rules"
    made.mkdir()
    (made / "bus.toml").write_text(BUS)
    (made / "tram.toml").write_text(TRAM)
    return made


def settings_of(folder: Path, database_url: str) -> Settings:
    """Settings with these rules alone, a channel for everything, and one for admins."""
    channel = ChannelSettings(ALERTS, "alerts", ZoneInfo("UTC"))
    return Settings(folder.parent / "config.toml", StorageSettings(database_url), NetworkSettings(), PollingSettings(),
                    SlackSettings(admin_channel=ADMINS), (), (folder,), (), (channel,))


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """The bot, opened."""
    posted: list[Mapping[str, Any]] = []
    clock = ticking()
    sender = Printer(posted.append)
    async with opened(settings, lambda: next(clock), outgoing=lambda _: sender) as house:
        house.outbox = replace(house.outbox, settings=DeliverySettings(gap=0.0))
        yield Bot(house, settings.rule_folders[0], posted)


def run(settings: Settings, story: Callable[[Bot], Awaitable[None]]) -> None:
    """Let a story happen to a running bot."""
    async def tell() -> None:
        async with running(settings) as bot:
            await story(bot)

    asyncio.run(tell())
