"""A search in stored articles: which are found, in which order, and how many there are said to be."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, update

from monitor.ruleset.archive import index_articles
from monitor.talk import search
from monitor.talk.search import find
from monitor.talk.wanted import wanted
from storage import purge
from storage.schema import articles
from tests.archived import store
from tests.newsroom import NOW

if TYPE_CHECKING:
    from monitor.talk.search import Results
    from storage.database import Database


def fill(database: Database, *texts: str, days: int = 0, indexed: bool = True) -> None:
    """Articles that came one minute after the other, published `days` before that."""
    with database.write() as connection:
        for number, text in enumerate(texts):
            at = NOW - timedelta(minutes=len(texts) - number)
            store(connection, at, text=text, published_at=at - timedelta(days=days))
    if indexed:
        while index_articles(database):
            pass


def found(database: Database, words: str, limit: int | None = search.SHOWN) -> Results:
    """What is found."""
    asked = wanted(words)
    assert asked is not None
    return find(database, asked, limit)


def ids(results: Results) -> list[int]:
    """The numbers of the articles found, in their order."""
    return [hit.article.id for hit in results.hits]


def test_the_newest_first(database: Database) -> None:
    """Articles come in the order of their dates, also where an old archive was read last; each once."""
    fill(database, "A raid.", "Two raids.", "No bus.")
    fill(database, "An old raid.", days=400)
    results = found(database, "raid")

    assert [2, 1, 4] == ids(results)
    assert (3, True) == (results.total, results.exact)


def test_an_archive_that_came_at_once(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """None is shown before all are known that could be newer, however few dates are read at once."""
    for name, number in (("_AGES", 2), ("_TEXTS", 1), ("_SAMPLE", 1)):
        monkeypatch.setattr(search, name, number)
    fill(database, "A raid.")
    fill(database, *["An old raid."] * 5, days=400)

    assert [1, 6, 5] == ids(found(database, "raid", 3))


def test_a_date_in_the_future_is_not_believed(database: Database) -> None:
    """An article cannot have been published after it came."""
    fill(database, "A raid.", days=-30)
    fill(database, "A later raid.")

    assert [2, 1] == ids(found(database, "raid"))


def test_ten_and_how_many_there_are(database: Database) -> None:
    """Few candidates are all read, so that their number is exact."""
    fill(database, *["A raid."] * 12)
    results = found(database, "raid")

    assert (10, 12, True) == (len(results.hits), results.total, results.exact)
    assert 12 == len(found(database, "raid", None).hits)


def test_an_estimate(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of many candidates some are read, and the number is told by their share."""
    monkeypatch.setattr(search, "_SAMPLE", 20)
    fill(database, *["A long raid.", "The raid was long."] * 40)
    results = found(database, '"long raid"')

    assert (10, 40, False, 0) == (len(results.hits), results.total, results.exact, results.unread)


def test_a_phrase_of_common_words(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """A phrase that stands nowhere is not looked for without end, and the rest is counted."""
    monkeypatch.setattr(search, "_READ", 20)
    fill(database, *["The raid was long."] * 30)
    results = found(database, '"long raid"')

    assert ((), 20, 10) == (results.hits, results.read, results.unread)
    assert 0 == found(database, '"long raid"', None).unread


def test_what_is_not_indexed_yet_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came a moment ago is found; of very much the newest, and the rest is counted."""
    fill(database, "An indexed raid.")
    fill(database, *["A raid."] * 5, indexed=False)
    assert [1, 2, 3, 4, 5, 6] == sorted(ids(found(database, "raid")))
    monkeypatch.setattr(search, "_UNINDEXED", 2)
    results = found(database, "raid")

    assert ([1, 5, 6], 3, 3) == (sorted(ids(results)), results.total, results.unknown)


def test_without_an_index(database: Database) -> None:
    """Before the first round, and where words are cut in a new way, the newest articles are read."""
    fill(database, "A raid.", "A bus.", indexed=False)

    assert ([1], True, 0) == (ids(results := found(database, "raid")), results.exact, results.unknown)


def test_what_was_erased_or_is_gone(database: Database) -> None:
    """Erased text is found no more, nor is an article that is another's copy."""
    fill(database, "A raid.", "A raid.", "A raid.", "A raid.")
    with database.write() as connection:
        connection.execute(delete(articles).where(articles.c.id == 1))
        connection.execute(update(articles).where(articles.c.id == 2).values(first_seen_at=NOW - timedelta(days=100)))
        purge.erase_text(connection, NOW - timedelta(days=90), NOW)
        connection.execute(update(articles).where(articles.c.id == 3).values(duplicate_of=4))

    assert [4] == ids(found(database, "raid"))


def test_nothing_is_stored(database: Database) -> None:
    """An empty archive says so."""
    assert ((), 0, True) == ((results := found(database, "raid")).hits, results.total, results.exact)
