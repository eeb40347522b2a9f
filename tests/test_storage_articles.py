"""Feeds, entries and articles: one article an address, keys that outlive it, work that is found again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select

from rules.model import Match
from storage import articles, feeds, matches
from storage import pages as page_rows
from storage.articles import Arrival, NewEntry
from storage.feeds import WantedFeed
from storage.schema import articles as articles_table
from storage.schema import entries as entries_table

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from storage.articles import StoredArticle
    from storage.database import Database

LEDGER = WantedFeed("https://ledger.example/feed", "Ledger", "Baltimore, MD")
MATCH = Match(rule_id="ice.raids", rule_name="Raids", severity="high", topics=("raids",), places=(), quotes=(),
              title_marks=(), terms=(), why="", spans=(), rules_hash="rules")
WIRE = WantedFeed("https://wire.example/feed", "Wire", "")


def entry(entry_key: str, url_key: str, **more: object) -> NewEntry:
    """An entry with keys that need not be hashes: storage does not look into them."""
    values: dict[str, object] = {
        "url": f"https://ledger.example/{url_key}", "title": f"Title {url_key}", "summary": "Summary.",
        "text": "Text.", "published_at": None, "author": "", "language": "en", "quiet": False, "fetch_page": True,
    }
    return NewEntry(entry_key=entry_key, url_key=url_key, **(values | more))  # type: ignore[arg-type]  # a test's mix


def two_feeds(connection: Connection, now: datetime) -> tuple[feeds.Feed, feeds.Feed]:
    """Two synced feeds, in the order Ledger, Wire."""
    feeds.sync(connection, [LEDGER, WIRE], now)
    first, second = feeds.active(connection)
    return first, second


def pending(connection: Connection, now: datetime) -> list[StoredArticle]:
    """The articles whose page is due."""
    return articles.by_ids(connection, [key for key, _ in page_rows.due(connection, now)])


def test_feeds_follow_the_configuration(database: Database, now: datetime) -> None:
    """Feeds are added, renamed and retired as config.toml says; a retired feed is not polled and comes back whole."""
    with database.write() as connection:
        feeds.sync(connection, [LEDGER, WIRE], now)
        feeds.sync(connection, [WantedFeed("https://ledger.example/feed", "The Ledger", "MD")], now)
        (only,) = feeds.active(connection)
        assert ("The Ledger", "MD") == (only.outlet, only.home)

        feeds.sync(connection, [LEDGER, WIRE], now)
        due = feeds.by_ids(connection, [key for key, _ in feeds.due(connection, now)])
        assert ["Ledger", "Wire"] == [feed.outlet for feed in due]


def test_feeds_are_due_when_their_time_has_come(database: Database, now: datetime) -> None:
    """The schedule is the column: nothing is due a second early, and the longest waiting comes first."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        feeds.record_poll(connection, ledger.id, next_poll_at=now + timedelta(minutes=20))
        feeds.record_poll(connection, wire.id, next_poll_at=now + timedelta(minutes=10))

        assert [] == feeds.due(connection, now)
        assert [] == feeds.due(connection, now + timedelta(minutes=10, seconds=-1))
        assert [wire.id, ledger.id] == [key for key, _ in feeds.due(connection, now + timedelta(minutes=20))]


def test_a_feed_that_comes_back_starts_anew(database: Database, now: datetime) -> None:
    """What it published while it was away must count as archive, and its old validators say nothing."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        feeds.record_poll(connection, ledger.id, etag="e", last_modified="l", body_hash="h", failures=3, gone=True,
                          failing_since=now, first_ok_at=now, next_poll_at=now + timedelta(hours=9))
        feeds.sync(connection, [WIRE], now)
        later = now + timedelta(days=60)
        feeds.sync(connection, [LEDGER, WIRE], later)

        (back,) = feeds.by_ids(connection, [key for key, _ in feeds.due(connection, later) if key == ledger.id])
        assert (None, None, None, None) == (back.etag, back.last_modified, back.body_hash, back.first_ok_at)
        assert (0, None, False, later) == (back.failures, back.failing_since, back.gone, back.next_poll_at)


@pytest.mark.parametrize(("hours", "expected"), [(26.4, 0), (28, 1), (9_600, 1)])
def test_a_schedule_from_the_future_is_not_believed(
    database: Database, now: datetime, hours: float, expected: int
) -> None:
    """A clock that once ran ahead must not silence a feed until then."""
    with database.write() as connection:
        feeds.sync(connection, [LEDGER], now)
        (ledger,) = feeds.active(connection)
        feeds.record_poll(connection, ledger.id, next_poll_at=now + timedelta(hours=hours))
        assert expected == len(feeds.due(connection, now))


@pytest.mark.parametrize(("first", "woken"), [(None, True), (timedelta(days=-400), False)])
def test_a_date_wakes_what_was_quiet_for_want_of_one(
    database: Database, now: datetime, first: timedelta | None, woken: bool
) -> None:
    """A dated, fresh entry makes a quiet undated article news: unmatched, its page due; a dated archive stays quiet."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        at = first and now + first
        articles.store_entries(
            connection, ledger, [entry("1", "a", quiet=True, fetch_page=False, published_at=at)], now)
        (article,) = articles.unmatched(connection, 10)
        matches.record(connection, article.id, [MATCH], "rules", now)

        assert 0 == articles.store_entries(connection, wire, [entry("2", "a", published_at=now)], now)
        row = connection.execute(select(articles_table)).one()
        assert (not woken, now if woken else at) == (row.quiet, row.published_at)
        assert [article.id] * woken == [key for key, _ in page_rows.due(connection, now)]
        assert (0 if woken else 1) == matches.count_since(connection, now)


@pytest.mark.parametrize(
    ("title", "made"), [("Raid at plant in Morton, say witnesses", 0), ("Nothing of that", 1), ("Raid", 1)])
def test_an_address_alone_merges_nothing(database: Database, now: datetime, title: str, made: int) -> None:
    """Another feed's headline must be alike: also where both come at once, and at an address that is a list."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "a", title="Raid at plant in Morton")], now)
        assert made == articles.store_entries(connection, wire, [entry("2", "a", title=title)], now)

        arrivals = [Arrival(ledger, [entry("3", "b", title="Raid at plant in Morton")], now),
                    Arrival(wire, [entry("4", "b", title=title)], now)]
        assert [1, made] == articles.store_arrivals(connection, arrivals)


def test_late_pages_are_given_up(database: Database, now: datetime) -> None:
    """An article seen before the given time waits no longer, a later one does."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "a")], now - timedelta(minutes=11))
        articles.store_entries(connection, ledger, [entry("2", "b")], now)
        page_rows.give_up(connection, now - timedelta(minutes=10), "too late")

        assert ["Title a"] == [article.title for article in articles.unmatched(connection, 10)]
        assert 1 == articles.counts(connection)["waiting"]


def test_a_duplicate_is_nobodys_twin(database: Database, now: datetime) -> None:
    """Of two articles with one address only one may be the other's duplicate, or both would vanish."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "a"), entry("2", "b")], now)
        ids = {article.title: article.id for article in pending(connection, now)}
        first, second = ids["Title a"], ids["Title b"]
        articles.record_page(connection, first, duplicate_of=second)

        assert [] == page_rows.same_page(connection, second, ["a", "b"])
        assert [(second, "Title b")] == page_rows.same_page(connection, first, ["a", "b"])


def test_one_article_however_many_feeds_show_it(database: Database, now: datetime) -> None:
    """Two feeds that carry the same address make one article and two seen-keys."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        assert 2 == articles.store_entries(connection, ledger, [entry("l1", "a"), entry("l2", "b")], now)
        assert 1 == articles.store_entries(connection, wire, [entry("w1", "a"), entry("w2", "c")], now)

        assert {"l1", "w2"} == set(articles.known_entries(connection, ["l1", "w2", "zz"]))
        assert 3 == len(page_rows.due(connection, now))


def test_two_entries_of_one_document_may_be_one_article(database: Database, now: datetime) -> None:
    """The same address twice in one feed makes one article."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)

        assert 1 == articles.store_entries(connection, ledger, [entry("l1", "a"), entry("l2", "a")], now)


def test_an_article_is_matched_once_its_page_was_read(database: Database, now: datetime) -> None:
    """Waiting pages hold an article back from the rules; read, failed or unneeded pages let it through."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [
            entry("1", "a"), entry("2", "b", fetch_page=False), entry("3", "c")], now)
        assert ["Title b"] == [article.title for article in articles.unmatched(connection, 10)]

        by_title = {article.title: article for article in pending(connection, now)}
        articles.record_page(connection, by_title["Title a"].id, page_state="read", text="Whole text.",
                             text_source="page")
        articles.record_page(connection, by_title["Title c"].id, page_state="failed")
        texts = [article.as_read().text for article in articles.unmatched(connection, 10)]
        assert ["Whole text.", "Text.", "Text."] == texts
        assert {"articles": 3, "in_full": 2, "summaries": 1, "waiting": 0, "quiet": 0} == articles.counts(connection)


def test_a_page_is_retried_when_its_time_comes(database: Database, now: datetime) -> None:
    """A page put off is not due before then, and is counted as waiting."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "a")], now)
        (article,) = pending(connection, now)
        articles.record_page(connection, article.id, page_attempts=1, page_due_at=now + timedelta(minutes=5))

        assert [] == page_rows.due(connection, now)
        assert 1 == articles.counts(connection)["waiting"]
        assert 1 == pending(connection, now + timedelta(minutes=5))[0].page_attempts


def test_another_address_leads_to_the_same_article(database: Database, now: datetime) -> None:
    """Once an article is known by where its link led, a feed that shows that address brings nothing new."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "redirect"), entry("2", "b")], now)
        ids = {article.title: article.id for article in pending(connection, now)}
        first, second = ids["Title redirect"], ids["Title b"]
        articles.add_keys(connection, first, ["canonical", "b"])

        assert 0 == articles.store_entries(connection, wire, [entry("3", "canonical", title="Title redirect")], now)
        assert [(second, "Title b")] == page_rows.same_page(connection, first, ["canonical", "b"])


@pytest.mark.parametrize("gone", [True, False])
def test_an_erased_article_never_comes_back(database: Database, now: datetime, gone: bool) -> None:
    """With or without its article, a seen entry or address is not new."""
    with database.write() as connection:
        ledger, wire = two_feeds(connection, now)
        articles.store_entries(connection, ledger, [entry("1", "a")], now)
        if gone:
            connection.execute(delete(articles_table))

        assert {"1"} == set(articles.known_entries(connection, ["1"]))
        assert 0 == articles.store_entries(connection, wire, [entry("2", "a")], now)


def test_thousands_of_entries_in_one_go(database: Database, now: datetime) -> None:
    """More entries than a statement may hold variables are stored, known and touched."""
    with database.write() as connection:
        ledger, _ = two_feeds(connection, now)
        many = [entry(f"e{number}", f"u{number}") for number in range(1200)]
        assert 1200 == articles.store_entries(connection, ledger, many, now)
        articles.touch_entries(connection, [one.entry_key for one in many], now + timedelta(days=1))

        assert 1200 == len(articles.known_entries(connection, [one.entry_key for one in many]))
        touched = select(func.count()).where(entries_table.c.last_seen_at > now)
        assert 1200 == connection.scalar(touched)


@pytest.mark.parametrize(("ledger", "wire", "page", "expected"), [
    (1, None, 1, True),
    (1, 1, 1, True),
    (1, 1, None, False),
    (None, None, None, False),
    (9, None, None, False),
    (9, 1, 1, False),
], ids=["a feed to ask", "a page to read", "all read", "nothing read", "read long ago", "a page of later"])
def test_first_polls_go_on_while_feeds_or_pages_of_them_are_open(
    database: Database, now: datetime, ledger: int | None, wire: int | None, page: int | None, *, expected: bool
) -> None:
    """Feeds were polled first, and brought an article whose page is to be read, so many minutes ago; within five."""
    def ago(minutes: int) -> datetime:
        return now - timedelta(minutes=minutes)

    with database.write() as connection:
        for feed, minutes in zip(two_feeds(connection, ago(4)), (ledger, wire), strict=True):
            if minutes is not None:
                feeds.record_poll(connection, feed.id, polled_at=ago(minutes), first_ok_at=ago(minutes))
        if page is not None:
            (first, _) = feeds.active(connection)
            articles.store_entries(connection, first, [entry("e1", "u1")], ago(page))
        assert expected == articles.still_opening(connection, ago(5))
