"""Polling and page reading against a real site: what is stored, once, and what a failure leaves."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.fetch import Fetcher
from monitor.collect.pages import read_pages
from monitor.collect.poll import poll_feeds
from monitor.collect.sandbox import Sandbox
from monitor.demo.articles import load_outlets
from monitor.demo.site import serve
from monitor.settings import Allowed, NetworkSettings, PollingSettings
from storage import articles, feeds

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from monitor.collect.poll import Polled
    from monitor.demo.site import Site
    from storage.database import Database

START = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
POLLING = PollingSettings()
PUBLISHED = sum(len(outlet.articles) for outlet in load_outlets())


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """The demo site as it stands at START."""
    with serve(now=START) as running:
        yield running


@asynccontextmanager
async def tools(site: Site) -> AsyncIterator[tuple[Fetcher, Sandbox]]:
    """A fetcher that may reach the site, and a sandbox."""
    allowed = Allowed("127.0.0.1", int(site.url.rpartition(":")[2]))
    sandbox = Sandbox()
    yield Fetcher(NetworkSettings(allow=(allowed,), host_gap=0, per_host=8)), sandbox
    await sandbox.aclose()


def follow(database: Database, site: Site, *more: str) -> None:
    """Make the site's feeds, and further addresses, the active feeds."""
    with database.write() as connection:
        wanted = [(feed.url, feed.outlet, feed.home) for feed in site.feeds]
        feeds.sync(connection, [*wanted, *((url, f"Extra {url}", "") for url in more)], START)


def poll(database: Database, site: Site, *moments: datetime) -> list[Polled]:
    """Poll what is due at each of the moments."""

    async def rounds() -> list[Polled]:
        async with tools(site) as (fetcher, sandbox):
            return [await poll_feeds(database, fetcher, sandbox, POLLING, moment) for moment in moments]

    return asyncio.run(rounds())


def read(database: Database, site: Site, *moments: datetime) -> list[int]:
    """Read the pages that are due at each of the moments."""

    async def rounds() -> list[int]:
        async with tools(site) as (fetcher, sandbox):
            return [await read_pages(database, fetcher, sandbox, moment) for moment in moments]

    return asyncio.run(rounds())


def test_everything_is_stored_once(database: Database, site: Site) -> None:
    """The first poll stores each article once although feeds share some; the next one brings nothing."""
    follow(database, site)
    first, early, second = poll(database, site, START, START + timedelta(minutes=5), START + timedelta(minutes=30))

    assert (len(site.feeds), 0, PUBLISHED) == (first.polled, first.failed, first.new_articles)
    assert 0 == early.polled
    assert (len(site.feeds), 0, 0) == (second.polled, second.failed, second.new_articles)


def test_an_old_archive_stays_quiet(database: Database, site: Site) -> None:
    """A feed first polled when its articles are days old stores them and asks for no page."""
    follow(database, site)
    (polled,) = poll(database, site, START + timedelta(days=3))

    with database.read() as connection:
        assert PUBLISHED == polled.new_articles
        assert [] == articles.pages_due(connection, START + timedelta(days=9))


def test_a_feed_that_fails_harms_no_other(database: Database, site: Site) -> None:
    """A page that is no feed, and a port where nobody listens, become those feeds' errors with a sentence."""
    follow(database, site, f"{site.url}/", "http://127.0.0.1:1/feed")
    (polled,) = poll(database, site, START)

    with database.read() as connection:
        bad = {feed.url: feed for feed in feeds.active(connection) if feed.failures}
    assert (2, PUBLISHED) == (polled.failed, polled.new_articles)
    assert {"not-a-feed", "address"} == {feed.error_kind for feed in bad.values()}
    assert all(feed.next_poll_at > START and feed.failing_since == START for feed in bad.values())


def test_pages_are_read_once_and_without_furniture(database: Database, site: Site) -> None:
    """Each page is fetched once; the story stands in the text, the sidebar and the cookie notice do not."""
    follow(database, site)
    poll(database, site, START)
    first, again = read(database, site, START, START + timedelta(hours=1))

    with database.read() as connection:
        stored = articles.unmatched(connection, 1000)
        counted = articles.counts(connection)
    assert (PUBLISHED - 1, 0) == (first, again)
    assert (PUBLISHED, PUBLISHED - 1, 1) == (counted["articles"], counted["in_full"], counted["summaries"])
    related = {line for outlet in load_outlets() for line in outlet.related}
    assert not [article.title for article in stored if any(line in article.text for line in related)]


def test_a_missing_page_leaves_the_summary(database: Database, site: Site) -> None:
    """An article whose page answers 404 is matched on the feed's text at once."""
    follow(database, site)
    poll(database, site, START)
    read(database, site, START)

    with database.read() as connection:
        (summary,) = [article for article in articles.unmatched(connection, 1000) if article.text_source == "feed"]
    assert summary.text == summary.summary != ""


def test_pages_that_do_not_answer_are_given_up(database: Database) -> None:
    """With the site gone, a page is tried three times within eight minutes, then the feed's text must do."""
    with serve(now=START) as site:
        follow(database, site)
        poll(database, site, START)
    waiting = []
    for minute in (0, 1, 2, 7, 8):
        read(database, site, START + timedelta(minutes=minute))
        with database.read() as connection:
            waiting.append(articles.pages_waiting(connection))

    assert [PUBLISHED] * 4 + [0] == waiting
