"""Which entries of a document are new, which were edited, and which only go by another name."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from monitor.collect.entries import came, plan_entries
from monitor.collect.model import Entry
from monitor.collect.plan import FeedState
from monitor.settings import PollingSettings
from storage.articles import KnownEntry

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.entries import Came, PlannedEntry

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
OLD = NOW - timedelta(days=3)
STATE = FeedState("https://c.example/feed", first_ok_at=NOW - timedelta(days=9), ok_at=NOW - timedelta(minutes=20))
POLLING = PollingSettings(interval_minutes=20, first_poll_hours=24)
LONG = "The council voted on Monday to let officers of the county ask drivers for their papers."
AT = datetime(2026, 3, 9, 13, 12, 40, tzinfo=UTC)


def item(number: int, **more: object) -> Entry:
    values: dict[str, object] = {"guid": f"g{number}", "url": f"https://c.example/{number}", "title": f"Title {number}",
                                 "summary": LONG, "published_at": AT} | more
    return Entry(**values)  # type: ignore[arg-type]  # a test's mix


def planned(*entries: Entry, state: FeedState = STATE, now: datetime = NOW) -> tuple[PlannedEntry, ...]:
    return plan_entries(state, entries, now=now, polling=POLLING)


def rows(stored: Sequence[PlannedEntry], shown: Sequence[PlannedEntry]) -> dict[str, KnownEntry]:
    """What storage would find for the entries that are shown: by their keys, else by the names of their articles."""
    keys = {one.key: one for one in stored}
    names = {name: one for one in stored for name in one.names}
    found = {one.key: keys.get(one.key) or next(filter(None, map(names.get, one.names)), None) for one in shown}
    return {key: KnownEntry(one.key, 1, one.content_hash, 0, NOW) for key, one in found.items() if one}


def then(before: Sequence[Entry], after: Sequence[Entry], state: FeedState = STATE, now: datetime = NOW) -> Came:
    """What the second document brings after the first."""
    shown = planned(*after, state=state, now=now)
    return came(shown, rows(planned(*before), shown), state, now)


MOVED = {"guid": "http://new.example/1", "url": "http://new.example/1"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"guid": "other"}),
        ({}, {"url": "https://c.example/1?session=7"}),
        ({}, {"url": "http://www.c.example/1/?utm_source=rss#top", "guid": ""}),
        ({}, MOVED),
        ({}, MOVED | {"title": " TITLE  1"}),
        ({"published_at": None}, {"published_at": None} | MOVED),
        ({"published_at": AT.replace(minute=0, second=0)}, {"published_at": AT.replace(minute=0, second=0)} | MOVED),
        ({"summary": ""}, {"summary": ""} | MOVED),
    ],
)
def test_a_new_name_makes_no_news(before: dict[str, object], after: dict[str, object]) -> None:
    """Another id, link or domain is the same entry, as long as one of link and title with time stays."""
    found = then([item(1, **before)], [item(1, **after)])
    assert ((), 1) == (found.new, len(found.known))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"published_at": AT + timedelta(days=1)} | MOVED),
        ({"summary": "", "published_at": None}, {"summary": "", "published_at": None} | MOVED),
        ({"summary": "See the log.", "published_at": None}, {"summary": "See the log.", "published_at": None} | MOVED),
        ({"published_at": AT.replace(hour=0, minute=0, second=0)},
         {"published_at": AT.replace(hour=0, minute=0, second=0), "summary": "Something else happened."} | MOVED),
        ({}, {"title": "Title 2"} | MOVED),
    ],
)
def test_a_column_under_its_usual_title_is_news(before: dict[str, object], after: dict[str, object]) -> None:
    """A title alone, or with a day or a standing sentence, does not say that it is the same."""
    assert 1 == len(then([item(1, **before)], [item(1, **after)]).new)


def test_a_warning_that_is_issued_again_is_news() -> None:
    """Without a date, the same words are the same entry for a week."""
    first, again = item(1, published_at=None), item(1, published_at=None, **MOVED)
    assert 0 == len(then([first], [again], now=NOW + timedelta(days=7)).new)
    assert 1 == len(then([first], [again], now=NOW + timedelta(days=8)).new)


def test_two_of_one_document_are_two() -> None:
    """The same title at the same minute with other ids and links: neither is taken for the other, now or later."""
    twins = [item(1), item(2, title="Title 1")]
    assert 2 == len(then([], twins).new)
    assert 1 == len(then(twins[:1], twins).new)


def test_a_known_entry_is_not_given_away() -> None:
    """Two new ids with the link of a known one: the first takes its place, the other is new."""
    shown = planned(item(1, guid="a"), item(2, guid="b"))
    row = KnownEntry("known", 1, shown[0].content_hash, 0, NOW)
    found = came(shown, dict.fromkeys([one.key for one in shown], row), STATE, NOW)
    assert (["Title 2"], ["Title 1"]) == ([one.entry.title for one in found.new],
                                          [one.entry.title for one in found.edited])


@pytest.mark.parametrize(
    ("change", "edits"),
    [({}, 0), ({"title": "Agents at the gates"}, 1), ({"summary": "Agents came."}, 1),
     ({"content": "The whole text."}, 1), ({"published_at": NOW}, 0), ({"author": "Desk"}, 0)],
)
def test_an_edit_is_of_title_or_text(change: dict[str, object], edits: int) -> None:
    """Dates and authors do not count; what was edited says under which key it is known."""
    found = then([item(1)], [item(1, **change)])
    assert ((), edits) == (found.new, len(found.edited))
    assert all(one.known_as == one.key for one in found.edited)


def test_an_entry_from_before_hashes_is_passed_on() -> None:
    """Its hash is filled in."""
    (one,) = planned(item(1))
    found = came([one], {one.key: KnownEntry(one.key, 1, None, 0)}, STATE, NOW)
    assert 1 == len(found.edited)


@pytest.mark.parametrize(
    ("usual", "number", "flood"),
    [(None, 20, False), (None, 21, True), (5.0, 20, False), (10.0, 30, False), (10.0, 31, True)],
)
def test_far_more_than_usual_is_a_flood(usual: float | None, number: int, *, flood: bool) -> None:
    """More than 20, and more than three times what the feed brings when it brings anything."""
    entries = [item(each, published_at=NOW - timedelta(minutes=each)) for each in range(number)]
    assert flood == then([], entries, replace(STATE, usual_new=usual)).flood


def test_old_entries_of_a_flood_are_quiet() -> None:
    """And undated ones; what is dated of late is news, and so is everything without a flood."""
    entries = [item(each, published_at=(OLD, None, NOW)[each % 3]) for each in range(30)]
    assert {(OLD, True), (None, True), (NOW, False)} == {
        (one.entry.published_at, one.quiet) for one in then([], entries).new}
    assert not any(one.quiet for one in then([], entries[:9]).new)


def test_what_came_while_nobody_asked_is_no_flood() -> None:
    """After four days off, a feed that brings five every two hours has 240; none of them is old."""
    state = replace(STATE, ok_at=NOW - timedelta(days=4), usual_new=5.0, usual_gap_hours=2.0)
    found = then([], [item(each, published_at=OLD) for each in range(240)], state)
    assert (False, False) == (found.flood, any(one.quiet for one in found.new))
    assert not any(one.quiet for one in then([], [item(each, published_at=OLD) for each in range(900)], state).new)


def test_a_first_poll_is_no_flood() -> None:
    """Its archive is quiet anyway."""
    found = then([], [item(each, published_at=OLD) for each in range(500)], FeedState("https://c.example/feed"))
    assert (False, 500) == (found.flood, sum(one.quiet for one in found.new))


def test_every_change_of_a_watched_page_is_new() -> None:
    """They share the page's address, and may share a title."""
    state = replace(STATE, kind="page")
    assert 1 == len(then([item(1)], [item(1, guid="g2")], state).new)
