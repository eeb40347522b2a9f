"""Matches, digests and deliveries: what waits for a channel, what is frozen, and what became of each message."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, insert, select, update

from monitor.retention import erase_old_text
from rules.model import Match, PlaceFound, Quote, Relevance, Span, Stance
from storage import articles, counts, coverage, deliveries, digests, events, feeds, matches, purge, rule_sets, words
from storage.feeds import WantedFeed
from storage.schema import articles as articles_table
from storage.schema import deliveries as deliveries_table
from storage.schema import entries as entries_table
from storage.schema import matches as matches_table
from storage.schema import rule_sets as rule_sets_table
from storage.schema import stories as stories_table
from storage.schema import story_articles as story_articles_table
from storage.upsert import insert_new

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from sqlalchemy import Connection

    from rules.model import Severity
    from storage.database import Database

DAY = date(2026, 3, 9)
DAY_LONG = timedelta(days=1)
MATCH = Match(
    rule_id="raids", rule_name="Raids", topics=("raids",), severity="high",
    places=(PlaceFound("baltimore", "Baltimore, MD", True, 2, ("baltimore-county-md", "md"), near=True),),
    quotes=(Quote("body", "Agents raided a café.", ((0, 6), (7, 13))),), title_marks=((0, 3),),
    terms=("Agents", "raided"), why="“Agents” beside “raided”", spans=(Span(1, 0, 1),), rules_hash="abc",
    prominence="lead", prominence_why="in the 1st of 9 paragraphs", graphic=True,
    stance=Stance("restricts", "limits cooperation", Quote("body", "The council said no.", ((4, 11),)),
                  (("restricts", 3), ("expands", 1))),
    relevance=Relevance(0.83, True, ("council", "ordinance")),
)


def matched_article(
    connection: Connection, now: datetime, key: str = "a", *, match: Match = MATCH, **more: object
) -> int:
    """A stored article of the Ledger with one match."""
    feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "Ledger", "")], now)
    (feed,) = feeds.active(connection)
    values: dict[str, object] = {"quiet": False} | more
    new = articles.NewEntry(entry_key=f"e-{key}", url_key=f"u-{key}", url=f"https://ledger.example/{key}",
                            title=f"Title {key}", summary="S", text="Secret words of the text.", published_at=now,
                            author="", language="", fetch_page=False, **values)  # type: ignore[arg-type]  # a test's mix
    articles.store_entries(connection, feed, [new], now)
    article = articles.unmatched(connection, 10)[-1]
    matches.record(connection, article.id, [match], "abc", now)
    return article.id


def channel(connection: Connection, now: datetime, key: str = "C1") -> None:
    """A channel that exists from now on."""
    digests.sync_channels(connection, [(key, "alerts")], now)


def test_a_match_comes_back_as_it_was(database: Database, now: datetime) -> None:
    """Quotes, marks, places, stance, relevance and accents survive the database."""
    with database.write() as connection:
        channel(connection, now)
        matched_article(connection, now)
        (waiting,) = digests.waiting(connection, "C1")

    assert (MATCH,) == waiting.matches
    assert now == waiting.published_at


def test_a_match_that_does_not_alert_waits_for_nobody(database: Database, now: datetime) -> None:
    """Too little prominence: stored, to be explained, and in no digest."""
    with database.write() as connection:
        channel(connection, now)
        matched_article(connection, now, match=replace(MATCH, alerts=False, prominence="passing"))

        assert [] == digests.waiting(connection, "C1")
        assert 0 == matches.count_since(connection, now)
        assert 1 == digests.newest_match(connection)


def test_the_language_an_article_was_read_in_is_kept(database: Database, now: datetime) -> None:
    """It takes the place of what the site says; what a site says with a country is not believed."""
    with database.write() as connection:
        article_id = matched_article(connection, now)
        matches.record(connection, article_id, [], "abc", now, language="es")
        (article,) = articles.by_ids(connection, [article_id])

    assert "es" == article.as_read().language
    assert "" == replace(article, language="en-us").as_read().language


def test_matching_twice_changes_nothing(database: Database, now: datetime) -> None:
    """A stage that runs again after a crash records the same match once."""
    with database.write() as connection:
        channel(connection, now)
        article_id = matched_article(connection, now)
        matches.record(connection, article_id, [MATCH], "abc", now)

        assert [1] == [len(waiting.matches) for waiting in digests.waiting(connection, "C1")]
        assert [] == articles.unmatched(connection, 10)
        assert 1 == matches.count_since(connection, now)


def test_an_article_stands_in_one_digest_of_a_channel(database: Database, now: datetime) -> None:
    """Frozen articles wait no longer for that channel, and still do for another."""
    with database.write() as connection:
        channel(connection, now)
        channel(connection, now, "C2")
        article_id = matched_article(connection, now)
        assert digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [article_id], now=now)

        assert [] == digests.waiting(connection, "C1")
        assert [article_id] == [waiting.article_id for waiting in digests.waiting(connection, "C2")]


def test_a_slot_is_done_once(database: Database, now: datetime) -> None:
    """A second digest of the same channel, date and slot writes nothing, members included."""
    with database.write() as connection:
        channel(connection, now)
        article_id = matched_article(connection, now)
        assert digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [], now=now)
        assert not digests.freeze(connection, "d2", "C1", (DAY, "08:00"), [article_id], now=now)

        assert 1 == len(digests.waiting(connection, "C1"))
        assert {(DAY, "08:00")} == digests.done_slots(connection, "C1", DAY)


def test_what_is_held_back_stays_to_be_told(database: Database, now: datetime) -> None:
    """The channel has considered all that was matched before it; of what came later nothing is told twice."""
    with database.write() as connection:
        channel(connection, now)
        first, held, last = (matched_article(connection, now, key=key) for key in "abc")
        digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [last], now=now)
        digests.consider(connection, "C1", digests.newest_match(connection), held=[held])
        assert [held] == [waiting.article_id for waiting in digests.waiting(connection, "C1")]

        digests.consider(connection, "C1", digests.newest_match(connection))
        assert [] == digests.waiting(connection, "C1")
        assert first < held


@pytest.mark.parametrize(("severity", "alerts", "expected"), [("urgent", True, True), ("urgent", False, False),
                                                              ("high", True, False)])
def test_whether_something_urgent_waits(
    database: Database, now: datetime, severity: Severity, alerts: bool, expected: bool
) -> None:
    """Asked without reading what waits; a match that does not alert is nothing urgent."""
    with database.write() as connection:
        channel(connection, now)
        matched_article(connection, now, match=replace(MATCH, severity=severity, alerts=alerts))
        assert expected == digests.urgent_waits(connection, "C1")
        assert not digests.urgent_waits(connection, "C2")


def test_how_an_article_stands_in_a_channel(database: Database, now: datetime) -> None:
    """Its place and rule are kept; what is only counted can be listed, and counts for no limit."""
    with database.write() as connection:
        channel(connection, now)
        item, aside, beyond, unknown = (matched_article(connection, now, key=key) for key in "abcd")
        standing: dict[int, tuple[digests.Standing, str]] = {
            item: ("item", "raids"), aside: ("aside", ""), beyond: ("more", "raids")}
        digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [item, aside, beyond], now=now, standing=standing)
        digests.freeze(connection, "a1", "C1", (DAY, "alert"), [unknown], now=now, kind="alert",
                       standing={unknown: ("item", "raids")})

        assert [beyond] == [article.article_id for article in digests.more(connection, "C1", now)]
        assert {"raids": 1} == counts.shown_by_rule(connection, "C1", now)
        assert {} == counts.shown_by_rule(connection, "C1", now + timedelta(seconds=1))
        assert digests.Placed("d1", "digest", "more", "raids", now) == digests.placed(connection, "C1", beyond)
        assert digests.placed(connection, "C2", item) is None


def test_when_a_channel_last_got_something(database: Database, now: datetime) -> None:
    """Of the kinds asked for; a slot with nothing to say was none."""
    with database.write() as connection:
        channel(connection, now)
        article_id = matched_article(connection, now)
        digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [article_id], now=now)
        digests.freeze(connection, "d2", "C1", (DAY, "09:00"), [], now=now + timedelta(hours=1))
        assert now == counts.last_made(connection, "C1", "digest", "alert")
        assert counts.last_made(connection, "C1", "alert") is None
        assert [2, 1, 0] == [counts.count_made(connection, "C1", "digest", now + timedelta(hours=hours))
                             for hours in (0, 1, 2)]


def test_events_are_remembered_by_channel(database: Database, now: datetime) -> None:
    """When they began and when they were last told of."""
    later = now + timedelta(hours=1)
    with database.write() as connection:
        channel(connection, now)
        for digest_id, place in (("a1", "baltimore"), ("a2", "")):
            digests.freeze(connection, digest_id, "C1", (DAY, digest_id), [], now=now, kind="alert")
            events.begin(connection, "C1", "raids", place, digest_id=digest_id, now=now)
        first, second = events.since(connection, "C1", now)
        events.tell(connection, [first.id], later)

        assert (("raids", "baltimore", now, now), "") == (
            (first.topic, first.place_id, first.first_at, first.told_at), second.place_id)
        assert [later, now] == [event.told_at for event in events.since(connection, "C1", now)]
        assert [] == events.since(connection, "C1", later)
        assert [] == events.since(connection, "C2", now)


def test_what_was_read(database: Database, now: datetime) -> None:
    """Pages, feeds with whole articles and summaries; what waits for its page, is quiet or double is not counted."""
    rows: list[tuple[str, int, dict[str, object]]] = [
        ("read", 9, {}), ("failed", 9_000, {}), ("unneeded", 2_000, {}), ("unneeded", 1_999, {}), ("pending", 9, {}),
        ("read", 9, {"quiet": True}), ("read", 9, {"duplicate_of": 1}), ("read", 9, {"first_seen_at": now - DAY_LONG}),
    ]
    with database.write() as connection:
        for number, (state, length, more) in enumerate(rows, start=1):
            connection.execute(insert(articles_table).values(
                {"id": number, "url": "u", "title": "t", "outlet": "Ledger", "home": "", "text": "x" * length,
                 "text_source": "feed", "first_seen_at": now, "quiet": False, "page_state": state} | more))
        assert coverage.Reading(4, 2) == coverage.reading(connection, now, 2_000)
        assert 2 == coverage.reading(connection, now, 2_000).summaries
        assert coverage.Reading(0, 0) == coverage.reading(connection, now + DAY_LONG, 2_000)


def test_a_new_channel_gets_no_archive(database: Database, now: datetime) -> None:
    """Matches from before a channel was configured are not posted to it, nor are quiet articles to anybody."""
    with database.write() as connection:
        matched_article(connection, now)
        channel(connection, now + timedelta(hours=1))
        matched_article(connection, now + timedelta(hours=2), key="b", quiet=True)
        assert [] == digests.waiting(connection, "C1")

        fresh = matched_article(connection, now + timedelta(hours=2), key="c")
        assert [fresh] == [waiting.article_id for waiting in digests.waiting(connection, "C1")]


def test_a_clock_that_was_set_back_hides_nothing_from_a_new_channel(database: Database, now: datetime) -> None:
    """What matches after the channel was met is for it, whatever the clock says."""
    with database.write() as connection:
        channel(connection, now)
        fresh = matched_article(connection, now - timedelta(minutes=30))

        assert [fresh] == [waiting.article_id for waiting in digests.waiting(connection, "C1")]


def test_a_delivery_is_queued_once(database: Database, now: datetime) -> None:
    """The same delivery id adds its parts once, in order."""
    with database.write() as connection:
        assert 2 == deliveries.add(connection, "d1", "C1", "digest", [{"text": "1"}, {"text": "ñ"}], now=now)
        assert 0 == deliveries.add(connection, "d1", "C1", "digest", [{"text": "1"}, {"text": "ñ"}], now=now)

        assert [(0, {"text": "1"}), (1, {"text": "ñ"})] == [
            (row.part, row.body) for row in deliveries.waiting(connection, now)]


def test_a_claimed_delivery_is_not_claimed_again(database: Database, now: datetime) -> None:
    """`sending` is taken once; after a restart it is uncertain, and is not waiting to be sent."""
    with database.write() as connection:
        deliveries.add(connection, "d1", "C1", "digest", [{"text": "1"}], now=now)
        (row,) = deliveries.waiting(connection, now)
        assert deliveries.claim(connection, row.id, now)
        assert not deliveries.claim(connection, row.id, now)
    with database.write() as connection:
        assert 1 == deliveries.strand(connection)
        assert [] == deliveries.waiting(connection, now)
        assert {"uncertain": 1} == deliveries.counts(connection)


def test_a_delivery_waits_until_it_may_go(database: Database, now: datetime) -> None:
    """Slack's Retry-After is kept: the row is not offered before then."""
    with database.write() as connection:
        deliveries.add(connection, "d1", "C1", "note", [{"text": "1"}], now=now)
        (row,) = deliveries.waiting(connection, now)
        deliveries.mark(connection, row.id, "pending", not_before=now + timedelta(seconds=30))

        assert [] == deliveries.waiting(connection, now + timedelta(seconds=29))
        assert 1 == len(deliveries.waiting(connection, now + timedelta(seconds=30)))


def test_a_message_that_waits_holds_back_its_channel(database: Database, now: datetime) -> None:
    """A later message of the same channel never overtakes; another channel goes on."""
    with database.write() as connection:
        for number, target in enumerate(["C1", "C1", "C2"]):
            deliveries.add(connection, f"d{number}", target, "digest", [{"text": str(number)}], now=now)
        first = deliveries.waiting(connection, now)[0]
        deliveries.mark(connection, first.id, "pending", not_before=now + timedelta(minutes=5))

        assert ["d2"] == [row.delivery_id for row in deliveries.waiting(connection, now)]
        later = deliveries.waiting(connection, now + timedelta(minutes=5))
        assert ["d0", "d1", "d2"] == [row.delivery_id for row in later]


def sent_digest(connection: Connection, now: datetime) -> int:
    """An article that was posted to C1; its words stand in the frozen message."""
    channel(connection, now)
    article_id = matched_article(connection, now)
    digests.freeze(connection, "d1", "C1", (DAY, "08:00"), [article_id], now=now)
    deliveries.add(connection, "d1", "C1", "digest", [{"text": "Secret words"}], now=now)
    (row,) = deliveries.waiting(connection, now)
    deliveries.mark(connection, row.id, "sent", ts="1.2", finished_at=now)
    return article_id


def everything_stored(connection: Connection) -> str:
    """All that the tables hold of articles and messages, as one text to look for words in."""
    return "".join(str(tuple(row)) for table in (articles_table, deliveries_table, entries_table, matches_table)
                   for row in connection.execute(select(table)))


def test_old_text_is_erased_and_the_headline_stays(database: Database, now: datetime) -> None:
    """After the days of keeping, text, quotes and messages are gone; headline, link and keys stay; nothing waits."""
    later = now + timedelta(days=91)
    with database.write() as connection:
        sent_digest(connection, now)
        assert 1 == purge.erase_text(connection, before=now + timedelta(days=1), now=later)
        assert 0 == purge.erase_text(connection, before=now + timedelta(days=1), now=later)

        left = everything_stored(connection)
        assert "Secret words" not in left
        assert "council" not in left
        assert "limits cooperation" in left
        assert "Title a" in left
        assert {"e-a"} == set(articles.known_entries(connection, ["e-a"]))
        assert [] == digests.waiting(connection, "C2")


@pytest.mark.parametrize("how", ["outlet", "older"])
def test_deleted_articles_leave_only_keys(database: Database, now: datetime, how: str) -> None:
    """Deleting an outlet or a time takes articles, matches and messages, and keeps the hashed keys."""
    with database.write() as connection:
        sent_digest(connection, now)
        if how == "outlet":
            assert 0 == purge.delete_outlet(connection, "Nobody")
            assert 1 == purge.delete_outlet(connection, "Ledger")
        else:
            assert 1 == purge.delete_older(connection, before=now + timedelta(days=1))

        left = everything_stored(connection)
        assert "Secret words" not in left
        assert "Title a" not in left
        assert {"e-a"} == set(articles.known_entries(connection, ["e-a"]))


def test_a_message_not_yet_posted_survives_erasing(database: Database, now: datetime) -> None:
    """Erasing swallows no alert that still waits to go out."""
    with database.write() as connection:
        deliveries.add(connection, "d1", "C1", "digest", [{"text": "1"}], now=now)
        purge.erase_text(connection, before=now + timedelta(days=1), now=now)

        assert [{"text": "1"}] == [row.body for row in deliveries.waiting(connection, now)]


def test_everything_is_everything(database: Database, now: datetime) -> None:
    """After deleting everything no table holds a row, keys included."""
    with database.write() as connection:
        sent_digest(connection, now)
        rule_sets.activate(connection, "abc", {"layers": []}, now)
        assert 1 == purge.delete_everything(connection)

        assert "" == everything_stored(connection)
        assert [] == feeds.active(connection)
        assert rule_sets.last_active(connection) is None


@pytest.mark.parametrize("how", ["outlet", "older"])
def test_notes_that_link_articles_go_with_them(database: Database, now: datetime, how: str) -> None:
    """What new rules found is told with headlines: these are blanked when articles are deleted, other notes are not."""
    with database.write() as connection:
        for delivery_id in ("note:rules:1", "note:feed:1"):
            deliveries.add(connection, delivery_id, "C1", "note", [{"text": f"Words of {delivery_id}"}], now=now)
        for row in deliveries.waiting(connection, now):
            deliveries.mark(connection, row.id, "sent")
        if how == "outlet":
            purge.delete_outlet(connection, "Ledger")
        else:
            purge.delete_older(connection, before=now - timedelta(days=1))

        left = everything_stored(connection)
        assert (False, True) == ("Words of note:rules:1" in left, "Words of note:feed:1" in left)


def test_the_last_rule_sets_are_kept(database: Database, now: datetime) -> None:
    """The set that was activated last comes back whole; one hash is kept once, and old sets go."""
    with database.write() as connection:
        for number in range(rule_sets.KEPT + 2):
            texts = {"layers": [{"ñ.toml": f"# {number}"}]}
            rule_sets.activate(connection, f"hash {number}", texts, now + timedelta(hours=number))
        rule_sets.activate(connection, "hash 5", {"layers": []}, now + timedelta(days=2))

        last = rule_sets.last_active(connection)
        assert last is not None
        assert ("hash 5", {"layers": []}) == (last.hash, last.texts)
        assert rule_sets.KEPT == len(connection.execute(select(rule_sets_table)).all())


def test_the_set_that_was_told_last_is_kept(database: Database, now: datetime) -> None:
    """However many came after it; its mark tells sets of one hash apart, whatever the order of their files."""
    told = {"layers": [{"a.toml": "1", "b.toml": "2"}]}
    with database.write() as connection:
        assert ("", None) == (rule_sets.announced(connection), rule_sets.last_announced(connection))
        rule_sets.activate(connection, "told", told, now)
        rule_sets.note_announced(connection, rule_sets.mark("told", told))
        for number in range(rule_sets.KEPT + 2):
            rule_sets.activate(connection, f"hash {number}", {}, now + timedelta(hours=1 + number))

        last = rule_sets.last_announced(connection)
        assert last is not None
        assert ("told", told) == (last.hash, last.texts)
        same = rule_sets.mark("newer", {"layers": [{"b.toml": "2", "a.toml": "1"}]})
        assert rule_sets.is_announced(connection, same)
        assert not rule_sets.is_announced(connection, rule_sets.mark("told", {"layers": []}))


def test_erased_words_stand_nowhere_in_the_files(sqlite_url: str, tmp_path: Path, now: datetime) -> None:
    """After compacting, neither the database file nor its write-ahead log holds a word of what was deleted."""
    from storage.database import open_database

    opened = open_database(sqlite_url)
    with opened.write() as connection:
        words.add(connection, [(sent_digest(connection, now), {"peculiarity"})])
    with opened.write() as connection:
        connection.execute(delete(deliveries_table))
        purge.delete_outlet(connection, "Ledger")
    purge.compact(opened)

    left = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert (False, False) == (b"Secret words" in left, b"peculiarity" in left)
    opened.close()


def test_text_is_erased_once_a_day(database: Database, now: datetime) -> None:
    """The bot erases by itself what is older than the days of keeping, and looks again a day later."""
    later = now + timedelta(days=90)
    with database.write() as connection:
        sent_digest(connection, now)

    assert 0 == erase_old_text(database, 90, later - timedelta(hours=1))
    assert 0 == erase_old_text(database, 90, later + timedelta(hours=22))
    assert 1 == erase_old_text(database, 90, later + timedelta(hours=23))
    with database.read() as connection:
        assert "Secret words" not in everything_stored(connection)


def test_compacting_works_on_both(database: Database, now: datetime) -> None:
    """Compacting runs outside a transaction and leaves the database usable, writes included."""
    purge.compact(database)
    with database.write() as connection:
        channel(connection, now)
    with database.read() as connection:
        assert [] == digests.waiting(connection, "C1")


STORY_ROOTS: list[tuple[list[tuple[str, str, str | None]], str, str]] = [
    ([("digest", "sent", None)], "d0", "digest"),
    ([("digest", "sent", None), ("alert", "pending", None), ("alert", "sent", None)], "d1", "alert"),
    ([("alert", "refused", None), ("digest", "uncertain", None)], "d1", "digest"),
    ([("rollup", "printed", None), ("update", "sent", "d0")], "d0", "rollup"),
    ([("digest", "", None)], "d0", "digest"),  # nothing is known of its messages
    ([("digest", "sent", None), ("update", "cancelled", "d0")], "d0", "digest"),
]


@pytest.mark.parametrize(("told", "root", "kind"), STORY_ROOTS)
def test_what_a_channel_was_told_of_a_story(
    database: Database, now: datetime, told: list[tuple[str, str, str | None]], root: str, kind: str
) -> None:
    """The first alert or roll-up is its root, else the first digest; what was refused, given up or cancelled is not."""
    with database.write() as connection:
        channel(connection, now)
        shown = [_told(connection, now, number, one) for number, one in enumerate(told)]
        (story,) = digests.told_stories(connection, "C1", [7, 8]).values()
        assert {} == digests.told_stories(connection, "C2", [7])
    kept = [number for number, (_, state, _) in enumerate(told) if state not in ("refused", "cancelled")]
    assert (root, kind, f"Title {root[1:]}") == (story.root, story.root_kind, story.headline)
    assert tuple(shown[number] for number in kept) == story.article_ids
    assert (now + min(kept) * DAY_LONG, now + max(kept) * DAY_LONG) == (story.first_at, story.last_at)


@pytest.mark.parametrize(("later", "root", "kind"), [
    (("update", "sent", "d1"), "d1", "digest"),
    (("update", "sent", None), "d2", "digest"),
    (("update", "refused", None), "d1", "digest"),
    (("alert", "sent", None), "d2", "alert"),
])
def test_an_update_that_left_its_thread_is_the_root(
    database: Database, now: datetime, later: tuple[str, str, str | None], root: str, kind: str
) -> None:
    """Of what comes after it; when more goes out follows what told the story first, and so does its headline."""
    with database.write() as connection:
        channel(connection, now)
        for number, one in enumerate([("digest", "sent", None), ("update", "sent", None), later]):
            _told(connection, now, number, one)
        (story,) = digests.told_stories(connection, "C1", [7]).values()
    assert (root, kind) == (story.root, story.root_kind)
    assert ("Title 2" if kind == "alert" else "Title 0") == story.headline


@pytest.mark.parametrize("root", ["d0", None])
def test_an_outlet_that_goes_is_named_nowhere(database: Database, now: datetime, root: str | None) -> None:
    """An update says "More on" with the first headline; updates of other stories, and other digests, stay."""
    with database.write() as connection:
        channel(connection, now)
        first = _told(connection, now, 0, ("alert", "sent", None))
        for number, (kind, thread_of, story) in enumerate(
                [("update", root, 7), ("digest", None, 7), ("update", root, 8)], start=1):
            _told(connection, now, number, (kind, "sent", thread_of), story)
        connection.execute(update(articles_table).where(articles_table.c.id == first).values(outlet="Herald"))
        purge.delete_outlet(connection, "Herald")
        bodies = {row.delivery_id: bool(row.body) for row in deliveries.in_state(connection, "sent")}
    assert {"d0": False, "d1": False, "d2": True, "d3": True} == bodies


def test_a_root_whose_article_is_gone(database: Database, now: datetime) -> None:
    """What was told later names it; the headline is then that of the next card."""
    with database.write() as connection:
        channel(connection, now)
        first = _told(connection, now, 0, ("alert", "sent", None))
        _told(connection, now, 1, ("digest", "sent", None))
        _told(connection, now, 2, ("update", "sent", "d0"))
        connection.execute(delete(articles_table).where(articles_table.c.id == first))
        (story,) = digests.told_stories(connection, "C1", [7]).values()
    assert ("d0", "alert", "Title 2") == (story.root, story.root_kind, story.headline)


def test_times_of_a_clock_that_was_ahead(database: Database, now: datetime) -> None:
    """They are no reason to wait, unless there is no other."""
    with database.write() as connection:
        channel(connection, now)
        for number in range(3):
            _told(connection, now, number, ("digest", "sent", None))
        for day, expected in ((1, 1), (9, 2), (-1, 0)):
            (story,) = digests.told_stories(connection, "C1", [7], now + day * DAY_LONG).values()
            assert now + expected * DAY_LONG == story.last_at


def test_what_was_only_counted_or_called_unlikely_told_nothing(database: Database, now: datetime) -> None:
    """A link below another article did."""
    places: list[tuple[int, digests.Standing]] = [(7, "more"), (8, "aside"), (9, "also")]
    with database.write() as connection:
        channel(connection, now)
        for number, (story, place) in enumerate(places):
            _told(connection, now, number, ("digest", "sent", None), story, place=place)
        assert {9} == set(digests.told_stories(connection, "C1", range(600)))


def test_whether_more_of_an_alerted_story_waits(database: Database, now: datetime) -> None:
    """That need not wait for a slot; more of what a digest told does."""
    with database.write() as connection:
        channel(connection, now)
        for number, (kind, story) in enumerate([("digest", 7), ("alert", 8)]):
            _told(connection, now, number, (kind, "sent", None), story)
        for key, story, expected in (("x", 7, False), ("y", 9, False), ("z", 8, True)):
            _join(connection, now, matched_article(connection, now, key), story)
            assert expected == digests.updates_wait(connection, "C1")


def _told(
    connection: Connection, now: datetime, number: int, message: tuple[str, str, str | None], story: int = 7, *,
    place: digests.Standing = "item",
) -> int:
    """A digest d0, d1, ... of the day of that number, with one article of a story: kind, state, thread.

    Without a state, nothing is known of its messages.
    """
    kind, state, thread_of = message
    article_id, at = matched_article(connection, now, str(number)), now + number * DAY_LONG
    _join(connection, now, article_id, story)
    digests.freeze(connection, f"d{number}", "C1", (at.date(), kind), [article_id], now=at, kind=kind,
                   standing={article_id: (place, "raids")}, thread_of=thread_of)
    if state:
        deliveries.add(connection, f"d{number}", "C1", kind, [{"text": "0"}, {"text": "1"}], now=at)
        connection.execute(update(deliveries_table).where(
            deliveries_table.c.delivery_id == f"d{number}", deliveries_table.c.part == 0).values(state=state))
    return article_id


def _join(connection: Connection, now: datetime, article_id: int, story: int) -> None:
    insert_new(connection, stories_table, [{"id": story, "first_at": now, "last_at": now}])
    connection.execute(insert(story_articles_table).values(article_id=article_id, story_id=story, joined_at=now))
