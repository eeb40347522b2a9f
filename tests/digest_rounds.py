"""Articles that arrive and what a channel gets of them, for the tests of everything between a match and the outbox."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import update

from monitor.settings import ChannelSettings
from monitor.stories.features import to_json
from monitor.stories.model import Features
from rules.model import Match, PlaceFound, Relevance, RuleSet
from storage import articles, deliveries, digests, feeds, matches
from storage.feeds import WantedFeed
from storage.schema import deliveries as deliveries_table
from storage.schema import stories, story_articles
from storage.upsert import insert_new

if TYPE_CHECKING:
    from typing import Any

    from rules.model import Severity
    from storage.database import Database

# Monday 11:30 in New York, on the first working day after the clocks changed.
NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
RULES = RuleSet(topics={"raids": "Raids", "policy": "Policy"})
AT_ONCE = ChannelSettings("C0NOW", "now", ZONE, line_at=None)
DAILY = ChannelSettings("C0DAILY", "daily", ZONE, slots=(time(8, 0), time(17, 30)), line_at=None)
EVENING = datetime(2026, 3, 9, 17, 30, tzinfo=ZONE)
MINUTE = timedelta(minutes=1)


def prepare(database: Database, *channels: ChannelSettings, since: datetime = NOW) -> None:
    """Channels that exist since then."""
    with database.write() as connection:
        digests.sync_channels(connection, [(channel.id, channel.name) for channel in channels], since)


def arrive(
    database: Database, key: str, now: datetime, topic: str = "raids", place: str = "baltimore", *, likely: bool = True,
    severity: Severity = "normal", story: int | None = None, **marks: Any,  # noqa: ANN401 - fields of Features
) -> int:
    """An article that matched: its number. With a story it joined that one, with these marks."""
    found = Match(rule_id=topic, rule_name=topic, topics=(topic,), severity=severity,
                  places=(PlaceFound(place, place.title(), True, 1),), quotes=(), title_marks=(), terms=(), why="why",
                  spans=(), rules_hash="h", relevance=Relevance(0.5, likely))
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger", "")], now)
        new = articles.NewEntry(f"e{key}", f"u{key}", f"https://ledger.example/{key}", f"Title {key}", "", "Text.", now,
                                "", "", quiet=False, fetch_page=False)
        articles.store_entries(connection, feeds.active(connection)[0], [new], now)
        article_id = articles.unmatched(connection, 99)[-1].id
        matches.record(connection, article_id, [found], "h", now)
    if story:
        join(database, article_id, story, Features(**{"at": now, "outlet": f"Outlet {key}", **marks}))
    return article_id


def join(database: Database, article_id: int, story: int, features: Features) -> None:
    """Grouping found the article to be of that story."""
    with database.write() as connection:
        insert_new(connection, stories, [{"id": story, "first_at": features.at, "last_at": features.at}])
        connection.execute(story_articles.insert().values(
            article_id=article_id, story_id=story, joined_at=features.at, features=to_json(features)))


def spoil(database: Database, article_id: int) -> None:
    """What is stored of an article in its story becomes something that nobody can read."""
    with database.write() as connection:
        connection.execute(update(story_articles).where(story_articles.c.article_id == article_id)
                           .values(features=["spoilt"]))


def merge(database: Database, story: int, into: int) -> None:
    """Grouping found two stories to be one."""
    with database.write() as connection:
        connection.execute(update(story_articles).where(story_articles.c.story_id == story).values(story_id=into))
        connection.execute(update(stories).where(stories.c.id == story).values(merged_into=into))


def settle(database: Database, delivery_id: str, state: str) -> None:
    """What became of the messages of a delivery."""
    with database.write() as connection:
        connection.execute(update(deliveries_table).where(deliveries_table.c.delivery_id == delivery_id)
                           .values(state=state))


def posted(database: Database, channel: ChannelSettings) -> list[str]:
    """The frozen messages of a channel as JSON, oldest first."""
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending")
    return [json.dumps(row.body) for row in reversed(rows) if row.channel_id == channel.id]


def kinds(database: Database, channel: ChannelSettings) -> list[str]:
    """The kinds of the messages of a channel, in the order in which they are posted."""
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending")
    return [row.kind for row in reversed(rows) if row.channel_id == channel.id and row.part == 0]
