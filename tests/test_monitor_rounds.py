"""Rounds of the whole bot over sources on loopback: what is slow comes with the next one, and troubles are told."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack, asynccontextmanager, closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from monitor.collect.collecting import BAR_FROM, Collecting
from monitor.collect.fetch import Fetcher
from monitor.collect.sandbox import Sandbox
from monitor.collect.tools import Tools
from monitor.config.load import load_settings
from monitor.cycle import opened, run_cycle, run_rounds
from monitor.settings import FeedSettings, PollingSettings
from monitor.slack.printer import Printer
from storage import about, feeds
from storage.database import open_database
from storage.feeds import WantedFeed
from tests.loopback import serving
from tests.rule_bot import ADMINS, ALERTS, rule_folder, settings_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping
    from pathlib import Path

    from monitor.cycle import House
    from monitor.settings import Settings
    from storage.database import Database
    from tests.loopback import Loopback

START = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ledger</title><item><title>A strike</title>
<link>https://ledger.example/1</link><description>No bus came on Monday.</description>
<pubDate>Mon, 23 Nov 2026 12:00:00 GMT</pubDate></item></channel></rss>"""
CONFIG = """
[rules]
folders = ["team-rules"]
[storage]
database = "test.db"
[network]
allow = ["127.0.0.1:{port}"]
host_gap_seconds = 0
[[page]]
url = "{url}"
outlet = "Transit office"
[[channel]]
id = "C0ALERTS"
name = "alerts"
slots = "now"
timezone = "UTC"
"""


@dataclass(slots=True)
class Clock:
    """A clock that stands still until it is moved."""

    now: datetime = START
    posted: list[Mapping[str, Any]] = field(default_factory=list)

    def __call__(self) -> datetime:
        """What it shows."""
        return self.now

    def told(self, channel: str) -> str:
        """Everything that was posted to the channel."""
        return "\n".join(str(body) for body in self.posted if body["channel"] == channel)


@asynccontextmanager
async def house(settings: Settings, clock: Clock) -> AsyncIterator[House]:
    """A bot by this clock, which keeps what it posts."""
    sender = Printer(clock.posted.append)
    async with opened(settings, clock, outgoing=lambda _: sender) as bot:
        yield bot


def reading(settings: Settings, servers: list[Loopback], *feeds: str, **polling: Any) -> Settings:  # noqa: ANN401
    """These settings with feeds of these servers, and no pages."""
    allow = tuple(allowed for server in servers for allowed in server.network.allow)
    return replace(settings, feeds=tuple(FeedSettings(url, f"Outlet {url[-4:]}") for url in feeds),
                   network=replace(servers[0].network, allow=allow),
                   polling=PollingSettings(fetch_pages=False, **polling))


def test_what_a_round_did_not_wait_for_comes_before_the_next_tick(
    tmp_path: Path, sqlite_url: str, loopback: Loopback
) -> None:
    """Its poll ends beside the rounds, and a further round tells of it; then no more rounds are needed."""
    loopback.answer("/feed", RSS)
    settings = reading(settings_of(rule_folder(tmp_path), sqlite_url), [loopback], loopback.url("/feed"), patience=0.0)
    clock = Clock()

    async def story() -> list[bool]:
        async with house(settings, clock) as bot:
            await run_cycle(bot)
            before = "A strike" in clock.told(ALERTS)
            await run_rounds(bot)
            return [before, "A strike" in clock.told(ALERTS), bool(await bot.collecting.news(0.0))]

    assert [False, True, False] == asyncio.run(story())


@pytest.mark.parametrize("more", [0, 1])
def test_a_long_list_of_polls_has_a_bar(database: Database, loopback: Loopback, more: int) -> None:
    """More than fifty: how many are done, of how many, up to all of them."""
    heard: list[tuple[int, int]] = []
    with serving() as other:
        urls = [(loopback, other)[number % 2].url(f"/{number}") for number in range(BAR_FROM + more)]
        with database.write() as connection:
            feeds.sync(connection, [WantedFeed(url, url) for url in urls], START)
        network = replace(loopback.network, allow=(*loopback.network.allow, *other.network.allow), per_host=20)

        async def polling() -> None:
            collecting = Collecting(Tools(database, Fetcher(network), Sandbox(), PollingSettings(), Clock()))
            await collecting.round(60.0, lambda done, total: heard.append((done, total)))
            await collecting.aclose()

        asyncio.run(polling())
    assert ([(BAR_FROM + 1, BAR_FROM + 1)] if more else []) == heard[-1:]
    assert sorted(heard) == heard


def test_a_time_offline_is_noted_and_told_when_it_is_over(tmp_path: Path, sqlite_url: str) -> None:
    """Five sites that nobody reaches are our own network's fault; when they answer again the admins hear of it."""
    with ExitStack() as first:
        servers = [first.enter_context(serving()) for _ in range(5)]
    urls = [server.url("/feed") for server in servers]
    settings = reading(settings_of(rule_folder(tmp_path), sqlite_url), servers, *urls, patience=20.0)
    clock = Clock()

    async def story() -> None:
        async with house(settings, clock) as bot:
            await run_cycle(bot)
            clock.now += timedelta(minutes=25)
            with ExitStack() as again:
                for server in servers:
                    again.enter_context(serving(port=server.port)).answer("/feed", RSS)
                await run_cycle(bot)

    asyncio.run(story())
    assert "This machine was offline for 25 min" in clock.told(ADMINS)
    assert "cannot be read" not in clock.told(ADMINS)


def test_an_outage_in_which_the_bot_was_stopped_is_told_by_the_next(tmp_path: Path, sqlite_url: str) -> None:
    """Up to the last round of the first."""
    with serving() as closed:
        url = closed.url("/feed")
    settings = reading(settings_of(rule_folder(tmp_path), sqlite_url), [closed], url)
    clock = Clock()

    async def story(minutes: int) -> None:
        clock.now += timedelta(minutes=minutes)
        async with house(settings, clock) as bot:
            await run_cycle(bot)

    asyncio.run(story(0))
    with closing(open_database(sqlite_url)) as database, database.write() as connection:
        about.note_time(connection, "offline_since", START - timedelta(minutes=30))
    asyncio.run(story(40))
    assert "This machine was offline for 30 min" in clock.told(ADMINS)


def test_a_change_of_a_watched_page_reaches_its_channel(tmp_path: Path, loopback: Loopback) -> None:
    """From the configuration to the words of the digest: what changed, and nothing that stood there before."""
    def show(*paragraphs: str) -> None:
        loopback.scripts.pop("/policy", None)
        body = "".join(f"<p>{one}</p>" for one in paragraphs)
        loopback.answer("/policy", f"<html><title>Routes</title><body>{body}</body></html>",
                        headers={"Content-Type": "text/html"})

    url = loopback.url("/policy")
    rule_folder(tmp_path)
    (tmp_path / "config.toml").write_text(CONFIG.format(port=loopback.port, url=url))
    settings, clock = load_settings(tmp_path / "config.toml", {}), Clock()

    async def story() -> None:
        async with house(settings, clock) as bot:
            for seen in (["The bus is red.", "It is loud."], ["The bus is red.", "The bus now runs at night."]):
                show(*seen)
                await run_cycle(bot)
                clock.now += timedelta(minutes=30)

    asyncio.run(story())
    told = clock.told(ALERTS)
    assert "Changed: The bus now runs at night." in told
    assert "The bus now runs at night." in told
    assert (True, False) == (url in told, "The bus is red." in told)
