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
from storage.articles import KnownEntry, Said

if TYPE_CHECKING:
    from collections.abc import Sequence

    from monitor.collect.entries import Came, PlannedEntry

NOW = datetime(2026, 3, 9, 15, 30, tzinfo=UTC)
OLD = NOW - timedelta(days=3)
STATE = FeedState("https://c.example/feed", first_ok_at=NOW - timedelta(days=9), ok_at=NOW - timedelta(minutes=20))
NEW = FeedState("https://c.example/feed")
POLLING = PollingSettings(interval_minutes=20, first_poll_hours=24)
LONG = "The council voted on Monday to let officers of the county ask drivers for their papers."
AT = datetime(2026, 3, 9, 13, 12, 40, tzinfo=UTC)


def item(number: int, **more: object) -> Entry:
    values: dict[str, object] = {"guid": f"g{number}", "url": f"https://c.example/{number}", "title": f"Title {number}",
                                 "summary": LONG, "published_at": AT} | more
    return Entry(**values)  # type: ignore[arg-type]  # a test's mix


def planned(*entries: Entry, state: FeedState = STATE, now: datetime = NOW) -> tuple[PlannedEntry, ...]:
    return plan_entries(state, entries, now=now, polling=POLLING)


def row_of(number: int, one: PlannedEntry) -> KnownEntry:
    said = Said(one.entry.title, one.url, one.entry.summary, one.entry.summary, one.entry.published_at)
    return KnownEntry(one.key, number, one.content_hash, 0, NOW, said)


def then(before: Sequence[Entry], after: Sequence[Entry], state: FeedState = STATE, now: datetime = NOW) -> Came:
    """What the second document brings after the first: storage finds entries by key, and by names of their articles."""
    stored = {one.key: (row_of(number, one), one.names) for number, one in enumerate(planned(*before), 1)}
    shown = planned(*after, state=state, now=now)
    known = {key: stored[key][0] for one in shown for key in one.keys if key in stored}
    named = {one.key: [row for row, names in stored.values() if set(names) & set(one.names)] for one in shown}
    return came(shown, known, named, state, now)


MOVED = {"guid": "http://new.example/1", "url": "http://new.example/1"}
ELSEWHERE = {"guid": "http://new.example/9", "url": "http://new.example/9"}
NAMELESS = {"guid": "", "url": "", "published_at": None}
MIDNIGHT = {"published_at": AT.replace(hour=0, minute=0, second=0)}
UNDATED = {"published_at": None}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"guid": "other"}),
        ({}, {"url": "https://c.example/1?session=7"}),
        ({}, {"url": "http://www.c.example/1/?utm_source=rss#top", "guid": ""}),
        ({}, MOVED),
        ({}, MOVED | {"title": " TITLE  1"}),
        ({}, ELSEWHERE),
        (UNDATED, UNDATED | MOVED),
        (UNDATED, UNDATED | MOVED | {"title": "Title 1 (updated)", "published_at": None, "guid": "g1"}),
        (MIDNIGHT, MIDNIGHT | MOVED),
        (MIDNIGHT, MIDNIGHT | MOVED | {"summary": "Put in other words."}),
        ({}, {"title": "Agents at a plant in Morton are said to have gone", "guid": "g1"}),
        ({"summary": ""}, {"summary": ""} | MOVED),
        ({"guid": "a", "url": ""}, {"guid": "b", "url": ""}),
    ],
)
def test_a_new_name_makes_no_news(before: dict[str, object], after: dict[str, object]) -> None:
    """Another id, link or domain is the same entry, as long as one of link and title with time stays."""
    found = then([item(1, **before)], [item(1, **after)])
    assert ((), 1) == (found.new, len(found.known))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, {"published_at": AT + timedelta(days=1)} | ELSEWHERE),
        (UNDATED | {"summary": ""}, UNDATED | {"summary": ""} | ELSEWHERE),
        (UNDATED | {"summary": "See the log."}, UNDATED | {"summary": "See the log."} | ELSEWHERE),
        (UNDATED, UNDATED | ELSEWHERE),
        (MIDNIGHT, MIDNIGHT | ELSEWHERE),
        (MIDNIGHT, MIDNIGHT | {"summary": "Something else happened."} | ELSEWHERE),
        ({}, {"summary": "Agents raided another plant, and this in another town."} | ELSEWHERE),
        ({}, {"title": "Title 2"} | ELSEWHERE),
        ({}, {"title": "Title 2", "published_at": NOW - timedelta(hours=1), "summary": "Something else."} | MOVED),
        (NAMELESS, NAMELESS | {"summary": "Something else happened."}),
        (NAMELESS | MIDNIGHT, NAMELESS | MIDNIGHT | {"summary": "Something else happened."}),
    ],
)
def test_a_column_under_its_usual_title_is_news(before: dict[str, object], after: dict[str, object]) -> None:
    """A title alone, or with a day or a standing sentence, does not say that it is the same."""
    assert 1 == len(then([item(1, **before)], [item(1, **after)]).new)


PLANTS = ("Raid at plant Smithfield Dallas", "Raid at plant Koch Morton Mississippi", "Raid at plant Swift Greeley")
LIST = "https://c.example/alerts"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"guid": "item-1"}, {"guid": "item-1"}),
        ({"guid": "https://c.example/"}, {"guid": "https://c.example/", "published_at": None}),
        ({"guid": "item-1", "url": LIST}, {"guid": "item-1", "url": LIST}),
        ({"guid": "item-1", "url": "", "published_at": None}, {"guid": "item-1", "url": "", "published_at": None}),
        ({"guid": "", "url": LIST}, {"guid": "", "url": LIST}),
        ({"url": LIST}, {"url": LIST}),
        ({"url": f"{LIST}#p1"}, {"url": f"{LIST}#p2"}),
        ({"url": f"{LIST}?ref=1"}, {"url": f"{LIST}?ref=2"}),
        ({"url": LIST, "published_at": None}, {"url": LIST, "published_at": None}),
    ],
)
def test_an_id_or_link_used_again_is_another_report(first: dict[str, object], second: dict[str, object]) -> None:
    """Other headline, other link or date: stored under a key that is free, and known by that from then on."""
    one = item(1, title=PLANTS[0], summary="Agents came to Dallas.", **first)
    later = {"title": PLANTS[1], "summary": "Agents came to Morton.", "published_at": AT + timedelta(hours=1)}
    other = item(2, **later | second)
    found = then([one], [other])
    assert ([PLANTS[1]], ()) == ([each.entry.title for each in found.new], found.edited)

    (stored,) = found.new
    shown = planned(other)
    known = {planned(one)[0].key: row_of(1, planned(one)[0]), stored.key: row_of(2, stored)}
    again = came(shown, known, {}, STATE, NOW)
    assert ((), (), (stored.key,)) == (again.new, again.edited, again.known)
    if one.url.partition("#")[0] == other.url.partition("#")[0]:
        assert "" == stored.url_key


def test_ranks_for_ids_hide_nothing() -> None:
    """The second report takes the place of the first, which stands below it under the id of another."""
    first, second, third = (item(number, title=title, published_at=AT + timedelta(hours=number))
                            for number, title in enumerate(PLANTS))
    before = [replace(second, guid="1"), replace(first, guid="2")]
    after = [replace(each, guid=str(rank)) for rank, each in enumerate((third, second, first), 1)]
    found = then(before, after)
    assert ([PLANTS[2]], 3) == ([one.entry.title for one in found.new], len({*found.known, found.new[0].key}))
    assert len({one.key for one in (*found.new, *found.edited)}) == len(found.new) + len(found.edited)


def test_the_same_headline_at_a_list_is_news_on_another_day() -> None:
    """Under a new id, with a new date and text, though the address is the same."""
    days = [item(number, url=LIST, title="Raid alert", published_at=AT - timedelta(days=number), summary=f"{number}.")
            for number in (2, 1)]
    assert [""] == [one.url_key for one in then(days[:1], days[1:]).new]


def test_a_state_shown_before_is_no_edit() -> None:
    """Two servers that disagree show two states in turns."""
    (one,) = planned(item(1))
    shown = planned(item(1, title="The other state"))[0].content_hash + one.content_hash
    assert () == came([one], {one.key: KnownEntry(one.key, 1, shown, 5)}, {}, STATE, NOW).edited


@pytest.mark.parametrize(("number", "usual", "quiet"), [(5, None, 4), (4, None, 0), (5, 2.0, 0), (5, 1.0, 4)])
def test_where_nothing_is_known_what_is_old_is_quiet(number: int, usual: float | None, quiet: int) -> None:
    """A feed that gave up all its ids and links has no news but what is later than the last poll."""
    times = [NOW, None, OLD, AT, None][:number]
    entries = [item(each, published_at=at) for each, at in enumerate(times)]
    found = then([item(9)], entries, replace(STATE, usual_new=usual))
    assert quiet == sum(one.quiet for one in found.new)
    assert 0 == sum(one.quiet for one in then([item(0)], entries, replace(STATE, usual_new=usual)).new)


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
    """Two new ids for what a known one shows: the first takes its place, the other is new."""
    shown = [*planned(item(1, guid="a")), *planned(item(1, guid="b"))]
    row = row_of(1, planned(item(1))[0])
    found = came(shown, {}, {one.key: [row] for one in shown}, STATE, NOW)
    assert ([shown[1].key], [shown[0].key]) == ([one.key for one in found.new], [one.key for one in found.edited])


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
    found = came([one], {one.key: KnownEntry(one.key, 1, None, 0)}, {}, STATE, NOW)
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
    assert not any(one.quiet for one in then([], entries[:9], replace(STATE, usual_new=4.0)).new)


def test_the_second_flood_of_a_feed_is_news() -> None:
    """It may often bring so much, undated or late; what is older than a week is an archive."""
    late, ancient = NOW - timedelta(days=3), NOW - timedelta(days=8)
    entries = [item(each, published_at=(late, None, ancient)[each % 3]) for each in range(30)]
    found = then([], entries, replace(STATE, flooded_at=OLD))
    assert {(late, False), (None, False), (ancient, True)} == {
        (one.entry.published_at, one.quiet) for one in found.new}


@pytest.mark.parametrize(("ahead", "quiet"), [(6, True), (5, False)])
def test_a_first_document_from_the_future_is_quiet(ahead: int, *, quiet: bool) -> None:
    """Our clock is years behind, and all that is old looks new."""
    entries = [item(each, published_at=NOW + timedelta(days=each < ahead)) for each in range(10)]
    first = then([], entries, FeedState("https://c.example/feed"))
    assert [quiet] * 10 == [one.quiet for one in first.new]


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


@pytest.mark.parametrize(
    ("state", "age_hours", "quiet"),
    [
        (NEW, 1, False),
        (NEW, 23, False),
        (NEW, 25, True),
        (NEW, None, True),
        (NEW, -99, False),  # one date from the future is a misprint; only many show that our clock is behind
        (STATE, 1, False),
        (STATE, 999, False),
        (STATE, None, False),
    ],
)
def test_the_archive_of_a_new_feed_is_quiet(state: FeedState, age_hours: int | None, *, quiet: bool) -> None:
    """On the first poll what is old or undated alerts nobody; later everything new does, whatever its date."""
    at = None if age_hours is None else NOW - timedelta(hours=age_hours)
    (one,) = planned(item(1, published_at=at), state=state)
    assert quiet == one.quiet


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        (NOW - timedelta(days=4_000), NOW - timedelta(days=4_000)),
        (NOW + timedelta(minutes=30), NOW + timedelta(minutes=30)),
        (datetime(2099, 1, 1, tzinfo=UTC), NOW),
        (datetime(1751, 3, 6, tzinfo=UTC), None),
        (datetime(1, 1, 1, tzinfo=UTC), None),
    ],
)
def test_impossible_dates_are_not_believed(at: datetime, expected: datetime | None) -> None:
    """The future counts as now, the time before the web as unknown."""
    (one,) = planned(item(1, published_at=at))
    assert expected == one.entry.published_at


def test_a_corrected_date_does_not_change_the_key() -> None:
    """An entry known by title and date alone is the same at the next poll."""
    future = item(1, guid="", url="", published_at=datetime(2099, 1, 1, tzinfo=UTC))
    first, second = (planned(future, now=at) for at in (NOW, NOW + timedelta(hours=1)))
    assert first[0].key == second[0].key


def keys(*entries: Entry) -> set[str]:
    return {one.key for one in planned(*entries)}


def test_an_id_that_all_entries_share_says_nothing() -> None:
    """They are told apart by their links."""
    assert 3 == len(keys(*(item(number, guid="same") for number in range(3))))


def test_a_link_that_all_entries_share_says_nothing() -> None:
    """They are told apart by title and date, and no look-up by address is offered."""
    shared = [item(number, guid="", url="https://c.example/") for number in range(3)]
    found = planned(*shared)
    assert (3, {""}) == (len({each.key for each in found}), {each.url_key for each in found})


def test_the_same_entry_twice_is_one() -> None:
    """As in a document that holds its feed twice over."""
    assert 2 == len(keys(item(1), item(2), item(1), item(2)))


@pytest.mark.parametrize(("url", "states", "expected"), [
    ("https://c.example/1", 2, ["new"]),
    ("https://c.example/1", 3, ["new"]),
    ("https://c.example/1", 4, ["new", "old 1", "old 2", "old 3"]),
    ("", 2, ["new", "old 1"]),
])
def test_older_states_of_an_entry_are_left_out(url: str, states: int, expected: list[str]) -> None:
    """The same id and link again is an edit, the newest first; where many share both, they say nothing."""
    titles = ["new", *(f"old {number}" for number in range(1, states))]
    entries = [replace(item(1, url=url), title=title) for title in titles]
    assert [*expected, "Title 2"] == [each.entry.title for each in planned(*entries, item(2))]


def test_an_edit_keeps_the_key() -> None:
    """So that it is no news."""
    edited = replace(item(1), title="Title 1 (updated)")
    assert keys(item(1)) == keys(edited, item(1))


def test_links_are_cleaned_for_the_store() -> None:
    """Without tracking, and with the key that other feeds will find it by."""
    (one,) = planned(item(1, url="https://C.example/1?utm_id=3"))
    (other,) = planned(item(9, url="http://www.c.example/1/"), state=NEW)
    assert "https://c.example/1" == one.url
    assert one.url_key == other.url_key
