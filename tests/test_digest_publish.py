"""Freezing digests: slots once each, articles once a channel, nothing from before the channel."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.digest.publish import publish
from monitor.settings import ChannelSettings
from rules.model import Match, PlaceFound, Relevance
from storage import articles, deliveries, digests, feeds, matches

if TYPE_CHECKING:
    from storage.database import Database

# Monday 11:30 in New York, on the first working day after the clocks changed.
NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
ZONE = ZoneInfo("America/New_York")
TOPICS = {"raids": "Raids", "policy": "Policy"}
AT_ONCE = ChannelSettings("C0NOW", "now", ZONE)
DAILY = ChannelSettings("C0DAILY", "daily", ZONE, slots=(time(8, 0), time(17, 30)))


def prepare(database: Database, *channels: ChannelSettings, since: datetime = NOW) -> None:
    """Channels that exist since then."""
    with database.write() as connection:
        digests.sync_channels(connection, [(channel.id, channel.name) for channel in channels], since)


def arrive(
    database: Database, key: str, now: datetime, topic: str = "raids", place: str = "baltimore", *, likely: bool = True
) -> None:
    """An article that matched."""
    found = Match(rule_id=topic, rule_name=topic, topics=(topic,), severity="normal",
                  places=(PlaceFound(place, place.title(), True, 1),), quotes=(), title_marks=(), terms=(), why="why",
                  spans=(), rules_hash="h", relevance=Relevance(0.5, likely))
    with database.write() as connection:
        feeds.sync(connection, [("https://ledger.example/feed", "Ledger", "")], now)
        new = articles.NewEntry(f"e{key}", f"u{key}", f"https://ledger.example/{key}", f"Title {key}", "", "Text.", now,
                                "", "", quiet=False, fetch_page=False)
        articles.store_entries(connection, feeds.active(connection)[0], [new], now)
        matches.record(connection, articles.unmatched(connection, 99)[-1].id, [found], "h", now)


def posted(database: Database, channel: ChannelSettings) -> list[str]:
    """The frozen messages of a channel as JSON, oldest first."""
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending")
    return [json.dumps(row.body) for row in reversed(rows) if row.channel_id == channel.id]


def test_a_channel_at_once_gets_each_article_once(database: Database) -> None:
    """Every round makes one digest of what is new; a round without news makes none."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW)
    assert publish(database, AT_ONCE, TOPICS, NOW)
    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(seconds=15))

    arrive(database, "3", NOW + timedelta(minutes=1))
    assert publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=1))
    assert [True, False] == ["Title 1" in message and "Title 2" in message for message in posted(database, AT_ONCE)]


def test_a_daily_channel_waits_for_its_slot(database: Database) -> None:
    """Articles wait until half past five local time, then come in one message, once."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    evening = datetime(2026, 3, 9, 17, 30, tzinfo=ZONE)

    assert not publish(database, DAILY, TOPICS, NOW)
    assert not publish(database, DAILY, TOPICS, evening - timedelta(seconds=1))
    assert publish(database, DAILY, TOPICS, evening)
    assert not publish(database, DAILY, TOPICS, evening + timedelta(seconds=1))


def test_a_slot_without_news_is_done(database: Database) -> None:
    """What arrives after an empty slot waits for the next one."""
    prepare(database, DAILY)
    evening = datetime(2026, 3, 9, 17, 30, tzinfo=ZONE)
    assert not publish(database, DAILY, TOPICS, evening)
    arrive(database, "1", evening + timedelta(minutes=1))

    assert not publish(database, DAILY, TOPICS, evening + timedelta(minutes=2))
    assert publish(database, DAILY, TOPICS, evening + timedelta(hours=14, minutes=30))


def test_after_downtime_a_slot_comes_late_and_once(database: Database) -> None:
    """A bot that slept through two slots posts what waited in one digest; a clock that steps back repeats nothing."""
    prepare(database, DAILY, since=NOW - timedelta(days=3))
    arrive(database, "1", NOW)
    late = datetime(2026, 3, 10, 9, 12, tzinfo=ZONE)

    assert publish(database, DAILY, TOPICS, late)
    assert not publish(database, DAILY, TOPICS, late - timedelta(hours=1))
    assert not publish(database, DAILY, TOPICS, late + timedelta(minutes=1))
    assert 1 == len(posted(database, DAILY))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [({"topics": ("policy",)}, "Title p"), ({"places": ("rockville",)}, "Title p"), ({"rules": ("raids",)}, "Title r")],
)
def test_channels_choose(database: Database, wish: dict[str, tuple[str, ...]], expected: str) -> None:
    """A channel gets the articles that fit its wishes; the others stay for channels that want them."""
    channel = ChannelSettings("C0NOW", "now", ZONE, **wish)  # type: ignore[arg-type]  # the wishes are all tuples of text
    prepare(database, channel)
    arrive(database, "r", NOW)
    arrive(database, "p", NOW, topic="policy", place="rockville")
    publish(database, channel, TOPICS, NOW)

    (message,) = posted(database, channel)
    assert {expected} == {title for title in ("Title r", "Title p") if title in message}


def test_missed_slots_make_one_digest_called_after_the_last(database: Database) -> None:
    """After two days away everything comes in one digest under the name of the newest slot."""
    prepare(database, DAILY, since=NOW - timedelta(days=3))
    arrive(database, "1", NOW)

    assert publish(database, DAILY, TOPICS, datetime(2026, 3, 10, 9, 12, tzinfo=ZONE))
    (message,) = posted(database, DAILY)
    assert "Morning digest, Tue 10 Mar" in message


def test_a_wider_wish_brings_no_old_matches(database: Database) -> None:
    """A channel whose topics are widened, or that comes back after a while, starts with what comes next."""
    narrow = ChannelSettings("C0NOW", "now", ZONE, topics=("policy",))
    prepare(database, narrow)
    arrive(database, "1", NOW)
    assert not publish(database, narrow, TOPICS, NOW)
    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=1))

    prepare(database, DAILY, since=NOW + timedelta(minutes=2))
    prepare(database, AT_ONCE, since=NOW + timedelta(minutes=3))
    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=4))
    arrive(database, "2", NOW + timedelta(minutes=5))
    assert publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=5))


def test_the_first_poll_of_a_feed_makes_one_digest(database: Database) -> None:
    """While pages of a new feed are still to be read, a channel at once waits, but not for more than five minutes."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    with database.write() as connection:
        feed = feeds.active(connection)[0]
        feeds.record_poll(connection, feed.id, first_ok_at=NOW)
        new = articles.NewEntry("e2", "u2", "https://ledger.example/2", "Title 2", "", "Text.", NOW, "", "",
                                quiet=False, fetch_page=True)
        articles.store_entries(connection, feed, [new], NOW)

    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=4))
    assert publish(database, AT_ONCE, TOPICS, NOW + timedelta(minutes=6))


def test_what_is_unlikely_alerts_nobody_at_once(database: Database) -> None:
    """In a channel at once it waits for a digest with more to say; after a day it comes alone, and is never lost."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, likely=False)
    assert not publish(database, AT_ONCE, TOPICS, NOW)
    arrive(database, "2", NOW + timedelta(hours=1))
    assert publish(database, AT_ONCE, TOPICS, NOW + timedelta(hours=1))

    arrive(database, "3", NOW + timedelta(hours=2), likely=False)
    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(hours=25))
    assert publish(database, AT_ONCE, TOPICS, NOW + timedelta(hours=26))
    assert not publish(database, AT_ONCE, TOPICS, NOW + timedelta(hours=27))
    first, second = posted(database, AT_ONCE)
    assert (True, True) == ("1 more is probably not about this" in first, "Title 1" in first)
    assert (True, False) == ("Title 3" in second, "Title 1" in second)


def test_an_unlikely_article_comes_in_its_slot(database: Database) -> None:
    """A daily digest names it also where it has nothing else."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, likely=False)

    assert publish(database, DAILY, TOPICS, datetime(2026, 3, 9, 17, 30, tzinfo=ZONE))
    assert "1 match is probably not about your topics" in posted(database, DAILY)[0]


def test_a_source_that_is_down_stands_in_the_footer(database: Database) -> None:
    """A digest says whose news is missing from it."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    with database.write() as connection:
        feed = feeds.active(connection)[0]
        feeds.record_poll(connection, feed.id, failures=3, failing_since=NOW - timedelta(hours=3), error="HTTP 500")
    publish(database, AT_ONCE, TOPICS, NOW)

    assert "Nothing could be read from Ledger" in posted(database, AT_ONCE)[0]
