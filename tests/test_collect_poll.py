"""Polling and page reading against a real site: what is stored, once, and what a failure leaves."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, select, update

from monitor.collect import pages as pages_module
from monitor.collect.collecting import Collecting
from monitor.collect.entries import plan_entries
from monitor.collect.fetch import FEED_ACCEPT, Fetcher
from monitor.collect.model import Entry, ParsedFeed
from monitor.collect.pages import read_pages
from monitor.collect.plan import FeedState
from monitor.collect.poll import poll_feeds
from monitor.collect.robots_gate import RobotsGate
from monitor.collect.sandbox import Sandbox
from monitor.collect.store import new_entry
from monitor.collect.tools import Tools
from monitor.collect.turns import host_of
from monitor.demo.articles import load_outlets
from monitor.demo.site import serve
from monitor.settings import Allowed, NetworkSettings, PollingSettings
from storage import articles, feeds, hosts
from storage import pages as page_rows
from storage.feeds import WantedFeed
from storage.schema import articles as articles_table

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from monitor.collect.model import Fetched
    from monitor.collect.poll import Polled
    from monitor.demo.site import Site
    from storage.database import Database
    from tests.loopback import Loopback

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
    sandbox = Sandbox()
    yield Fetcher(NetworkSettings(allow=(allowed(site),), host_gap=0, per_host=8)), sandbox
    await sandbox.aclose()


def follow(database: Database, site: Site, *more: str) -> None:
    """Make the site's feeds, and further addresses, the active feeds."""
    with database.write() as connection:
        wanted = [WantedFeed(feed.url, feed.outlet, feed.home) for feed in site.feeds]
        feeds.sync(connection, [*wanted, *(WantedFeed(url, f"Extra {url}", "") for url in more)], START)


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
        assert [] == page_rows.due(connection, START + timedelta(days=9))


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
            waiting.append(articles.counts(connection)["waiting"])

    assert [PUBLISHED] * 4 + [0] == waiting


class Surprising(Fetcher):
    """A fetcher that fails at one address in a way that nobody foresaw."""

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None, accept: str = FEED_ACCEPT,
        validated: str = "", resting: Callable[[str], bool] | None = None,
    ) -> Fetched:
        """As the fetcher does, but for addresses that end in "surprise"."""
        if url.endswith("surprise"):
            raise RuntimeError("a bug")
        return await super().fetch(url, etag=etag, last_modified=last_modified, accept=accept, validated=validated,
                                   resting=resting)


def stored(database: Database, *columns: str) -> list[tuple[object, ...]]:
    """These columns of all articles, in order of the first."""
    with database.read() as connection:
        query = select(*(articles_table.c[name] for name in columns)).order_by(articles_table.c[columns[0]])
        return [tuple(row) for row in connection.execute(query)]


def news(*links: str) -> ParsedFeed:
    """A feed with one fresh entry a link, all under the same headline."""
    entries = (Entry(link, link, "Council delays vote on jail contract", "Put off.", published_at=START)
               for link in links)
    return ParsedFeed("Courier", tuple(entries), whole=True, version="rss20")


def announce(database: Database, *links: str) -> None:
    """Store articles whose pages are due at START, as a poll would."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://courier.example/feed", "Courier", "")], START)
        (feed,) = feeds.active(connection)
        planned = plan_entries(FeedState(feed.url), news(*links).entries, now=START, polling=POLLING)
        articles.store_entries(connection, feed, [new_entry(entry, feed, POLLING) for entry in planned], START)


def visit(database: Database, fetcher: Fetcher, moment: datetime) -> int:
    """Read the pages that are due at that moment with this fetcher."""

    async def reading() -> int:
        sandbox = Sandbox()
        try:
            return await read_pages(database, fetcher, sandbox, moment)
        finally:
            await sandbox.aclose()

    return asyncio.run(reading())


def allowed(site: Site) -> Allowed:
    """The exception from the address guard that the site needs."""
    return Allowed("127.0.0.1", int(site.url.rpartition(":")[2]))


def collect(
    database: Database, fetcher: Fetcher, moment: datetime, *, patience: float = 0.5, robots: bool = False
) -> tuple[Polled, int]:
    """One round of polls and pages, that waits no longer than that."""

    async def rounds() -> tuple[Polled, int]:
        sandbox = Sandbox()
        gate = RobotsGate(database, fetcher, sandbox, "Dateline/0.1") if robots else None
        collecting = Collecting(Tools(database, fetcher, sandbox, POLLING, lambda: moment, gate))
        try:
            return await collecting.round(patience, lambda *_: None)
        finally:
            await collecting.aclose()
            await sandbox.aclose()

    return asyncio.run(rounds())


def test_what_ended_between_two_looks_is_news_at_once(database: Database, site: Site) -> None:
    """A bot that is busy posting when a poll ends does not wait for the next one to end."""
    follow(database, site)

    async def look_late() -> bool:
        async with tools(site) as (fetcher, sandbox):
            shared = Tools(database, fetcher, sandbox, POLLING, lambda: START)
            collecting = Collecting(shared)
            await collecting.round(0.0, lambda *_: None)
            await shared.ended.wait()
            found = await collecting.news(asyncio.get_running_loop().time())
            await collecting.aclose()
            return found

    assert asyncio.run(look_late())


def story(head: str = "") -> str:
    """A page that shows the article of `news`."""
    sentence = "The council on Monday put off its vote on the jail contract until the summer, members said. "
    return (f"<html><head><title>Council delays vote on jail contract</title>{head}</head><body><article>"
            f"<p>{sentence * 2}</p><p>{sentence * 3}</p></article></body></html>")


def test_what_nobody_foresaw_stays_with_one_feed(
    database: Database, site: Site, caplog: pytest.LogCaptureFixture
) -> None:
    """The feed gets an error in words and a next time, the log a traceback, and the other feeds their articles."""
    follow(database, site, "https://courier.example/surprise")

    async def polling() -> Polled:
        async with tools(site) as (fetcher, sandbox):
            return await poll_feeds(database, Surprising(fetcher._settings), sandbox, POLLING, START)

    polled = asyncio.run(polling())
    with database.read() as connection:
        (bad,) = [feed for feed in feeds.active(connection) if feed.failures]
    assert (1, PUBLISHED) == (polled.failed, polled.new_articles)
    assert ("crash", True) == (bad.error_kind, bad.next_poll_at > START)
    assert "RuntimeError: a bug" in caplog.text


def test_what_nobody_foresaw_stays_with_one_page(database: Database, loopback: Loopback) -> None:
    """Rules then read the feed's text."""
    loopback.answer("/good", story(), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/good"), loopback.url("/surprise"))

    assert 1 == visit(database, Surprising(loopback.network), START)
    assert ["read", "failed"] == [state for _, state in stored(database, "url", "page_state")]


def test_a_page_from_the_year_one_is_undated(database: Database, loopback: Loopback) -> None:
    """A page's date is believed no more than a feed's."""
    head = '<meta property="article:published_time" content="0001-01-01T00:00:00Z">'
    loopback.answer("/old", story(head), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/old"))
    with database.write() as connection:
        connection.execute(update(articles_table).values(published_at=None))
    visit(database, Fetcher(loopback.network), START)

    assert [("read", None)] == stored(database, "page_state", "published_at")


@pytest.mark.parametrize(("said", "expected"), [
    ("2026-03-09T14:00:00Z", datetime(2026, 3, 9, 14, tzinfo=UTC)), ("2099-01-01T00:00:00Z", START), ("soon", None)])
def test_a_page_says_when_it_was_updated(
    database: Database, loopback: Loopback, said: str, expected: datetime | None
) -> None:
    """It is stored as far as it can be believed."""
    head = f'<meta property="article:modified_time" content="{said}">'
    loopback.answer("/a", story(head), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/a"))
    visit(database, Fetcher(loopback.network), START)
    assert [(expected,)] == stored(database, "updated_at")


def test_twins_that_name_each_other_leave_one(database: Database, loopback: Loopback) -> None:
    """Two addresses of one article, each calling the other the right one, alert once, also when one is erased."""
    for here, there in (("/a", "/b"), ("/b", "/a")):
        head = f'<link rel="canonical" href="{loopback.url(there)}">'
        loopback.answer(here, story(head), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/a"), loopback.url("/b"))
    visit(database, Fetcher(loopback.network), START)

    with database.write() as connection:
        (only,) = articles.unmatched(connection, 10)
        connection.execute(delete(articles_table).where(articles_table.c.id == only.id))
        assert [] == articles.unmatched(connection, 10)


def test_a_slow_site_holds_nobody_up(database: Database, loopback: Loopback) -> None:
    """A round goes on without a page that does not come, and the next one takes it up, or the feed's text must do."""
    loopback.raw("/slow", b"", stall=True)
    announce(database, loopback.url("/slow"))

    collect(database, Fetcher(loopback.network), START)
    assert [("pending", 0, None)] == stored(database, "page_state", "page_attempts", "page_error")
    collect(database, Fetcher(loopback.network), START + timedelta(minutes=11))
    assert [("failed", "the page could not be read in time")] == stored(database, "page_state", "page_error")


def test_slow_feeds_hold_up_no_quick_one(database: Database, loopback: Loopback, site: Site) -> None:
    """A round goes on without a server that says nothing; that feed stays due, and nothing of it is stored."""
    loopback.raw("/silent", b"", stall=True)
    follow(database, site, loopback.url("/silent"))
    network = replace(loopback.network, allow=(*loopback.network.allow, allowed(site)))
    polled, read = collect(database, Fetcher(network), START, patience=8.0)

    assert (len(site.feeds), 0, PUBLISHED) == (polled.polled, polled.failed, polled.new_articles)
    assert 0 < read
    with database.read() as connection:
        assert [loopback.url("/silent")] == [url for _, url in feeds.due(connection, START)]


def test_what_is_slow_is_news_between_two_rounds(database: Database, loopback: Loopback) -> None:
    """A page that a round did not wait for ends the wait for news, and is counted by the next round."""
    loopback.answer("/a", story(), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/a"))

    async def rounds() -> tuple[int, bool, int, bool]:
        sandbox = Sandbox()
        collecting = Collecting(Tools(database, Fetcher(loopback.network), sandbox, POLLING, lambda: START))
        late = asyncio.get_running_loop().time() + 60
        _, first = await collecting.round(0.0, lambda *_: None)
        came = await collecting.news(late)
        _, second = await collecting.round(0.0, lambda *_: None)
        more = await collecting.news(late)
        await collecting.aclose()
        await sandbox.aclose()
        return first, came, second, more

    assert (0, True, 1, False) == asyncio.run(rounds())


def test_the_page_is_asked_for_as_soon_as_its_feed_was_stored(database: Database, site: Site) -> None:
    """One round polls feeds and reads the pages of what they brought; a missing page is the feed's text."""
    follow(database, site)
    network = NetworkSettings(allow=(allowed(site),), host_gap=0, per_host=8)
    polled, read = collect(database, Fetcher(network), START, patience=60.0)
    assert (PUBLISHED, PUBLISHED - 1) == (polled.new_articles, read)


def test_a_host_at_rest_is_left_alone(database: Database, site: Site) -> None:
    """None of its feeds is asked before the end of the wait, whatever their own schedules say."""
    follow(database, site)
    with database.write() as connection:
        hosts.wait(connection, host_of(site.url), START + timedelta(minutes=10))
    resting, rested = poll(database, site, START, START + timedelta(minutes=10))
    assert (0, len(site.feeds)) == (resting.polled, rested.polled)


def test_a_page_given_up_meanwhile_stays_so(database: Database, loopback: Loopback) -> None:
    """What was perhaps told from the feed's text is not exchanged under the eyes of its readers."""
    loopback.answer("/a", story(), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/a"))
    with database.read() as connection:
        (article,) = articles.by_ids(connection, [key for key, _ in page_rows.due(connection, START)])
    with database.write() as connection:
        page_rows.give_up(connection, START + timedelta(seconds=1), "too late")

    pages_module._store(database, article, {"page_state": "read", "text": "Another text."}, set())
    assert [("failed", "Put off.")] == stored(database, "page_state", "text")


@pytest.mark.parametrize(("answer", "state"), [("yes", "read"), ("no", "failed"), ("wait", "pending")])
def test_robots_txt_decides_of_pages(database: Database, loopback: Loopback, answer: str, state: str) -> None:
    """A page that may not be read leaves the feed's text, one of which nobody knows waits; neither is asked for."""
    rules = {"yes": "User-agent: *\nDisallow: /private", "no": "User-agent: *\nDisallow: /"}
    if answer in rules:
        loopback.answer("/robots.txt", rules[answer], headers={"Content-Type": "text/plain"})
    else:
        loopback.answer("/robots.txt", "", status=503)
    loopback.answer("/story", story(), headers={"Content-Type": "text/html"})
    announce(database, loopback.url("/story"))

    collect(database, Fetcher(loopback.network), START, patience=20.0, robots=True)
    assert [(state, 0 if answer == "wait" else 1)] == stored(database, "page_state", "page_attempts")
    assert (answer == "yes") == any(request.target == "/story" for request in loopback.requests)
