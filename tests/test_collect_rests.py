"""Hosts that ask for a pause while more of their polls and pages are begun, and stops in the midst of answers."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.collecting import Collecting
from monitor.collect.fetch import Fetcher
from monitor.collect.poll import poll_feeds
from monitor.collect.rests import Rests
from monitor.collect.sandbox import Sandbox
from monitor.collect.tools import Tools
from monitor.errors import FetchError
from monitor.settings import PollingSettings
from storage import articles, feeds, hosts
from storage.articles import NewEntry
from storage.feeds import Feed, WantedFeed
from storage.schema import articles as article_rows
from tests.loopback import serving

if TYPE_CHECKING:
    from collections.abc import Callable

    from monitor.collect.model import ParsedFeed
    from monitor.collect.poll import Polled
    from monitor.settings import NetworkSettings
    from storage.database import Database
    from tests.loopback import Loopback

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BUSY = FetchError("status", "asks for fewer visits", status=429, retry_after=600.0)
RSS = """<?xml version="1.0"?><rss version="2.0"><channel><title>Ledger</title><item><title>A raid</title>
<link>https://ledger.example/1</link><pubDate>Mon, 09 Mar 2026 15:00:00 GMT</pubDate></item></channel></rss>"""


@pytest.mark.parametrize(("error", "asked", "expected"), [
    (BUSY, "a.example", {"a.example"}),
    (FetchError("status", "x", status=429, host="b.example"), "a.example", {"b.example"}),
    (FetchError("status", "x", status=503, retry_after=600.0), "a.example", set()),
], ids=["asked", "redirected", "503"])
def test_who_answers_429_rests(error: FetchError, asked: str, expected: set[str]) -> None:
    """The host that said so, which may be another than was asked; a 503 is about one feed."""
    rests = Rests()
    assert bool(expected) == rests.note(asked, error, NOW, 1)
    assert expected == {host for host in ("a.example", "b.example") if rests.holds(host, NOW + 9 * MINUTE, 2)}


def test_a_rest_ends() -> None:
    """Then, and not with a shorter one that is told later, nor never where the clock was set back."""
    rests = Rests()
    rests.note("a.example", BUSY, NOW, 1)
    rests.note("a.example", FetchError("status", "x", status=429, retry_after=60.0), NOW, 2)
    assert [True, False, False] == [
        rests.holds("a.example", at, 3) for at in (NOW + 2 * MINUTE, NOW + 10 * MINUTE, NOW - timedelta(days=9))]


@pytest.mark.parametrize(("given", "refused", "held"), [
    ([], [1], [1, 2, 3]), ([2], [1], [1, 3]), ([1, 2], [1], []), ([1, 2, 3], [1, 2], [1, 2, 3]), ([1, 2], [1, 1], []),
], ids=["never answers", "answers others", "answers now and then", "refuses two", "refuses one twice"])
def test_one_feed_does_not_silence_its_host(given: list[int], refused: list[int], held: list[int]) -> None:
    """After the first pause: what the host gave since then is asked for, until it refuses two of those."""
    rests = Rests()
    rests.note("a.example", BUSY, NOW, 1)
    for feed in given:
        rests.given("a.example", feed)
    for feed in refused:
        rests.note("a.example", BUSY, NOW + 20 * MINUTE, feed)
    assert held == [feed for feed in (1, 2, 3) if rests.holds("a.example", NOW + 21 * MINUTE, feed)]


def test_a_page_holds_pages_alone() -> None:
    """Anybody's feed may link to a host."""
    rests = Rests()
    rests.note_page("a.example", BUSY, NOW)
    assert (True, False) == (rests.holds_pages("a.example", NOW), rests.holds("a.example", NOW, 1))


def follow(database: Database, *urls: str) -> None:
    """New feeds."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(url, f"Outlet {number}") for number, url in enumerate(urls)], NOW)


def stored(database: Database) -> list[Feed]:
    """The feeds, in the order of their outlets."""
    with database.read() as connection:
        return feeds.active(connection)


def poll(database: Database, network: NetworkSettings, moment: datetime) -> Polled:
    """Poll what is due."""
    async def polling() -> Polled:
        sandbox = Sandbox()
        try:
            return await poll_feeds(database, Fetcher(network), sandbox, PollingSettings(), moment)
        finally:
            await sandbox.aclose()

    return asyncio.run(polling())


def test_the_first_feed_that_is_refused_speaks_for_its_host(database: Database, loopback: Loopback) -> None:
    """Those whose poll was begun with it are not asked; nothing of them is counted, and they are due when it is over.
    """
    for number in range(9):
        loopback.answer(f"/{number}", status=429, headers={"Retry-After": "600"})
    follow(database, *(loopback.url(f"/{number}") for number in range(9)))
    network = replace(loopback.network, per_host=1)

    assert [1, 0] == [poll(database, network, moment).polled for moment in (NOW, NOW + 9 * MINUTE)]
    assert 1 == len(loopback.requests)
    assert [(1, NOW), *[(0, None)] * 8] == sorted(
        ((feed.failures, feed.polled_at) for feed in stored(database)), key=str, reverse=True)
    assert 1 == poll(database, network, NOW + 10 * MINUTE).polled


def test_a_host_that_is_redirected_to_rests_itself(database: Database, loopback: Loopback) -> None:
    """The one that only passed us on may be asked."""
    with serving() as other:
        loopback.answer("/a", status=302, headers={"Location": other.url("/busy")})
        other.answer("/busy", status=429)
        follow(database, loopback.url("/a"))
        poll(database, replace(loopback.network, allow=(*loopback.network.allow, *other.network.allow)), NOW)
        with database.read() as connection:
            assert [f"127.0.0.1:{other.port}"] == list(hosts.waiting(connection, NOW))


def collect(
    database: Database, network: NetworkSettings, sandbox: Sandbox, until: Callable[[], object] | None = None
) -> None:
    """One round of polls and pages; with `until` it is stopped when that comes true."""
    async def collecting() -> None:
        tools = Tools(database, Fetcher(network), sandbox, PollingSettings(), lambda: NOW)
        beside = Collecting(tools)
        round_ = asyncio.create_task(beside.round(20.0, lambda *_: None))
        while until and not until():
            await asyncio.sleep(0.01)
        if until:
            round_.cancel()
        await asyncio.wait([round_])
        await beside.aclose()
        await sandbox.aclose()

    asyncio.run(collecting())


def test_pages_of_a_host_at_rest_stay_due(database: Database, loopback: Loopback) -> None:
    """The first one that is refused counts a try, the others none."""
    loopback.answer("/feed", RSS)
    follow(database, loopback.url("/feed"))
    new = [NewEntry(f"e{number}", f"u{number}", loopback.url(f"/{number}"), f"Title {number}", "", "", NOW, "", "",
                    quiet=False, fetch_page=True) for number in range(5)]
    with database.write() as connection:
        feeds.record_poll(connection, 1, next_poll_at=NOW + MINUTE)
        articles.store_entries(connection, feeds.active(connection)[0], new, NOW)
    for number in range(5):
        loopback.answer(f"/{number}", status=429)
    collect(database, replace(loopback.network, per_host=1), Sandbox())

    with database.read() as connection:
        tried = connection.execute(article_rows.select()).all()
    assert 1 == len(loopback.requests)
    assert [("pending", 0)] * 4 + [("pending", 1)] == sorted((row.page_state, row.page_attempts) for row in tried)


class Hesitant(Sandbox):
    """A sandbox that takes a moment for a document, and says that it has it."""

    opening = False

    async def parse_feed(self, body: bytes, *, url: str, content_type: str, quick: bool = False) -> ParsedFeed:
        """As the sandbox does, later."""
        self.opening = True
        await asyncio.sleep(0.3)
        return await super().parse_feed(body, url=url, content_type=content_type, quick=quick)


def test_a_stop_keeps_the_answers_that_came(database: Database, loopback: Loopback) -> None:
    """What a server has sent is stored with its validators, so that it is not asked for the same again; a server that
    says nothing is waited for no longer.
    """
    loopback.answer("/feed", RSS, headers={"ETag": '"v1"'})
    loopback.raw("/silent", b"", stall=True)
    follow(database, loopback.url("/feed"), loopback.url("/silent"))
    sandbox = Hesitant()
    collect(database, loopback.network, sandbox, lambda: sandbox.opening and len(loopback.requests) == 2)

    with database.read() as connection:
        assert 1 == articles.counts(connection)["articles"]
    assert [('"v1"', NOW), (None, None)] == [(feed.etag, feed.polled_at) for feed in stored(database)]
