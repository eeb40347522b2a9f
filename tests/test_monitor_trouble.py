"""What is wrong with a feed, what to do about it, and when the admins hear of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from monitor.trouble import Evidence, rhythm, span, step, trouble_of
from storage.feeds import Feed

if TYPE_CHECKING:
    from monitor.trouble import Trouble

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # a Monday, 10:30 in New York
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
WELL = Feed(
    id=1, url="https://ledger.example/feed", outlet="Ledger", home="", active=True, added_at=NOW - 90 * DAY, etag=None,
    last_modified=None, body_hash=None, next_poll_at=NOW, polled_at=NOW, first_ok_at=NOW - 90 * DAY, ok_at=NOW,
    new_at=NOW - HOUR, failures=0, failing_since=None, error_kind=None, error=None, gone=False,
)
FAILING = replace(WELL, failures=9, failing_since=NOW - 30 * HOUR, error_kind="status",
                  error="ledger.example has trouble of its own (500): this usually passes")
GONE = replace(FAILING, gone=True, gone_since=NOW - 25 * HOUR)
EMPTY = replace(WELL, first_ok_at=None, new_at=None)
STILL = replace(WELL, new_at=NOW - 31 * DAY)
WALL = "a paywall"


def found(feed: Feed, evidence: Evidence | None = None) -> Trouble | None:
    return trouble_of(feed, evidence or Evidence(), NOW, ZONE)


def told(feed: Feed, evidence: Evidence | None = None) -> str:
    return step(feed, found(feed, evidence), evidence or Evidence(), NOW)


def pages(*errors: str) -> Evidence:
    return Evidence(pages={1: errors})


@pytest.mark.parametrize(
    ("feed", "head"),
    [
        (replace(WELL, ok_at=None, polled_at=None), None),
        (WELL, None),
        (replace(WELL, error_kind="damaged", error="the document broke off"), None),
        (FAILING, "failing for 30 hours"),
        (replace(FAILING, error_kind="blocked"), "blocked for 30 hours"),
        (replace(FAILING, error="ledger.example refuses this address (403)"), "blocked for 30 hours"),
        (replace(FAILING, gone_since=NOW - HOUR), "probably gone"),
        (GONE, "gone for good"),
        (replace(WELL, missed_at=NOW - DAY), "articles missed"),
        (replace(WELL, missed_at=NOW - 8 * DAY), None),
        (EMPTY, "never had an entry"),
        (replace(EMPTY, added_at=NOW - 6 * DAY), None),
        (replace(EMPTY, kind="page"), None),
        (STILL, "quiet for 31 days"),
        (replace(STILL, new_at=None, first_ok_at=NOW - 31 * DAY), "quiet for 31 days"),
        (replace(STILL, new_at=NOW - 29 * DAY), None),
        (replace(STILL, kind="page"), None),
        (replace(STILL, usual_gap_hours=400.0), None),
    ])
def test_a_trouble_in_a_few_words(feed: Feed, head: str | None) -> None:
    """What stands in the table; a feed that is well or was not read yet is in none."""
    trouble = found(feed)
    assert head == (trouble.head if trouble else None)


@pytest.mark.parametrize(
    ("kind", "error", "words"),
    [
        ("dns", "", "the site is gone or has moved"), ("timeout", "", "nothing to do as long as"),
        ("refused", "", "shut out this machine"), ("tls", "", "Tell the site's owner"),
        ("protocol", "", "tell Dateline's authors"), ("address", "", "Correct it in config.toml"),
        ("redirect", "", "the one that you arrive at"), ("size", "", "such as one of a section"),
        ("type", "", "dateline feeds add https://ledger.example"), ("encoding", "", "Tell the site's owner"),
        ("not-a-feed", "", "dateline feeds add https://ledger.example"), ("memory", "", "such as one of a section"),
        ("crash", "", "Tell Dateline's authors"), ("blocked", "", "never passes for a browser"),
        ("not-there", "", "below its [[page]]"), ("wall", "", "let Dateline in"),
        ("status", "it wants a login (401)", "a feed that is public"), ("status", "no (403): x", "let Dateline in"),
        ("status", "no (404): x", "it is still asked"), ("status", "no (410): x", "remove it from config.toml"),
        ("status", "no (429): x", "interval_minutes"), ("status", "no (503): x", "that is the site's to mend"),
        ("status", "it answered 418, which is no document", "does a feed stand there?"),
        ("timeout", "it stopped (404)", "nothing to do as long as"),
        ("of-tomorrow", "", "does a feed stand there?"), (None, "", "does a feed stand there?"),
    ])
def test_every_failure_says_what_to_do(kind: str | None, error: str, words: str) -> None:
    """By the kind of the error, and for a status by its number; also for kinds that are not known here."""
    trouble = found(replace(FAILING, error_kind=kind, error=error))
    assert trouble
    assert words in trouble.todo


def test_a_failure_says_since_when_how_often_and_why() -> None:
    """In the channel's time, with the error as a sentence."""
    trouble = found(FAILING)
    assert trouble
    assert "has failed since Sun 22 Nov, 04:30 (9 times): ledger.example has trouble of its own (500): this usually " \
        "passes." == trouble.words


@pytest.mark.parametrize(
    ("feed", "said"),
    [
        (FAILING, "begun"),
        (replace(FAILING, failing_since=NOW - 23 * HOUR), ""),
        (replace(FAILING, polled_at=NOW - 26 * HOUR), ""),  # the bot stood still: four hours of failures were seen
        (replace(FAILING, told="failing"), ""),
        (replace(FAILING, told="blocked"), ""),  # still not to be read: the same news
        (replace(FAILING, error_kind="blocked", failures=1, failing_since=NOW), ""),
        (replace(FAILING, error_kind="blocked", failures=2, failing_since=NOW - 4 * HOUR), "begun"),
        (replace(FAILING, gone_since=NOW - 2 * HOUR, failing_since=NOW - 2 * HOUR), ""),
        (GONE, "begun"),
        (replace(GONE, told="failing"), "begun"),
        (replace(GONE, told="gone"), ""),
        (replace(FAILING, told="quiet", told_at=NOW - DAY), "begun"),
        (replace(WELL, told="failing"), "over"),
        (replace(WELL, told="gone"), "over"),
        (replace(WELL, missed_at=NOW), "begun"),
        (replace(WELL, missed_at=NOW, told="missed"), ""),
        (replace(WELL, missed_at=NOW - 8 * DAY, told="missed"), "over"),
        (replace(WELL, told="quiet", told_at=NOW - DAY), "over"),
        (EMPTY, "begun"),
        (replace(EMPTY, told="empty"), ""),
        (replace(WELL, told="empty"), "over"),
        (replace(WELL, told="quiet", told_at=NOW - HOUR / 2), ""),
        (WELL, ""),
    ])
def test_what_is_told_and_when(feed: Feed, said: str) -> None:
    """A trouble once it lasts, once; anew where it gets worse; and its end."""
    assert said == told(feed)


@pytest.mark.parametrize(
    ("errors", "lost"),
    [
        ([WALL] * 8 + [""] * 8, True),
        ([WALL] * 7 + [""] * 9, False),
        ([WALL] * 8 + [""] * 7, False),  # too few before to know what is usual
        ([WALL] * 8 + ["", WALL] * 5, True),
        ([WALL] * 8 + ["", WALL, WALL] * 5, False),  # never gave much
        ([WALL] * 60, False),
        ([""] * 60, False),
        ([], False),
    ])
def test_pages_without_text_are_a_trouble_where_they_had_it(errors: list[str], lost: bool) -> None:
    """Eight in a row, where at least half of those before were read: a paywall that was always there is none."""
    trouble = found(WELL, pages(*errors))
    assert ("pages have no text" if lost else None) == (trouble.head if trouble else None)


@pytest.mark.parametrize(("read", "said"), [(0, ""), (3, ""), (4, "over")])
def test_pages_have_text_again(read: int, said: str) -> None:
    """Once half of the last eight were read; until then it stays a trouble, however long it lasts."""
    feed = replace(WELL, told="pages", told_at=NOW - DAY)
    assert said == told(feed, pages(*[""] * read, *[WALL] * 60))
    assert (read == 0) == (found(feed, pages(*[""] * read, *[WALL] * 60)) is not None)


def silent(silence: timedelta, every: timedelta, *, weekends: bool = True, times: int = 60) -> tuple[Feed, Evidence]:
    """A feed that brought news at regular intervals, until so long ago."""
    last = NOW - silence
    moments = [last - every * number for number in range(times)]
    news = [at for at in reversed(moments) if weekends or at.astimezone(ZONE).weekday() < 5]
    return replace(WELL, new_at=last, usual_gap_hours=every / HOUR), Evidence(news={1: news})


@pytest.mark.parametrize(
    ("silence", "every", "quiet"),
    [
        (23 * HOUR, HOUR, False), (25 * HOUR, HOUR, True),  # a night is silent: never under a day
        (39 * HOUR, 10 * HOUR, False), (41 * HOUR, 10 * HOUR, True),
        (27 * DAY, 7 * DAY, False), (29 * DAY, 7 * DAY, True),  # a weekly paper
    ])
def test_quiet_is_four_times_the_usual_gap(silence: timedelta, every: timedelta, quiet: bool) -> None:
    """By the feed's own rhythm, from an hourly wire to a weekly paper."""
    feed, evidence = silent(silence, every)
    trouble = found(feed, evidence)
    assert quiet == (trouble is not None and trouble.kind == "quiet")
    assert ("begun" if quiet else "") == told(feed, evidence)


@pytest.mark.parametrize(("weekends", "quiet"), [(True, True), (False, False)])
def test_a_weekend_is_no_silence_of_a_town_hall(weekends: bool, quiet: bool) -> None:
    """From Friday to Monday, of a feed that never had news on a weekend and of one that always has."""
    assert quiet == (found(*silent(66 * HOUR, 6 * HOUR, weekends=weekends, times=120)) is not None)


def test_a_town_hall_that_stays_silent_is_quiet() -> None:
    """Its working days count."""
    assert found(*silent(5 * DAY, 6 * HOUR, weekends=False, times=120))


@pytest.mark.parametrize("change", [
    {"ok_at": NOW - 9 * DAY},  # the bot stood still: nobody knows of a silence
    {"usual_gap_hours": None},
    {"kind": "page"},  # a page that does not change is as it should be
])
def test_silence_that_says_nothing(change: dict[str, object]) -> None:
    """What was not asked, has no rhythm, or is not to have one, is not quiet."""
    feed, evidence = silent(10 * DAY, HOUR)
    assert found(feed, evidence)
    assert found(replace(feed, **change), evidence) is None  # type: ignore[arg-type]  # a table of columns


def test_too_little_news_shows_no_rhythm() -> None:
    """Five gaps are the least."""
    feed, evidence = silent(10 * DAY, HOUR, times=5)
    assert found(feed, evidence) is None


def test_a_silence_over_a_change_of_the_clocks_ends() -> None:
    """Days of 23 and 25 hours are counted like others."""
    for until in (datetime(2026, 3, 12, tzinfo=UTC), datetime(2026, 11, 5, tzinfo=UTC)):
        moments = [until - 9 * DAY - HOUR * number for number in range(900, 0, -1)]
        feed = replace(WELL, new_at=moments[-1], ok_at=until, usual_gap_hours=1.0)
        assert trouble_of(feed, Evidence(news={1: moments}), until, ZONE)


@pytest.mark.parametrize(
    ("length", "words"),
    [(timedelta(), "1 min"), (40 * timedelta(minutes=1), "40 min"), (timedelta(minutes=119), "119 min"),
     (2 * HOUR, "2 hours"), (47 * HOUR, "47 hours"), (2 * DAY, "2 days"), (90 * DAY, "90 days")])
def test_lengths_of_time(length: timedelta, words: str) -> None:
    """In a unit of which there are two, so that none needs a singular."""
    assert words == span(length)


def test_a_rhythm_in_words() -> None:
    """Where it is known."""
    assert ["", "news every 6 hours"] == [rhythm(WELL), rhythm(replace(WELL, usual_gap_hours=6.4))]
