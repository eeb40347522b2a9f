"""Freezing digests: slots once each, articles once a channel, nothing from before the channel."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from monitor.digest.publish import freeze_now, publish, publish_alerts, upcoming
from monitor.settings import QuietHours
from rules.model import Rule
from storage import articles, deliveries, digests, feeds, purge
from storage.database import open_database
from storage.feeds import WantedFeed
from storage.schema import articles as articles_table
from storage.schema import digest_items
from tests.digest_rounds import AT_ONCE, DAILY, EVENING, MINUTE, NOW, RULES, ZONE, arrive, kinds, posted, prepare
from tests.digest_storm import STORMY, storm

if TYPE_CHECKING:
    from rules.model import Severity
    from storage.database import Database


def test_a_channel_at_once_gets_each_article_once(database: Database) -> None:
    """Every round makes one digest of what is new; a round without news makes none."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW)
    assert publish(database, AT_ONCE, RULES, NOW)
    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(seconds=15))

    arrive(database, "3", NOW + timedelta(minutes=1))
    assert publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=1))
    assert [True, False] == ["Title 1" in message and "Title 2" in message for message in posted(database, AT_ONCE)]


def test_a_daily_channel_waits_for_its_slot(database: Database) -> None:
    """Articles wait until half past five local time, then come in one message, once."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    assert not publish(database, DAILY, RULES, NOW)
    assert not publish(database, DAILY, RULES, EVENING - timedelta(seconds=1))
    assert publish(database, DAILY, RULES, EVENING)
    assert not publish(database, DAILY, RULES, EVENING + timedelta(seconds=1))


def test_a_slot_without_news_is_done(database: Database) -> None:
    """What arrives after an empty slot waits for the next one."""
    prepare(database, DAILY)
    assert not publish(database, DAILY, RULES, EVENING)
    arrive(database, "1", EVENING + timedelta(minutes=1))

    assert not publish(database, DAILY, RULES, EVENING + timedelta(minutes=2))
    assert publish(database, DAILY, RULES, EVENING + timedelta(hours=14, minutes=30))


def test_after_downtime_a_slot_comes_late_and_once(database: Database) -> None:
    """A bot that slept through two slots posts what waited in one digest; a clock that steps back repeats nothing."""
    prepare(database, DAILY, since=NOW - timedelta(days=3))
    arrive(database, "1", NOW)
    late = datetime(2026, 3, 10, 9, 12, tzinfo=ZONE)

    assert publish(database, DAILY, RULES, late)
    assert not publish(database, DAILY, RULES, late - timedelta(hours=1))
    assert not publish(database, DAILY, RULES, late + timedelta(minutes=1))
    assert 1 == len(posted(database, DAILY))


@pytest.mark.parametrize(
    ("wish", "expected"),
    [({"topics": ("policy",)}, "Title p"), ({"places": ("rockville",)}, "Title p"), ({"rules": ("raids",)}, "Title r")],
)
def test_channels_choose(database: Database, wish: dict[str, tuple[str, ...]], expected: str) -> None:
    """A channel gets the articles that fit its wishes; the others stay for channels that want them."""
    channel = replace(AT_ONCE, **wish)  # type: ignore[arg-type]  # the wishes are all tuples of text
    prepare(database, channel)
    arrive(database, "r", NOW)
    arrive(database, "p", NOW, topic="policy", place="rockville")
    publish(database, channel, RULES, NOW)

    (message,) = posted(database, channel)
    assert {expected} == {title for title in ("Title r", "Title p") if title in message}


def test_missed_slots_make_one_digest_called_after_the_last(database: Database) -> None:
    """After two days away everything comes in one digest under the name of the newest slot."""
    prepare(database, DAILY, since=NOW - timedelta(days=3))
    arrive(database, "1", NOW)

    assert publish(database, DAILY, RULES, datetime(2026, 3, 10, 9, 12, tzinfo=ZONE))
    (message,) = posted(database, DAILY)
    assert "Morning digest, Tue 10 Mar" in message


def test_a_wider_wish_brings_no_old_matches(database: Database) -> None:
    """A channel whose topics are widened, or that comes back after a while, starts with what comes next."""
    narrow = replace(AT_ONCE, topics=("policy",))
    prepare(database, narrow)
    arrive(database, "1", NOW)
    assert not publish(database, narrow, RULES, NOW)
    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=1))

    prepare(database, DAILY, since=NOW + timedelta(minutes=2))
    prepare(database, AT_ONCE, since=NOW + timedelta(minutes=3))
    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=4))
    arrive(database, "2", NOW + timedelta(minutes=5))
    assert publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=5))


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

    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=4))
    assert publish(database, AT_ONCE, RULES, NOW + timedelta(minutes=6))


def test_a_digest_that_was_not_written_loses_nothing(database: Database) -> None:
    """A clock that was set back to the very moment of an earlier digest: the articles go out a moment later."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    assert publish(database, AT_ONCE, RULES, NOW)
    arrive(database, "2", NOW)
    assert not publish(database, AT_ONCE, RULES, NOW)

    assert publish(database, AT_ONCE, RULES, NOW + timedelta(seconds=1))
    assert "ledger.example/2" in posted(database, AT_ONCE)[1]


def test_alerts_alone(database: Database) -> None:
    """Where a digest fails, what is urgent goes out; the rest waits as before."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW, severity="urgent")
    assert 1 == publish_alerts(database, AT_ONCE, RULES, NOW)
    assert 1 == publish(database, AT_ONCE, RULES, NOW)

    assert ["ledger.example/2", "ledger.example/1"] == [
        f"ledger.example/{number}" for body in posted(database, AT_ONCE) for number in "12"
        if f"ledger.example/{number}" in body]


def test_what_is_unlikely_alerts_nobody_at_once(database: Database) -> None:
    """In a channel at once it waits for a digest with more to say; after a day it comes alone, and is never lost."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, likely=False)
    assert not publish(database, AT_ONCE, RULES, NOW)
    arrive(database, "2", NOW + timedelta(hours=1))
    assert publish(database, AT_ONCE, RULES, NOW + timedelta(hours=1))

    arrive(database, "3", NOW + timedelta(hours=2), likely=False)
    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(hours=25))
    assert publish(database, AT_ONCE, RULES, NOW + timedelta(hours=26))
    assert not publish(database, AT_ONCE, RULES, NOW + timedelta(hours=27))
    first, second = posted(database, AT_ONCE)
    assert (True, True) == ("1 more is probably not about this" in first, "Title 1" in first)
    assert (True, False) == ("Title 3" in second, "Title 1" in second)


def test_an_unlikely_article_comes_in_its_slot(database: Database) -> None:
    """A daily digest names it also where it has nothing else."""
    prepare(database, DAILY)
    arrive(database, "1", NOW, likely=False)

    assert publish(database, DAILY, RULES, EVENING)
    assert "1 match is probably not about your topics" in posted(database, DAILY)[0]


def test_a_source_that_is_down_stands_in_the_footer(database: Database) -> None:
    """A digest says whose news is missing from it."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    with database.write() as connection:
        feed = feeds.active(connection)[0]
        feeds.record_poll(connection, feed.id, failures=3, failing_since=NOW - timedelta(hours=3), error="HTTP 500")
    publish(database, AT_ONCE, RULES, NOW)

    assert "Nothing could be read from Ledger" in posted(database, AT_ONCE)[0]


def test_an_urgent_article_does_not_wait_for_its_slot(database: Database) -> None:
    """It is an alert at once, and never again in a digest; the rest waits."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW, place="towson", severity="urgent")
    assert 1 == publish(database, DAILY, RULES, NOW)
    assert 0 == publish(database, DAILY, RULES, NOW + MINUTE)
    assert 1 == publish(database, DAILY, RULES, EVENING)

    alert, digest = posted(database, DAILY)
    assert ["alert", "digest"] == kinds(database, DAILY)
    assert [(True, False), (False, True)] == [("Title 2" in text, "Title 1" in text) for text in (alert, digest)]


def test_a_channel_without_urgent_alerts(database: Database) -> None:
    """There an urgent article is one of the digest."""
    calm = replace(DAILY, urgent=False)
    prepare(database, calm)
    arrive(database, "1", NOW, severity="urgent")
    assert [0, 1] == [publish(database, calm, RULES, at) for at in (NOW, EVENING)]
    assert ["digest"] == kinds(database, calm)


def test_later_articles_of_an_event_come_soon_and_in_no_digest(database: Database) -> None:
    """Within 20 minutes of an alert the next article waits, whatever slot comes in between; then it goes out."""
    prepare(database, DAILY)
    at = EVENING - 10 * MINUTE
    arrive(database, "1", at, severity="urgent")
    assert 1 == publish(database, DAILY, RULES, at)
    arrive(database, "2", at + MINUTE, severity="urgent")
    assert [0, 0] == [publish(database, DAILY, RULES, moment) for moment in (at + 5 * MINUTE, EVENING)]

    assert [0, 1, 0] == [publish(database, DAILY, RULES, at + minutes * MINUTE) for minutes in (19, 20, 45)]
    assert ["alert", "alert"] == kinds(database, DAILY)


def test_past_the_cap_a_rollup_and_still_every_new_event(database: Database) -> None:
    """The second event of the day is an alert although the cap is one; what follows shares a message."""
    capped = replace(AT_ONCE, urgent_per_day=1)
    prepare(database, capped)
    for key, place in (("1", "baltimore"), ("2", "towson")):
        arrive(database, key, NOW, place=place, severity="urgent")
    assert 2 == publish(database, capped, RULES, NOW)
    for key, place in (("3", "baltimore"), ("4", "towson")):
        arrive(database, key, NOW + MINUTE, place=place, severity="urgent")

    assert [0, 1] == [publish(database, capped, RULES, NOW + minutes * MINUTE) for minutes in (19, 20)]
    arrive(database, "5", NOW + 21 * MINUTE, severity="urgent")
    assert [0, 1] == [publish(database, capped, RULES, NOW + minutes * MINUTE) for minutes in (39, 40)]
    assert ["alert", "alert", "rollup", "rollup"] == kinds(database, capped)


def test_quiet_hours_hold_and_drop_nothing(database: Database) -> None:
    """A channel at once is told in the morning, once; the slot of the night comes at its end."""
    night = QuietHours(time(11), time(13))
    at_once, daily = replace(AT_ONCE, quiet=night), replace(DAILY, quiet=night, slots=(time(12),))
    prepare(database, at_once, daily)
    arrive(database, "1", NOW)
    end = datetime(2026, 3, 9, 13, tzinfo=ZONE)
    for channel in (at_once, daily):
        moments = (NOW, end - MINUTE, end, end + MINUTE)
        assert [0, 0, 1, 0] == [publish(database, channel, RULES, moment) for moment in moments]
        assert "Title 1" in posted(database, channel)[0]


@pytest.mark.parametrize(("through", "made"), [(True, [1, 0]), (False, [0, 1])])
def test_urgent_in_quiet_hours(database: Database, through: bool, made: list[int]) -> None:
    """Urgent alerts go out by default; where they must wait, they come at the end."""
    channel = replace(AT_ONCE, quiet=QuietHours(time(11), time(13)), urgent_in_quiet=through)
    prepare(database, channel)
    arrive(database, "1", NOW, severity="urgent")
    end = datetime(2026, 3, 9, 13, tzinfo=ZONE)
    assert made == [publish(database, channel, RULES, moment) for moment in (NOW, end)]


def test_quiet_hours_hold_roll_ups(database: Database) -> None:
    """At night the first alert of an event goes out, and what is past the cap waits for the morning."""
    channel = replace(AT_ONCE, quiet=QuietHours(time(11), time(13)), urgent_per_day=0)
    prepare(database, channel)
    end = datetime(2026, 3, 9, 13, tzinfo=ZONE)
    for key, at in (("1", NOW), ("2", NOW + MINUTE)):
        arrive(database, key, at, severity="urgent")
        publish(database, channel, RULES, at)
    assert [0, 1] == [publish(database, channel, RULES, at) for at in (NOW + 40 * MINUTE, end)]
    assert ["alert", "rollup"] == kinds(database, channel)


def test_a_flood_is_shown_in_part_and_counted_in_full(database: Database) -> None:
    """A rule's max_per_day holds for a channel and a local day; the rest is a line, and can be listed."""
    rules = replace(RULES, rules=(Rule("raids", "raid", max_per_day=2),))
    prepare(database, AT_ONCE)
    for key in "123":
        arrive(database, key, NOW)
    assert 1 == publish(database, AT_ONCE, rules, NOW)
    arrive(database, "4", NOW + MINUTE)
    assert 0 == publish(database, AT_ONCE, rules, NOW + MINUTE)  # a line alone would be a flood of lines

    arrive(database, "5", NOW + 2 * MINUTE, topic="policy")
    assert 1 == publish(database, AT_ONCE, rules, NOW + 2 * MINUTE)
    with database.read() as connection:
        listed = digests.more(connection, AT_ONCE.id, NOW)
    assert 2 == len(listed)
    tomorrow = NOW + timedelta(hours=14)
    arrive(database, "6", tomorrow)
    assert 1 == publish(database, AT_ONCE, rules, tomorrow)
    assert "Title 6" in posted(database, AT_ONCE)[-1]


def test_what_is_only_counted_is_said_after_a_while(database: Database) -> None:
    """A channel at once hears of it within hours also where nothing else comes."""
    rules = replace(RULES, rules=(Rule("raids", "raid", max_per_day=0),))
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW)
    assert [0, 1, 0] == [publish(database, AT_ONCE, rules, NOW + timedelta(hours=hours)) for hours in (3, 4, 9)]


SPEAKING = replace(DAILY, line_at=time(9))
NINE = datetime(2026, 3, 10, 9, tzinfo=ZONE)


def test_a_silent_day_is_told_once(database: Database) -> None:
    """At nine, once a local day, also after a clock step and a restart; the night when clocks change included."""
    saturday = datetime(2026, 3, 7, 12, tzinfo=ZONE)
    prepare(database, SPEAKING, since=saturday)
    told = [at for at in (saturday + timedelta(minutes=30 * step) for step in range(48 * 3))
            if publish(database, SPEAKING, RULES, at)]
    assert [(8, 9), (9, 9), (10, 9)] == [(at.astimezone(ZONE).day, at.astimezone(ZONE).hour) for at in told]
    assert 0 == publish(database, SPEAKING, RULES, told[-1] - timedelta(hours=1))
    assert ["silence"] * 3 == kinds(database, SPEAKING)


def test_the_line_names_what_was_read_and_what_waits(database: Database) -> None:
    """Numbers of the last 24 hours, sources, matches that are to come, and the sources that are down."""
    channel = replace(SPEAKING, slots=(time(17, 30),))
    prepare(database, channel, since=NINE - timedelta(hours=1))
    arrive(database, "1", NINE - MINUTE)
    with database.write() as connection:
        feed = feeds.active(connection)[0]
        feeds.record_poll(connection, feed.id, failures=3, failing_since=NOW, error="HTTP 500", gone=False)
    assert 1 == publish(database, channel, RULES, NINE)
    (line,) = posted(database, channel)
    assert "1 article read (0 in full, 1 summary only) from 0 of 1 source, " in line
    assert "1 story, to come on Tue 10 Mar, 17:30; 1 source down since Monday" in line


def test_a_channel_that_was_told_something_needs_no_line(database: Database) -> None:
    """A digest or an alert within a day says enough."""
    prepare(database, SPEAKING)
    arrive(database, "1", NOW)
    assert 1 == publish(database, SPEAKING, RULES, EVENING)
    assert 0 == publish(database, SPEAKING, RULES, NINE)
    assert 1 == publish(database, SPEAKING, RULES, NINE + timedelta(days=1))
    assert ["digest", "silence"] == kinds(database, SPEAKING)


def test_a_preview_is_what_would_be_posted_and_writes_nothing(database: Database) -> None:
    """Title and articles of the next slot, an alert apart; the database is as before."""
    prepare(database, DAILY)
    arrive(database, "1", NOW)
    arrive(database, "2", NOW, severity="urgent")
    with database.read() as connection:
        alert, digest = upcoming(connection, DAILY, RULES, NOW)
    assert ("alert", "Evening digest, Mon 9 Mar") == (alert.kind, digest.title)
    assert [] == posted(database, DAILY)
    assert [1, 1] == [publish(database, DAILY, RULES, moment) for moment in (NOW, EVENING)]


def test_a_digest_now_takes_all_that_waits(database: Database) -> None:
    """Before its slot and in quiet hours, since somebody asked; the slot then has nothing left."""
    channel = replace(DAILY, quiet=QuietHours(time(11), time(13)), urgent_in_quiet=False)
    prepare(database, channel)
    for key, severity in (("1", "normal"), ("2", "urgent")):
        arrive(database, key, NOW, severity=severity)  # type: ignore[arg-type]  # both are severities
    assert ["alert", "digest"] == [digest.kind for digest in freeze_now(database, channel, RULES, NOW)]
    assert [] == freeze_now(database, channel, RULES, NOW + MINUTE)
    assert 0 == publish(database, channel, RULES, EVENING)


def test_messages_of_a_webhook_are_numbered(database: Database) -> None:
    """It may get one twice: its readers can tell. The numbers go on after a purge."""
    hook = replace(AT_ONCE, id="hook:NEWS", kind="webhook", webhook="https://hooks.slack.com/services/T/B/x")
    prepare(database, hook)
    for number, key in enumerate("12", start=1):
        arrive(database, key, NOW + number * MINUTE)
        (digest,) = freeze_now(database, hook, RULES, NOW + number * MINUTE)
        assert number == digest.number
        with database.write() as connection:
            purge.delete_outlet(connection, "Ledger")


def test_our_words_in_spanish(database: Database) -> None:
    """Title and footnotes follow the channel's language; the headline stays."""
    channel = replace(AT_ONCE, language="es")
    prepare(database, channel)
    arrive(database, "1", NOW)
    publish(database, channel, RULES, NOW)
    (message,) = (json.loads(text)["text"] for text in posted(database, channel))
    assert "Coincidencias nuevas, lun 9 mar, 11:30" in message
    assert "Title 1" in message


@pytest.mark.parametrize("name", STORMY)
def test_nothing_is_lost_and_nothing_told_twice(sqlite_url: str, name: str) -> None:
    """Two days of articles of every kind, urgent ones among them, through caps, quiet hours, floods and clock steps."""
    database = open_database(sqlite_url)
    wanted = storm(database, name)
    with database.read() as connection:
        told = [row.title for row in connection.execute(
            select(articles_table.c.title).join(digest_items, digest_items.c.article_id == articles_table.c.id))]
        rows = deliveries.in_state(connection, "pending")
    database.close()
    assert sorted(wanted.values()) == sorted(told)
    assert len(rows) == len({(row.delivery_id, row.part) for row in rows})


def test_a_later_alert_of_an_event_is_called_one(database: Database) -> None:
    """The first of an event is urgent, the next one says more on it; another event is a first one."""
    prepare(database, AT_ONCE)
    for number, (place, at) in enumerate([("baltimore", NOW), ("baltimore", NOW + 30 * MINUTE),
                                          ("towson", NOW + 60 * MINUTE)]):
        arrive(database, str(number), at, place=place, severity="urgent")
        assert 1 == publish(database, AT_ONCE, RULES, at)
    titles = [json.loads(text)["blocks"][0]["text"]["text"] for text in posted(database, AT_ONCE)]
    assert ["🔴 Urgent: Raids · Baltimore", "🔴 More on: Raids · Baltimore", "🔴 Urgent: Raids · Towson"] == titles


def opening(database: Database, *, severity: Severity = "normal") -> None:
    """At NOW two feeds are new: one was read and brought an article, the other does not answer."""
    prepare(database, AT_ONCE)
    arrive(database, "1", NOW, severity=severity)
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger"),
                                WantedFeed("https://wire.example/feed", "Wire")], NOW)
        feeds.record_poll(connection, 1, polled_at=NOW, first_ok_at=NOW)


def test_a_feed_that_does_not_answer_holds_a_first_digest_for_five_minutes(database: Database) -> None:
    """What the first polls bring comes in one digest; at the latest then it comes without that feed."""
    opening(database)
    later = [timedelta(), 5 * MINUTE - timedelta(seconds=1), 5 * MINUTE]
    assert [0, 0, 1] == [publish(database, AT_ONCE, RULES, NOW + waited) for waited in later]


def test_a_first_poll_that_failed_holds_nothing(database: Database) -> None:
    """A server that says nothing is given half a minute, and then its feed was asked."""
    opening(database)
    with database.write() as connection:
        feeds.record_poll(connection, 2, polled_at=NOW, failures=1)
    assert 1 == publish(database, AT_ONCE, RULES, NOW)


def test_first_polls_hold_no_urgent_alert(database: Database) -> None:
    """A raid is told at once, whatever other feeds do."""
    opening(database, severity="urgent")
    assert 1 == publish(database, replace(AT_ONCE, urgent=True), RULES, NOW)
