"""What became of one article, asked of both kinds of database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from rules.model import Article
from storage import digests, feeds, why
from storage.feeds import WantedFeed
from storage.schema import article_keys, entries
from tests.archived import store

if TYPE_CHECKING:
    from datetime import datetime

    from storage.database import Database


@pytest.fixture
def stored(database: Database, now: datetime) -> Database:
    """Two feeds, of which the first brought an article."""
    with database.write() as connection:
        wanted = [WantedFeed("https://a.example/feed", "A"), WantedFeed("https://b.example/feed", "B")]
        feeds.sync(connection, wanted, now)
        first = next(feed for feed in feeds.active(connection) if feed.outlet == "A")
        article_id = store(connection, now, url="https://www.news_a.example/1")
        connection.execute(article_keys.insert(), [{"key": "page", "article_id": article_id},
                                                   {"key": "erased", "article_id": None}])
        connection.execute(entries.insert().values(key="entry", feed_id=first.id, article_id=article_id,
                                                   first_seen_at=now, last_seen_at=now))
    return database


@pytest.mark.parametrize(("keys", "known"), [
    (["page"], (True, 1)), (["nothing", "entry"], (True, 1)), (["erased"], (True, None)),
    (["erased", "page"], (True, 1)), (["nothing"], (False, None)),
])
def test_known_as(stored: Database, keys: list[str], known: tuple[bool, int | None]) -> None:
    """Any key of page or entry finds the article; the key of one that was erased is still known."""
    with stored.read() as connection:
        assert known == why.known_as(connection, keys)


def test_brought_by(stored: Database, now: datetime) -> None:
    """The feed, and since when it carried the article."""
    with stored.read() as connection:
        (found,) = why.brought_by(connection, 1)

    assert ("https://a.example/feed", "A", True, now) == (found.url, found.outlet, found.active, found.seen_at)


@pytest.mark.parametrize(("host", "number"), [
    ("news_a.example", 1), ("newsXa.example", 0), ("a.example", 0), ("news%.example", 0),
])
def test_feeds_with_links_to(stored: Database, host: str, number: int) -> None:
    """A host is taken letter by letter: no sign in it stands for others."""
    with stored.read() as connection:
        assert number == len(why.feeds_with_links_to(connection, host))


def test_channel_rows(stored: Database, now: datetime) -> None:
    """A channel is known once the bot has met it."""
    with stored.write() as connection:
        digests.sync_channels(connection, [("C1", "one")], now)
        assert {"C1": why.ChannelRow("C1", now, 0)} == why.channel_rows(connection)


def test_bring_in(stored: Database, now: datetime) -> None:
    """An article by hand is known by its addresses; where one is taken already, nothing is stored."""
    article = Article("Tea", "Tea is served.", url="https://tea.example/1", outlet="Tea")
    with stored.write() as connection:
        made = why.bring_in(connection, article, ["k1", "k2", "k1"], now)
        again = why.bring_in(connection, article, ["k3", "page"], now)
        assert made is not None
        assert (None, (True, made), (False, None)) == (
            again, why.known_as(connection, ["k2"]), why.known_as(connection, ["k3"]))
