"""Feeds that rename, repeat, move and reorder what they show: stored poll after poll, each article is one article."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import func, select

from monitor.collect.model import Entry, Fetched, ParsedFeed
from monitor.collect.store import Outcome, store_all
from monitor.settings import PollingSettings
from storage import feeds
from storage.database import open_database
from storage.feeds import WantedFeed
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from storage.database import Database

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
POLLING = PollingSettings()
FEED, OTHER = "https://ledger.example/feed", "https://wire.example/feed"
TEXT = "The council voted on Monday to let officers of the county ask drivers for their papers."


@pytest.fixture
def archive(sqlite_url: str) -> Iterator[Database]:
    """An archive of two feeds; what storage does is tested on both databases elsewhere."""
    database = open_database(sqlite_url)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(url, "Outlet") for url in (FEED, OTHER)], NOW)
    yield database
    database.close()


def item(number: int, **more: object) -> Entry:
    at = NOW - timedelta(minutes=7 * number, seconds=13)
    values: dict[str, object] = {"guid": f"g{number}", "url": f"https://ledger.example/{number}", "summary": TEXT,
                                 "title": f"Title {number}", "published_at": at} | more
    return Entry(**values)  # type: ignore[arg-type]  # a test's mix


def poll(database: Database, number: int, entries: Sequence[Entry], url: str = FEED) -> None:
    """The feed shows these entries at its poll of that number."""
    with database.read() as connection:
        feed = next(feed for feed in feeds.active(connection) if feed.url == url)
    answer = Fetched(url, 200, f"{number}".encode(), {}, None, None, "text/xml", True, (), 0.1)
    outcome = Outcome(feed, 0.5, NOW + timedelta(minutes=20 * number), answer,
                      ParsedFeed("T", tuple(entries), whole=True, version="rss20"))
    store_all(database, POLLING, [outcome])


def stored(database: Database) -> int:
    with database.read() as connection:
        return connection.scalar(select(func.count()).select_from(articles)) or 0


def six(**changes: Callable[[int], object]) -> list[Entry]:
    return [item(number, **{name: change(number) for name, change in changes.items()}) for number in range(6)]


SHOWN: dict[str, Callable[[int], list[Entry]]] = {
    "as it is": lambda _: six(),
    "in another order": lambda poll: six()[poll % 6:] + six()[:poll % 6],
    "with new ids each time": lambda poll: six(guid=lambda number: f"{poll}-{number}"),
    "with session numbers in its links": lambda poll: six(url=lambda number: f"https://ledger.example/{number}?s={poll}"),
    "under https at last": lambda poll: six(
        guid=lambda number: f"http{'s' * (poll > 1)}://ledger.example/{number}",
        url=lambda number: f"http{'s' * (poll > 1)}://ledger.example/{number}"),
    "under another domain at last": lambda poll: six(
        guid=lambda number: f"https://{'new' if poll > 1 else 'old'}.example/{number}",
        url=lambda number: f"https://{'new' if poll > 1 else 'old'}.example/{number}"),
    "with tracking and no ids": lambda poll: six(
        guid=lambda _: "", url=lambda number: f"https://ledger.example/{number}?utm_campaign={poll}#top"),
    "with new headlines": lambda poll: six(title=lambda number: f"Title {number}, update {poll}"),
    "now and then": lambda poll: six() if poll in (0, 4) else six()[:2],
    "without dates": lambda _: six(published_at=lambda _: None),
    "with one id for all": lambda _: six(guid=lambda _: "same"),
    "with one link and no ids": lambda _: six(guid=lambda _: "", url=lambda _: "https://ledger.example/"),
    "without ids and links": lambda _: six(guid=lambda _: "", url=lambda _: ""),
}


@pytest.mark.parametrize("shown", SHOWN.values(), ids=SHOWN)
def test_six_articles_stay_six(archive: Database, shown: Callable[[int], list[Entry]]) -> None:
    """Whatever a feed does to how it shows them, and none is lost."""
    for number in range(6):
        poll(archive, number, shown(number))
    assert 6 == stored(archive)


def test_ids_are_of_one_feed(archive: Database) -> None:
    """Two feeds that count from one have other articles."""
    poll(archive, 0, six())
    poll(archive, 0, six(url=lambda number: f"https://wire.example/{number}"), OTHER)
    assert 12 == stored(archive)


def test_links_are_of_all_feeds(archive: Database) -> None:
    """What two feeds carry under one headline is one article, however they write its address."""
    poll(archive, 0, six())
    poll(archive, 0, six(guid=lambda number: f"w{number}",
                         url=lambda number: f"http://www.ledger.example/{number}/?fbclid=x"), OTHER)
    assert 6 == stored(archive)


def test_a_column_is_news_every_week(archive: Database) -> None:
    """The same title with another date, id and link is another article."""
    for number in range(4):
        at = NOW + timedelta(days=7 * number)
        poll(archive, number, [item(number, title="Police blotter", published_at=at)])
    assert 4 == stored(archive)
