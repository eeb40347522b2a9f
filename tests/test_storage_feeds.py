"""When a feed is due, also where a clock was wrong."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.store import state_of
from storage import feeds
from storage.feeds import WantedFeed

if TYPE_CHECKING:
    from storage.database import Database

NOW = datetime(2026, 3, 9, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(("polled", "waits", "expected"), [
    (None, 0, True), (None, 1, False), (-1, -0.1, True), (-1, 1, False), (0.05, 0.4, False), (1, 1.3, True),
    (24, 25, True), (-1, 28, True),
], ids=["new", "not yet", "its time", "later", "a few minutes back", "an hour back", "a day back", "ran ahead"])
def test_a_feed_is_due_at_its_time(database: Database, polled: float | None, waits: float, *, expected: bool) -> None:
    """And at once where it was asked in the future: a clock that is set back by a day stops no poll for a day."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger")], NOW)
        (feed,) = feeds.active(connection)
        feeds.record_poll(connection, feed.id, polled_at=None if polled is None else NOW + polled * HOUR,
                          next_poll_at=NOW + waits * HOUR)
        assert expected == bool(feeds.due(connection, NOW))


def test_what_a_clock_that_ran_ahead_noted_is_not_believed(database: Database) -> None:
    """A failure counts from now, a whole document is asked for again, and nothing is told as missed for a year."""
    ahead = NOW + 9_000 * HOUR
    names = ("whole_at", "missed_at", "failing_since", "gone_since", "moved_since", "ok_at", "new_at")
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger")], NOW)
        (feed,) = feeds.active(connection)
        feeds.record_poll(connection, feed.id, **dict.fromkeys(names, ahead), first_ok_at=NOW - HOUR)
        state = state_of(feeds.active(connection)[0], NOW)
    assert [None, None, *[NOW] * 5, NOW - HOUR] == [getattr(state, name) for name in (*names, "first_ok_at")]


def test_each_poll_writes_columns_of_its_own(database: Database) -> None:
    """What it does not name stays as it is, also where another poll of the same transaction names it."""
    with database.write() as connection:
        feeds.sync(connection, [WantedFeed(f"https://ledger.example/{n}", "Ledger") for n in range(3)], NOW)
        first, second, third = (feed.id for feed in feeds.active(connection))
        feeds.record_polls(connection, [{"feed_id": one, "etag": "old", "failures": 3} for one in (first, second)])
        feeds.record_polls(connection, [{"feed_id": first, "etag": "new"}, {"feed_id": second, "failures": 0},
                                        {"feed_id": third, "etag": "third"}])
        found = [(feed.etag, feed.failures) for feed in feeds.by_ids(connection, [third, second, first])]
    assert [("third", 0), ("old", 0), ("new", 3)] == found
