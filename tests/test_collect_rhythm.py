"""What a feed teaches about itself: its interval, what is usual of it, and what was missed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.collect.entries import Came, PlannedEntry
from monitor.collect.model import Entry, Hints
from monitor.collect.plan import FeedState
from monitor.collect.rhythm import learned, missed, told
from monitor.settings import PollingSettings

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
STATE = FeedState("https://c.example/feed", '"v"', first_ok_at=NOW - timedelta(days=90), urgent=False,
                  polled_at=NOW - timedelta(minutes=20), new_at=NOW - timedelta(days=2), interval_minutes=100)
POLLING = PollingSettings(interval_minutes=20)


def document(new: int, known: int, *, flood: bool = False) -> Came:
    entry = Entry("g", "https://c.example/1", "Title")
    return Came(new=tuple(PlannedEntry(f"n{number}", entry.url, "", entry, quiet=False) for number in range(new)),
                known=tuple(f"k{number}" for number in range(known)), flood=flood)


def taught(state: FeedState, came: Came) -> FeedState:
    return learned(state, came, NOW, POLLING)


@pytest.mark.parametrize(("new", "known", "expected"), [
    (0, 0, 110), (0, 20, 110), (5, 15, 110), (10, 10, 100), (15, 5, 40), (20, 0, 40),
], ids=["unchanged", "all known", "most known", "half", "most new", "all new"])
def test_the_interval_follows_what_two_polls_have_in_common(new: int, known: int, expected: int) -> None:
    """Ten minutes more where we come too often, an hour less where we come too seldom."""
    assert expected == taught(STATE, document(new, known)).interval_minutes


@pytest.mark.parametrize(("change", "came", "expected"), [
    ({"new_at": NOW - timedelta(days=40)}, document(0, 20), 160),
    ({"new_at": None}, document(0, 20), 160),
    ({"interval_minutes": 1440}, document(0, 20), 1440),
    ({"interval_minutes": 30}, document(20, 0), 20),
    ({"interval_minutes": None}, document(0, 20), 30),
    ({"interval_minutes": None, "etag": None}, document(0, 20), 70),
    ({"urgent": True}, document(0, 20), 100),
    ({"failures": 1}, document(20, 0), 100),
    ({"polled_at": NOW - timedelta(hours=9)}, document(20, 0), 100),
    ({"first_ok_at": None}, document(20, 0), 100),
], ids=["quiet for a month", "never any news", "a day at most", "not below the shortest", "from the start",
        "without validators", "urgent", "after failures", "late", "first"])
def test_where_the_interval_ends(change: dict[str, object], came: Came, expected: int) -> None:
    """Between the configured one and a day, in steps of an hour for the quietest, from polls in time alone."""
    assert expected == taught(replace(STATE, **change), came).interval_minutes  # type: ignore[arg-type]  # fields by name


def test_what_is_usual_is_a_moving_mean() -> None:
    """Of the new entries where any came, and of the hours between two such polls."""
    first = taught(STATE, document(10, 10))
    second = taught(replace(first, new_at=NOW - timedelta(hours=8)), document(5, 10))
    assert (10.0, 48.0) == (first.usual_new, first.usual_gap_hours)
    assert (9.0, 40.0) == (second.usual_new, second.usual_gap_hours)


@pytest.mark.parametrize(("change", "came"), [
    ({}, document(0, 20)),
    ({"failures": 3}, document(20, 0)),
    ({"failing_since": NOW}, document(20, 0)),
    ({"polled_at": NOW - timedelta(days=3)}, document(20, 0)),
    ({"first_ok_at": None}, document(20, 0)),
], ids=["nothing new", "after failures", "after our own outage", "after a stop of the bot", "the archive"])
def test_what_is_not_usual_teaches_nothing(change: dict[str, object], came: Came) -> None:
    """Nor is it blamed on the feed that more came than its document holds."""
    after = taught(replace(STATE, **change), came)  # type: ignore[arg-type]  # fields by name
    assert (None, None, None) == (after.usual_new, after.usual_gap_hours, after.missed_at)


@pytest.mark.parametrize(("new", "expected"), [(25, 25), (300, 100)])
def test_what_floods_every_day_becomes_usual(new: int, expected: int) -> None:
    """Up to a hundred at once; that nothing of before was left shows an archive, and not that something was missed."""
    after = taught(STATE, document(new, 0, flood=True))
    assert (expected, None) == (after.usual_new, after.missed_at)


@pytest.mark.parametrize(("came", "expected"), [
    (document(15, 0), True), (document(15, 1), False), (document(0, 0), False), (document(2, 0), False),
])
def test_a_document_without_a_known_entry_shows_that_some_were_missed(came: Came, *, expected: bool) -> None:
    """What it held at the last poll has all gone; one of two entries may be replaced as a whole."""
    assert expected == missed(STATE, came)
    assert (NOW if expected else None) == taught(STATE, came).missed_at


def test_an_archive_shows_nothing_that_was_missed() -> None:
    """Nothing was there before the first poll."""
    assert not missed(replace(STATE, first_ok_at=None), document(15, 0))


def test_hints_are_kept_for_polls_that_bring_none() -> None:
    """In the form in which they are stored; a document that says nothing takes them back."""
    hinted = told(STATE, Hints(60, (1, 2), (6,)))
    assert {"minutes": 60, "skip_hours": (1, 2), "skip_days": (6,)} == hinted.hints
    assert told(hinted, Hints()).hints is None
