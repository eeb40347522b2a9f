"""What the admins hear of feeds: once, again when it is over, and in one note however many there are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import insert

from monitor.feed_notes import NAMED, about_offline, end_outage, offline_since, shown, write_feed_notes
from monitor.settings import (
    ChannelSettings,
    NetworkSettings,
    PollingSettings,
    Settings,
    SlackSettings,
    StorageSettings,
)
from storage import about, deliveries, feeds
from storage.feeds import WantedFeed
from storage.schema import articles, entries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from storage.database import Database

NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ZONE = ZoneInfo("America/New_York")
FAILED = {"failures": 9, "failing_since": NOW - 30 * HOUR, "polled_at": NOW, "ok_at": NOW - 30 * HOUR,
          "error_kind": "status", "error": "it has nothing at this address (404)"}
WELL = {"failures": 0, "failing_since": None, "error_kind": None, "error": None, "ok_at": NOW, "polled_at": NOW,
        "first_ok_at": NOW}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, StorageSettings(""), NetworkSettings(), PollingSettings(),
                    SlackSettings(admin_channel="CADMIN"), (), (), (), (ChannelSettings("C1", "alerts", ZONE),))


def store(database: Database, outlets: Iterable[str], columns: Mapping[str, object]) -> None:
    """These feeds and no others, with these columns."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(f"https://{name.lower()}.example/feed", name) for name in outlets],
                   NOW - 60 * DAY)
        for feed in feeds.active(connection):
            feeds.record_poll(connection, feed.id, **columns)


def look(database: Database, settings: Settings, hours: float = 0.0) -> list[str]:
    """Every note that a look so many hours later made, as it is posted."""
    with database.read() as connection:
        before = {row.id for row in deliveries.in_state(connection, "pending")}
    write_feed_notes(database, settings, NOW + hours * HOUR)
    with database.read() as connection:
        rows = deliveries.in_state(connection, "pending")
        return [str(row.body["blocks"]) for row in rows if row.id not in before]


def test_a_feed_is_told_of_once_and_when_it_is_well_again(database: Database, settings: Settings) -> None:
    """With what happened, since when in the team's time, and what to do."""
    store(database, ["Ledger"], FAILED)
    (note,) = look(database, settings)
    assert "Ledger cannot be read" in note
    assert "has failed since Sun 22 Nov, 04:30 (9 times): it has nothing at this address (404)." in note
    assert "dateline feeds add https://ledger.example shows" in note
    assert [] == look(database, settings, 2)

    store(database, ["Ledger"], WELL)
    (over,) = look(database, settings, 4)
    assert "Ledger can be read again" in over
    assert "told on Mon 23 Nov, 10:30" in over
    assert [] == look(database, settings, 6)

    store(database, ["Ledger"], FAILED)
    assert 1 == len(look(database, settings, 60))


def test_many_feeds_make_one_note(database: Database, settings: Settings) -> None:
    """The first twenty by name, the others by number; and so when they are well again."""
    store(database, [f"Post{number:02}" for number in range(NAMED + 5)], FAILED)
    (note,) = look(database, settings)
    assert "25 sources need a look" in note
    assert (True, False) == ("Post19: failing for 30 hours (it has nothing" in note, "Post20" in note)
    assert "and 5 more: dateline feeds health" in note

    store(database, [f"Post{number:02}" for number in range(NAMED + 5)], WELL)
    (over,) = look(database, settings, 2)
    assert "25 sources are well again" in over


def test_feeds_are_looked_at_once_an_hour(database: Database, settings: Settings) -> None:
    """Between two looks nothing is read; a clock that was set back does not stop them."""
    assert [] == look(database, settings)
    store(database, ["Ledger"], FAILED)
    assert [] == look(database, settings, 0.5)
    assert 1 == len(look(database, settings, -1))


def test_nobody_is_told_of_a_feed_that_was_removed(database: Database, settings: Settings) -> None:
    """Neither that it is well, nor so when it comes back later."""
    store(database, ["Ledger", "Post"], FAILED)
    look(database, settings)
    store(database, ["Post"], FAILED)
    assert [] == look(database, settings, 2)
    store(database, ["Ledger", "Post"], WELL)
    (over,) = look(database, settings, 4)
    assert (True, False) == ("Post can be read again" in over, "Ledger" in over)


def test_without_an_admin_channel_nothing_is_told_later_either(database: Database, settings: Settings) -> None:
    """Nothing is marked as told, so that the first look with one tells what is wrong then."""
    silent = Settings(settings.file, settings.storage, settings.network, settings.polling, SlackSettings(), (), (), (),
                      settings.channels)
    store(database, ["Ledger"], FAILED)
    assert [] == look(database, silent)
    assert 1 == len(look(database, settings))


def arrive(database: Database, at: datetime, number: int, **columns: object) -> None:
    """Articles of the first feed that one poll brought."""
    with database.write() as connection:
        for count in range(number):
            key = f"{at:%d%H%M%S}{count}"
            made = connection.execute(insert(articles).values(**{
                "url": "", "title": "T", "outlet": "Ledger", "home": "", "text": "", "text_source": "feed",
                "first_seen_at": at, "quiet": False, "page_state": "read"} | columns))
            assert made.inserted_primary_key
            connection.execute(insert(entries).values(key=key, feed_id=1, article_id=made.inserted_primary_key[0],
                                                      first_seen_at=at, last_seen_at=at))


def test_a_feed_that_moved_is_told_of_once(database: Database, settings: Settings) -> None:
    """With both addresses: a person looks whether the new one is the outlet's own."""
    moved = {"fetch_url": "https://new.example/feed?key=1", "adopted_at": NOW - HOUR, "new_at": NOW, "origin_at": NOW}
    store(database, ["Ledger"], WELL | moved)
    (note,) = look(database, settings)
    assert "is now asked at https://new.example/feed?…." in note
    assert [] == look(database, settings, 1)


def test_a_flood_is_told_once(database: Database, settings: Settings) -> None:
    """With how much came, and what is usual; not twice by two looks."""
    store(database, ["Ledger"], WELL | {"usual_new": 6.2})
    look(database, settings)
    arrive(database, NOW + HOUR / 2, 30, flood=True)
    (note,) = look(database, settings, 1)
    assert "Ledger published very much at once" in note
    assert "30 articles on Mon 23 Nov, 11:00; about 6 at a time are usual." in note
    assert [] == look(database, settings, 2)


def test_a_flood_of_the_round_that_looks_is_told_by_the_next(database: Database, settings: Settings) -> None:
    """What is stored while feeds are looked at has a time before the look."""
    store(database, ["Ledger"], WELL)
    arrive(database, NOW - HOUR / 60, 30, flood=True)
    assert ([], 1, []) == (look(database, settings), len(look(database, settings, 1)), look(database, settings, 2))


def test_a_quiet_feed_is_found_by_what_it_brought(database: Database, settings: Settings) -> None:
    """Told once, and when it has news again."""
    store(database, ["Ledger"], WELL | {"new_at": NOW - 30 * HOUR, "usual_gap_hours": 6.0})
    for number in range(40):
        arrive(database, NOW - 30 * HOUR - 6 * number * HOUR, 1)
    (note,) = look(database, settings)
    assert "Ledger has gone quiet" in note
    assert "nothing new since Sun 22 Nov, 04:30 (30 hours); news every 6 hours is usual." in note

    store(database, ["Ledger"], {"new_at": NOW + HOUR, "ok_at": NOW + HOUR})
    assert "Ledger has news again" in look(database, settings, 2)[0]


def test_pages_that_stop_yielding_text_are_found(database: Database, settings: Settings) -> None:
    """By the pages of its articles: the outlet is named, with what the last one said; and when they are read again."""
    store(database, ["Ledger"], WELL)
    arrive(database, NOW - 3 * DAY, 10)
    arrive(database, NOW - 3 * HOUR, 9, page_state="failed", page_error="a paywall")
    (note,) = look(database, settings)
    assert "Ledger: article pages have no text any more" in note
    assert "the last 9 had no text, and most before had. The last one said: a paywall." in note

    arrive(database, NOW + HOUR, 5)
    assert "Ledger has articles with text again" in look(database, settings, 2)[0]


@pytest.mark.parametrize(
    ("since", "again", "said"),
    [(NOW - HOUR, NOW - HOUR / 4, True), (NOW - HOUR, None, False), (NOW - HOUR / 10, NOW, False),
     (NOW - HOUR, NOW - 2 * HOUR, False), (NOW - 3 * DAY, NOW - 2 * DAY, False), (None, None, False)])
def test_a_time_offline_is_told_when_it_is_over(since: datetime | None, again: datetime | None, said: bool) -> None:
    """Not while it lasts, nor one in which no poll was lost, nor one of days ago."""
    assert said == (about_offline(since, again, NOW, ZONE) is not None)


def test_a_time_in_which_most_sites_fail_is_told_while_it_lasts(database: Database, settings: Settings) -> None:
    """Once, and not as a time in which this machine was offline."""
    with database.write() as connection:
        about.note_time(connection, "offline_since", NOW - HOUR)
        about.note_time(connection, "partly_since", NOW - HOUR)
        about.note_time(connection, "online_again", NOW - HOUR / 2)
    (note,) = look(database, settings)
    assert [] == look(database, settings, 0.2)
    assert "Most sites cannot be reached" in note


def test_a_time_offline_is_told_once(database: Database, settings: Settings) -> None:
    """With its beginning and end; no feed is blamed."""
    with database.write() as connection:
        about.note_time(connection, "offline_since", NOW - HOUR)
        about.note_time(connection, "online_again", NOW - HOUR / 3)
    (note,) = look(database, settings)
    assert "This machine was offline for 40 min" in note
    assert "From Mon 23 Nov, 09:30 EST to Mon 23 Nov, 10:10 EST it reached no site, so no feed is blamed." in note
    assert [] == look(database, settings, 0.2)


@pytest.mark.parametrize(
    ("ended", "read", "offline"), [(None, 2, True), (-2, 2, True), (-1 / 2, 2, False), (None, 1 / 2, False)])
def test_whether_this_machine_is_offline(database: Database, ended: float | None, read: float, offline: bool) -> None:
    """Since an hour, until its end is noted or, where the bot was stopped meanwhile, a feed was read `read` hours ago.
    """
    store(database, ["Ledger"], WELL | {"ok_at": NOW - read * HOUR})
    with database.write() as connection:
        about.note_time(connection, "offline_since", NOW - HOUR)
        if ended is not None:
            about.note_time(connection, "online_again", NOW + ended * HOUR)
        stored = feeds.active(connection)

    assert (NOW - HOUR if offline else None) == offline_since(database, stored)


@pytest.mark.parametrize(("since", "again", "round_ended", "expected"), [
    (-60, None, -20, -20), (-60, -90, -20, -20), (-60, -30, -20, -30), (-60, None, -70, -60), (-60, None, None, -60),
    (None, None, -20, None),
], ids=["open", "open again", "over", "no round since", "no round at all", "never"])
def test_a_start_ends_the_outage_of_the_last_process(
    database: Database, since: int | None, again: int | None, round_ended: int | None, expected: int | None
) -> None:
    """With its last round, in minutes: what came later nobody saw."""
    noted = {"offline_since": since, "online_again": again, "cycle_ended_at": round_ended}
    with database.write() as connection:
        for key, minutes in noted.items():
            if minutes is not None:
                about.note_time(connection, key, NOW + timedelta(minutes=minutes))
    end_outage(database)
    with database.read() as connection:
        ended = about.time_of(connection, "online_again")
    assert (None if expected is None else NOW + timedelta(minutes=expected)) == ended


def test_keys_in_an_address_are_not_told() -> None:
    """A note is for a whole channel."""
    assert ["https://x.example/feed", "https://x.example/feed?…"] == [
        shown("https://x.example/feed"), shown("https://x.example/feed?key=secret")]
