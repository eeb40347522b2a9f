"""Stored articles meet the rules: each once, in batches, and one that breaks the engine stops nobody."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from monitor.match import BATCH, match_articles
from rules.engine.engine import Engine
from rules.files.load import load_texts
from rules.model import Article
from storage import articles, digests, feeds, matches, stories
from storage.articles import NewEntry
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from datetime import datetime

    import pytest

    from rules.model import Match
    from storage.database import Database

RULES = load_texts({"f.toml": "[topics]\nbuses = 'Buses'\n[[rule]]\nid = 'bus'\ntopics = ['buses']\nquery = 'bus'\n"})


class Brittle(Engine):
    """An engine that fails on one headline, as a defect of ours might."""

    def match(self, article: Article, now: datetime | None = None) -> tuple[Match, ...]:
        """What the rules find, or the failure."""
        if article.title == "Title 3":
            raise RecursionError("too deep")
        return super().match(article, now)


def arrive(database: Database, now: datetime, count: int) -> None:
    """So many articles about buses, and a channel that has waited for them."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger", "")], now)
        digests.sync_channels(connection, [("C1", "alerts")], now)
        new = [NewEntry(f"e{number}", f"u{number}", f"https://ledger.example/{number}", f"Title {number}", "",
                        "The bus came.", now, "", "", quiet=False, fetch_page=False) for number in range(count)]
        articles.store_entries(connection, feeds.active(connection)[0], new, now)


def waiting(database: Database) -> int:
    """Articles that would go into the next digest."""
    with database.read() as connection:
        assert [] == articles.unmatched(connection, 10)
        return len(digests.waiting(connection, "C1"))


def test_every_article_is_matched_once(database: Database, now: datetime) -> None:
    """More articles than a batch holds are all matched, and a second look finds none left."""
    arrive(database, now, BATCH + 3)

    assert BATCH + 3 == asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))
    assert 0 == asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))
    assert BATCH + 3 == waiting(database)


def test_a_rule_is_counted_by_stories(database: Database, now: datetime) -> None:
    """Two articles of one event are one, as max_per_day means them; what is in no story is one of its own."""
    arrive(database, now, 4)
    asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))
    with database.write() as connection:
        story = stories.begin(connection, now)
        for number in (2, 3):
            stories.put(connection, stories.Grouped(number, story, None, None, None), (), now, now)

    with database.read() as connection:
        assert {"bus": 3} == matches.stories_by_rule(connection, now)


def test_what_was_looked_for_afterwards_counts_as_no_alert(database: Database, now: datetime) -> None:
    """The matches of a rule that is newer than the article's reading are left out of how often rules alert."""
    arrive(database, now, 3)
    asyncio.run(match_articles(database, Engine(RULES), RULES.hash, now))
    later = load_texts({"f.toml": "[[rule]]\nid = 'late'\nquery = 'bus'\n"})
    with database.write() as connection:
        (found,) = Engine(later).match(Article("Title", "The bus came."))
        matches.record(connection, 1, [found], RULES.hash, now)

    with database.read() as connection:
        assert {"bus": 3} == matches.stories_by_rule(connection, now)


def test_an_article_that_breaks_the_engine_stops_nobody(
    database: Database, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """The others are matched, and the log names the address of the one that could not be."""
    arrive(database, now, 6)

    assert 5 == asyncio.run(match_articles(database, Brittle(RULES), RULES.hash, now))
    assert 5 == waiting(database)
    assert "https://ledger.example/3" in caplog.text
