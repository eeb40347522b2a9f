"""How feeds have fared, read from what is stored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from storage import feed_health, feeds
from storage.coverage import Reading
from storage.feed_health import Flood
from storage.feeds import WantedFeed
from storage.schema import articles, entries

if TYPE_CHECKING:
    from storage.database import Database

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def stored(database: Database) -> Database:
    """Two feeds: one whose pages are read, and one whose pages are not."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://a.example/", "A"), WantedFeed("https://b.example/", "B")], NOW)
    for number, (state, characters) in enumerate([("read", 9), ("unneeded", 2_000), ("unneeded", 1_999),
                                                  ("failed", 9), ("pending", 9)]):
        add(database, 1, NOW - number * HOUR, state, "x" * characters, flood=state == "unneeded")
    add(database, 2, NOW, "failed", "x")
    add(database, 2, NOW - HOUR, "failed", "x", quiet=True)
    return database


def add(database: Database, feed_id: int, at: datetime, state: str, text: str, **columns: object) -> None:
    with database.write() as connection:
        made = connection.execute(insert(articles).values(**{
            "url": "", "title": "T", "outlet": "A", "home": "", "text": text, "text_source": "feed", "quiet": False,
            "first_seen_at": at, "page_state": state, "page_error": f"error of {at:%H}"} | columns))
        assert made.inserted_primary_key
        connection.execute(insert(entries).values(key=f"{feed_id}{at}", feed_id=feed_id, first_seen_at=at,
                                                  article_id=made.inserted_primary_key[0], last_seen_at=at))


def test_shares_count_as_digests_do(stored: Database) -> None:
    """Whole articles of all that rules could read; archives and what waits for its page are in neither number."""
    with stored.read() as connection:
        assert {1: Reading(4, 2), 2: Reading(1, 0)} == feed_health.shares(connection, NOW - 9 * HOUR, 2_000)
        assert {1: Reading(1, 1), 2: Reading(1, 0)} == feed_health.shares(connection, NOW, 2_000)


def test_moments_of_news(stored: Database) -> None:
    """Of the feeds asked about, in order, each once however much it brought."""
    with stored.write() as connection:
        connection.execute(insert(entries).values(key="more", feed_id=2, first_seen_at=NOW, last_seen_at=NOW))
    with stored.read() as connection:
        assert {2: [NOW - HOUR, NOW]} == feed_health.news_times(connection, {2}, NOW - 9 * HOUR)
        assert {} == feed_health.news_times(connection, set(), NOW - 9 * HOUR)


def test_feeds_without_pages(stored: Database) -> None:
    """Those of which pages were asked for, and none was read."""
    with stored.read() as connection:
        assert [2] == feed_health.without_pages(connection, NOW - 9 * HOUR)
        assert [] == feed_health.without_pages(connection, NOW + HOUR)


def test_errors_of_the_last_pages(stored: Database) -> None:
    """Newest first by when they came, at most so many; a page that was read has none."""
    add(stored, 2, NOW + HOUR, "read", "x")
    with stored.read() as connection:
        assert {2: ["", "error of 14"]} == feed_health.page_errors(connection, {2}, 2)


def test_floods_by_feed_and_poll(stored: Database) -> None:
    """After the one moment, until the other; of removed feeds none."""
    with stored.read() as connection:
        assert [Flood(1, NOW - HOUR, 1)] == feed_health.floods(connection, NOW - 2 * HOUR, NOW)
    with stored.write() as connection:
        feeds.sync(connection, [WantedFeed("https://b.example/", "B")], NOW)
        assert [] == feed_health.floods(connection, NOW - 9 * HOUR, NOW)


def test_marks_are_kept_and_forgotten(stored: Database) -> None:
    """Of thousands of feeds at once; a removed feed comes back without one."""
    with stored.write() as connection:
        feed_health.mark_told(connection, dict.fromkeys(range(1, 1_200), "failing"), NOW)
        feed_health.mark_told(connection, {2: ""}, NOW)
        assert [("failing", NOW), ("", None)] == [(feed.told, feed.told_at) for feed in feeds.active(connection)]
        feeds.sync(connection, [], NOW)
        feed_health.forget_removed(connection)
        feeds.sync(connection, [WantedFeed("https://a.example/", "A")], NOW)
        assert [""] == [feed.told for feed in feeds.active(connection)]
